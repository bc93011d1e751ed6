import Foundation
import Testing

@Suite("Bad input")
struct BadInputTests {
  @Test(
    "a mistake is answered with one line and the right code",
    arguments: [
      (
        "perft --game conect4 --depth 1",
        "unknown game 'conect4'; did you mean 'connect4'? (see: selfplay games)"
      ),
      (
        "pit rnadom random --game connect4",
        "unknown agent 'rnadom'; did you mean 'random'? (see: selfplay agents)"
      ),
      (
        "pit uct random --game connect4", "agent 'uct' does not say how many simulations; write, say, uct:400"
      ),
      (
        "pit uct:x random --game connect4",
        "agent 'uct:x': 'x' is no number of simulations; write, say, uct:400"
      ),
      (
        "pit uct:9@sped=1 random --game connect4",
        "uct:9@ sped=1: sped: unknown key; known keys: exploration, kind, node_limit, rave, reuses_tree, "
          + "seconds, simulations, solves"
      ),
      (
        "pit human random --game connect4", "'human' needs a person; use: selfplay play AGENT --game connect4"
      ),
      (
        "perft --game connect4 --depth 1 --set colums=5",
        "--set colums=5: colums: unknown key; did you mean 'columns'?"
      ),
      (
        "perft --game connect4 --depth 1 --set columns=x",
        "--set columns=x: columns: expected an integer, found a text (\"x\"); write an integer there"
      ),
      (
        "perft --game connect4 --depth 1 --position 9",
        "move 1 '9' is not legal here; legal are 1 2 3 4 5 6 7"
      ),
      (
        "perft --game frozenlake4 --depth 1",
        "'frozenlake4' has chance, its sequences cannot be counted; choose a game without"
      ),
      (
        "pit random random --game frozenlake4 --sprt 0 10",
        "'frozenlake4' is a game of one player, which has no Elo; leave out --sprt"
      ),
    ])
  func usage(_ arguments: String, _ line: String) throws {
    let outcome = try Program.run(arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors == "error: \(line)\n")
  }

  @Test(
    "arguments that do not fit end with 64",
    arguments: [
      "", "paly", "pit random", "pit random random", "perft --game connect4",
      "perft --game connect4 --depth -1",
      "pit random random --game connect4 --games 0", "pit random random --game connect4 --sprt 10 0",
      "pit random random --game connect4 --seed x", "replay", "replay x --game 0", "bench environment",
    ].dropFirst())
  func arguments(_ arguments: String) throws {
    let outcome = try Program.run(arguments.split(separator: " ").map(String.init))
    #expect(outcome.status == 64, "\(arguments)")
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("error: ") && outcome.errors.hasSuffix("\n"))
    #expect(outcome.errors.filter { $0 == "\n" }.count == 1, "\(outcome.errors)")
  }

  @Test("output that cannot be written is an error")
  func fullDisk() throws {
    let outcome = try Program.run(["games"], output: "/dev/full")
    #expect(outcome.status == 1)
    #expect(outcome.errors.hasPrefix("error: standard output cannot be written"))
  }

  @Test("a bad game file is refused with its name, the place and code 1")
  func gameFiles() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let cases = [
      ("game = \"go\"\nkomy = 3.5\n", "komy: unknown key; did you mean 'komi'?"),
      (
        "game = \"go\"\nside = \"9\"\n",
        "side: expected an integer, found a text (\"9\"); write an integer there"
      ),
      ("game = \"go\"\nside = 20\n", "side: 20 is out of range; choose a value from 2 to 19"),
      ("side = 9\n", "game: is missing; add game with a text"),
      ("game = \"tag\"\n", "game: unknown choice 'tag'; choose one of tictactoe, "),
      (
        "game = \"chess\"\nposition = \"8/9 w - -\"\n",
        "position: chess position, column 3 (pieces): '9' is no piece"
      ),
      ("game = \n", "line 1, column 8: "),
      ("game = \"gridworld\"\nmap = \"S?G\"\n", "map: row 1, column 2: "),
    ]
    let file = folder.appendingPathComponent("x.toml").path
    for (text, line) in cases {
      try Data(text.utf8).write(to: URL(fileURLWithPath: file))
      let outcome = try Program.run(["perft", "--game", file, "--depth", "1"])
      #expect(outcome.status == 1, "\(text)")
      #expect(outcome.errors.contains("\(file): ") && outcome.errors.contains(line), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    let missing = try Program.run(["perft", "--game", folder.path + "/none.toml", "--depth", "1"])
    #expect(missing.status == 1)
    #expect(
      missing.errors.hasSuffix("none.toml: cannot be read; check that the file exists and may be read\n"))
  }

  @Test("a damaged replay is refused in one line with code 1")
  func damagedReplay() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: folder) }
    let match = ["pit", "random", "random", "--game", "connect4", "--games", "20", "--out", folder.path]
    #expect(try Program.run(match).status == 0)
    let file = folder.appendingPathComponent("games.replay")
    let good = try Data(contentsOf: file)
    var flipped = good
    flipped[good.count / 2] ^= 0x10
    for bad in [good.dropLast(7), flipped, Data("hello".utf8), Data()] {
      try bad.write(to: file)
      let outcome = try Program.run(["replay", file.path])
      #expect(outcome.status == 1)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errors.hasPrefix("error: \(file.path): "), "\(outcome.errors)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    let missing = try Program.run(["replay", folder.path + "/none"])
    #expect(missing.status == 1)
  }

  @Test("an interrupted match prints its results so far within two seconds and ends with 130")
  func interruption() throws {
    let arguments = ["pit", "uct:300", "uct:300", "--game", "connect4", "--games", "100000", "--json"]
    let started = Date()
    let outcome = try Program.run(arguments, interruptAfter: 1)
    #expect(Date().timeIntervalSince(started) < 3)
    #expect(outcome.status == 130)
    #expect(outcome.output.contains("\"interrupted\": true"))
    let early = try Program.run(["perft", "--game", "connect4", "--depth", "30"], interruptAfter: 0.5)
    #expect(early.status == 130)
  }
}
