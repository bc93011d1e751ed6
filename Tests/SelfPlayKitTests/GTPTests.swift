import Foundation
import SelfPlayKit
import Testing

@Suite("Go Text Protocol")
struct GTPTests {
  func open(
    _ agent: String = "uct:50", game: String = "go9", _ options: GTPEngine.Options = .init()
  ) throws -> GTPEngine {
    try GTPEngine(
      agent: AgentSpecification(agent, home: home),
      definition: GameDefinition(named: game, home: home), options: options)
  }

  /// The text of the last answer.
  @discardableResult
  func run(_ engine: GTPEngine, _ commands: String...) -> String {
    commands.map { engine.answer($0) ?? "" }.last?.trimmingCharacters(in: .newlines) ?? ""
  }

  @Test("an agent that was trained for one size refuses the others")
  func size() throws {
    let engine = try open("go5", game: "go5")
    #expect(run(engine, "boardsize 9") == "? unacceptable size")
    #expect(run(engine, "boardsize 5") == "= ")
    #expect(run(engine, "genmove b").hasPrefix("= "))
  }

  @Test("a game goes on after two passes and undo takes back one move at a time, also of one colour")
  func turns() throws {
    let engine = try open()
    run(engine, "boardsize 5", "play b pass", "play w pass", "play b C3", "play b D3")
    #expect(run(engine, "list_stones b") == "= D3 C3" || run(engine, "list_stones b") == "= C3 D3")
    #expect(run(engine, "undo", "list_stones b") == "= C3")
    #expect(run(engine, "undo", "undo", "undo", "undo") == "? cannot undo")
  }

  @Test("the komi and the rules may change during a game")
  func rules() throws {
    let engine = try open()
    run(engine, "boardsize 5", "komi 0.5", "play b C3")
    #expect(run(engine, "final_score") == "= B+24.5")
    #expect(run(engine, "komi 6.3", "final_score") == "= B+18.7")
    #expect(run(engine, "list_stones b") == "= C3")
    #expect(run(engine, "kata-set-rules tromp-taylor") == "= ")
    #expect(run(engine, "kata-get-rules").contains("\"suicide\": true"))
    #expect(run(engine, "kata-set-rules japanese").hasPrefix("? unknown rules"))
    #expect(run(engine, "kata-set-rules koSITUATIONALscoreTERRITORYtaxNONEsui0").hasPrefix("?"))
    #expect(run(engine, "list_stones b") == "= C3")
  }

  @Test("the same seed and commands give the same moves, and reg_genmove repeats itself")
  func determinism() throws {
    let games = try (0..<2).map { _ in
      let engine = try open()
      return (0..<20).map { run(engine, $0.isMultiple(of: 2) ? "genmove b" : "genmove w") }
    }
    #expect(games[0] == games[1])
    let engine = try open()
    #expect(run(engine, "reg_genmove b") == run(engine, "reg_genmove b"))
  }

  @Test("time set by the other program is kept")
  func time() throws {
    let engine = try open("uct:100000000")
    run(engine, "boardsize 7", "time_settings 0 1 1")
    let start = ContinuousClock.now
    #expect(run(engine, "genmove b").hasPrefix("= "))
    run(engine, "time_left w 30 0")
    #expect(run(engine, "genmove w").hasPrefix("= "))
    let elapsed = ContinuousClock.now - start
    // The search alone would take minutes; the machine may be busy.
    #expect(elapsed < .seconds(20))
  }

  @Test("with dead stones to be taken it does not pass on a board that counts as lost")
  func deadStones() throws {
    // White's two stones are dead; as long as they stand White leads by a point and a half.
    let setUp = ["boardsize 5", "komi 19.5"]
    let black = ["A4", "B4", "C4", "D4", "E4", "A2", "B2", "C2", "D2", "E2", "C5"]
    let white = ["A1", "E1"]
    let commands =
      setUp + black.map { "play b \($0)" } + white.map { "play w \($0)" } + ["play w pass"]
    let engine = try open("uct:2000", .init(capturesDeadStones: true))
    for command in commands { run(engine, command) }
    var passes = 0
    for _ in 0..<8 where run(engine, "genmove b") == "= pass" {
      passes += 1
      #expect(run(engine, "final_score").hasPrefix("= B"))
    }
    #expect(passes < 8)
  }

  @Test("other games are refused in one line")
  func otherGame() {
    #expect(throws: RegistryError.self) { try open(game: "connect4") }
  }

  @Test(
    "numbers beyond all sense are answered, and a move after them",
    arguments: [
      "time_settings 1e300 1e300 9", "time_settings 0 1e308 1", "time_left b 1e300 5", "komi 1e5",
      "fixed_handicap 99999999999999999999", "time_settings 1 1 9223372036854775807",
      "play b J99999999999999999999",
      "loadsgf x 99999999999999999999", "boardsize -9223372036854775808", "kata-set-rules {\"ko\": [1]}",
    ])
  func extremes(_ line: String) throws {
    let engine = try open("random", game: "go9")
    run(engine, "time_settings 60 10 5")
    #expect(["=", "?"].contains(run(engine, line).prefix(1)))
    #expect(run(engine, "genmove b").hasPrefix("= "))
    #expect(run(engine, "final_score").hasPrefix("= "))
  }
}
