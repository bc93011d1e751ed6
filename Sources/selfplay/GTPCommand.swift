import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay gtp`: an agent as an engine of the Go Text Protocol.
struct GTPCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gtp", abstract: "Let other programs play Go against an agent (Go Text Protocol 2).",
    discussion: """
      Commands come on standard input, answers go to standard output. Areas are scored and all stones count \
      as alive. The time of a move is that of time_settings and time_left, else --seconds, else the agent's own \
      number of simulations.
      """)

  @Option(help: "Who plays (see 'selfplay agents').") var agent: String
  @Option(help: "Go with its rules and first size. (default: the agent's own, else go9)") var game: String?
  @Option(name: .customLong("set"), help: ArgumentHelp("Change a rule of the game.", valueName: "key=value"))
  var settings: [String] = []
  @Option(help: "Seconds for a move while the other program sets no time.") var seconds: Double?
  @Flag(help: "Pass only where the board as it stands is won, with dead stones taken.")
  var capturesDeadStones = false
  @Option(help: "Seed of the agent's chance.") var seed: UInt64 = 1

  func validate() throws {
    if let seconds, !(0.001...86_400 ~= seconds) {
      throw ValidationError("--seconds \(seconds) is out of range; choose 0.001 to 86400.")
    }
  }

  func run() throws {
    let home = try Home.find()
    let specification = try AgentSpecification(agent, home: home)
    var name = game ?? "go9"
    if game == nil, case .trained(let definition, _) = specification.kind { name = definition.game }
    let engine = try GTPEngine(
      agent: specification, definition: GameDefinition(named: name, home: home, settings: settings),
      options: GTPEngine.Options(seed: seed, seconds: seconds, capturesDeadStones: capturesDeadStones))
    try GTPServer(engine).run()
  }
}
