import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay accuracy`: how often an agent keeps the value of solved positions.
struct AccuracyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "accuracy", abstract: "Measure how often an agent keeps the value of solved positions.",
    discussion: """
      Without --positions every reachable position of a small game is solved by exhaustive search:
      'selfplay accuracy tictactoe --game tictactoe --simulations 50'.
      """)

  @Argument(help: "The agent.") var agent: String
  @OptionGroup var game: GameOptions
  @Option(help: ArgumentHelp("Solved positions, one JSON object a line.", valueName: "file"))
  var positions: String?
  @Option(help: "Simulations a decision, for agents that search; 0: the network alone.") var simulations: Int?
  @Option(help: "Seed of all chance.") var seed: UInt64 = 1
  @OptionGroup var output: OutputOptions

  func run() throws {
    Interruption.holdResults()
    let home = try Home.find()
    let definition = try game.definition(in: home)
    let specification = try AgentSpecification(agent, simulations: simulations, home: home)
    var status = StatusDisplay()
    let accuracy = try Accuracy.measure(specification, in: definition, positions: positions, seed: seed) {
      status.show("\($0.positions) of \($1) positions")
    }
    status.clear()
    if output.json { Terminal.put(accuracy.json.text) } else { put(accuracy) }
    if accuracy.wasInterrupted { throw ExitCode.interrupted }
  }

  private func put(_ accuracy: Accuracy) {
    Terminal.put("\(counted(accuracy.positions, "position")), \(percent(accuracy.share)) keep their value")
    Terminal.put("\(accuracy.critical) of them critical, of which \(percent(accuracy.criticalShare))")
    if let blunders = accuracy.blunders {
      Terminal.put("\(counted(blunders, "position")) turned from not lost to lost")
    }
  }

  private func percent(_ share: Double?) -> String {
    share.map { String(format: "%.2f %%", $0 * 100) } ?? "-"
  }
}
