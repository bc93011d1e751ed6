import Environments
import Foundation
import Replay
import TensorCore

/// Small checks that the parts work on this machine.
public enum SelfTest {
  public struct Check: Sendable {
    public let name: String
    /// nil if all is well.
    public let problem: String?
  }

  /// Runs all checks; takes less than a second.
  public static func run() -> [Check] {
    [
      check("every file in Games is understood", games),
      check("rules: tic-tac-toe has 255168 games", ticTacToe),
      check("search wins against random play", search),
      check("replay: games written are read back", replay),
      check("kernels agree with the scalar ones", kernels),
    ]
  }

  private static func check(_ name: String, _ body: () throws -> String?) -> Check {
    do { return Check(name: name, problem: try body()) } catch {
      return Check(name: name, problem: "\(error)")
    }
  }

  /// A small network with plain C, with the kernels in use, and with what bf16 rounds.
  private static func kernels() throws -> String? {
    let description = try Benchmark.residualNetwork(blocks: 2, channels: 32, board: 7, planes: 4)
    let network = try Network(description, seed: 1)
    var random = Random(seed: 1, purpose: .test)
    let planes = (0..<description.inputCount).map { _ in random.uniformFloat() }
    let plain = network.compiled(maximumBatch: 1, precision: .f32, kernels: Kernels.available[0])
    let expected = plain.evaluate(planes)
    for (precision, tolerance) in [(Precision.f32, Float(1e-3)), (.bf16, 0.1)] {
      let found = network.compiled(maximumBatch: 1, precision: precision).evaluate(planes)
      let difference = zip(expected, found).map { abs($0 - $1) }.max() ?? .infinity
      guard difference < tolerance else {
        return "\(Kernels.selected.name) kernels in \(precision.rawValue) are off by \(difference)"
      }
    }
    return nil
  }

  private static func games() throws -> String? {
    let home = try Home.find()
    for name in home.gameNames { _ = try GameDefinition(named: name, home: home) }
    return home.gameNames.isEmpty ? "there are none" : nil
  }

  /// Sequences of nine moves that end before or at the ninth: 255,168 games of tic-tac-toe.
  private static func ticTacToe() throws -> String? {
    func count(_ state: TicTacToe.State, _ random: inout Random) -> Int {
      let actions = TicTacToe().legalActions(in: state)
      if actions.isEmpty { return 1 }
      var total = 0
      for action in actions.array {
        var next = state
        _ = TicTacToe().step(&next, taking: action, using: &random)
        total += count(next, &random)
      }
      return total
    }
    var random = Random(seed: 1, purpose: .test)
    let found = count(TicTacToe().start(using: &random), &random)
    return found == 255_168 ? nil : "counted \(found)"
  }

  private static func search() throws -> String? {
    let result = try match(games: 10) { _ in }
    return result.tally.wins >= 8 ? nil : "won \(result.tally.wins) of 10"
  }

  private static func replay() throws -> String? {
    let folder = NSTemporaryDirectory() + "/selfplay-doctor-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let keeper = try RecordKeeper(folder: folder, name: "games.replay")
    var records: [GameRecord] = []
    _ = try match(games: 4) { record in
      records.append(record)
      try keeper.keep(record)
    }
    try keeper.close()
    return try GameAlbum(keeper.path).records == records ? nil : "what was read differs"
  }

  private static func match(games: Int, keep: (GameRecord) throws -> Void) throws -> MatchResult {
    let home = Home(path: ".")
    let definition = try GameDefinition(
      id: "tictactoe",
      document: ConfigurationDocument(text: "game = \"tictactoe\"", origin: .file("self-test")))
    let match = try Match(
      definition, between: AgentSpecification("uct:200", home: home),
      and: AgentSpecification("random", home: home), plan: MatchPlan(games: games))
    return try match.run { game, _ in try keep(game.record) }
  }
}

extension InferenceNetwork {
  /// The logits of one position, then its value.
  fileprivate func evaluate(_ planes: [Float]) -> [Float] {
    var logits = [Float](repeating: 0, count: description.actions)
    var values: [Float] = [0]
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        values.withUnsafeMutableBufferPointer { run(batch: 1, planes: planes, logits: logits, values: $0) }
      }
    }
    return logits + values
  }
}
