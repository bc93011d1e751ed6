import Foundation
import Testing

@Suite("What commands print")
struct GoldenTests {
  @Test(
    "help reads as it was approved",
    arguments: [
      "games", "agents", "doctor", "play", "pit", "replay", "perft", "bench environment", "bench rollouts",
      "gtp", "tournament", "curves", "export", "import",
    ])
  func help(_ command: String) throws {
    let outcome = try Program.run(command.split(separator: " ").map(String.init) + ["--help"])
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    try Program.expect(outcome.output, matches: "help-" + command.replacing(" ", with: "-"))
  }

  @Test(
    "output reads as it was approved",
    arguments: [
      ("perft", "perft --game connect4 --depth 4"),
      ("perft-divide", "perft --game tictactoe --depth 3 --position b2 --divide"),
      ("perft-chess", "perft --game chess --depth 3 --divide"),
      ("watch-chess", "pit uct:200 random --game chess --games 1 --seed 6 --watch"),
      ("pit", "pit uct:30 random --game tictactoe --games 20 --seed 3"),
      ("pit-json", "pit uct:30 random --game tictactoe --games 20 --seed 3 --json --threads 2"),
      ("pit-sprt", "pit uct:30 random --game tictactoe --games 1000 --sprt 0 200"),
      (
        "tournament",
        "tournament uct:100 uct:10 random alphabeta:2 --game tictactoe --games 4 --openings 1 --seed 2"
      ),
      ("pit-alone", "pit uct:10 random --game minatar-breakout --games 4"),
      ("pit-watch", "pit uct:30 random --game tictactoe --games 1 --watch"),
      ("perft-othello", "perft --game othello --depth 7"),
      ("perft-breakthrough", "perft --game breakthrough --depth 4"),
      ("watch-othello", "pit random random --game othello6 --games 1 --watch"),
      (
        "watch-hex",
        "pit random random --game hex7 --set rows=5 --set columns=5 --set swap=true --games 1 --watch"
      ),
      ("watch-gomoku", "pit random random --game gomoku --set side=7 --set length=4 --games 1 --watch"),
      (
        "watch-breakthrough",
        "pit random random --game breakthrough --set rows=6 --set columns=5 --games 1 --watch"
      ),
    ])
  func output(_ name: String, _ arguments: String) throws {
    let outcome = try Program.run(arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    try Program.expect(outcome.output, matches: name)
  }

  @Test(
    "an arcade game watched reads as it was approved",
    arguments: ["asterix", "breakout", "freeway", "seaquest", "spaceinvaders"])
  func playthrough(_ game: String) throws {
    let match = "pit uct:20 random --game minatar-\(game) --set frame_limit=26 --games 1 --watch"
    let outcome = try Program.run(match.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    try Program.expect(outcome.output, matches: "watch-" + game)
  }

  @Test(
    "a game on the full screen watched reads as it was approved",
    arguments: ["pong", "breakout", "spaceinvaders"])
  func screenPlaythrough(_ game: String) throws {
    let match =
      "pit uct:5 random --game \(game) --set frame_limit=600 --set action_repeat=60 --games 1 --watch"
    let outcome = try Program.run(match.split(separator: " ").map(String.init))
    #expect(outcome.status == 0, "\(outcome.errors)")
    try Program.expect(outcome.output, matches: "watch-screen-" + game)
  }

  @Test("a game typed in reads as it was approved, with a line about each mistake")
  func play() throws {
    let input = "hello\n4\nundo\n4\n4\n4\nmoves\nquit\n"
    let outcome = try Program.run(["play", "uct:50", "--game", "connect4"], input: input)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "'hello' is no legal move here; legal are 1 2 3 4 5 6 7\n")
    try Program.expect(outcome.output, matches: "play")
  }

  @Test("a position in the game's own notation is taken up, and a draw does not end the counting")
  func position() throws {
    // A bare king may be left after the first capture, which draws a game.
    let outcome = try Program.run(
      ["perft", "--game", "chess", "--depth", "5", "--position", "8/8/8/4k3/4P3/8/8/4K3 b - - 0 1"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output == "10628\n")
    let mistake = try Program.run([
      "perft", "--game", "chess", "--depth", "1", "--position", "8/8/8/9/8 w - -",
    ])
    #expect(mistake.status != 0)
    #expect(mistake.errors.contains("column 7 (pieces): '9' is no piece"), "\(mistake.errors)")
  }

  @Test("a game of chess typed in, in both notations")
  func playChess() throws {
    let input = "e2e4\nNf3\nmoves\nquit\n"
    let outcome = try Program.run(["play", "random", "--game", "chess"], input: input)
    #expect(outcome.status == 0, "\(outcome.errors)")
    try Program.expect(outcome.output, matches: "play-chess")
  }

  @Test(
    "every listing is one JSON object",
    arguments: [
      "games --json", "agents --json", "doctor --json", "perft --game tictactoe --depth 2 --json",
      "bench environment --game tictactoe --seconds 0.05 --json",
      "bench rollouts --game connect4 --seconds 0.05 --json",
    ])
  func json(_ arguments: String) throws {
    let outcome = try Program.run(arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 0)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    #expect(object is [String: Any])
    #expect(outcome.output.split(separator: "\n").count == 1)
  }

  @Test("recorded games are printed again as they were watched")
  func replay() throws {
    let folder = NSTemporaryDirectory() + "/selfplay-cli-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let match = [
      "pit", "uct:30", "random", "--game", "tictactoe", "--games", "2", "--watch", "--out", folder,
    ]
    let watched = try Program.run(match)
    let replayed = try Program.run(["replay", folder + "/games.replay"])
    #expect(replayed.status == 0, "\(replayed.errors)")
    #expect(watched.output.hasPrefix(replayed.output))
    let one = try Program.run(["replay", folder + "/games.replay", "--game", "2", "--ply", "1"])
    #expect(one.output.split(separator: "\n", omittingEmptySubsequences: false).count == 9)
  }
}
