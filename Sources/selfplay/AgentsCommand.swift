import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay agents`: what can play.
struct AgentsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "agents", abstract: "List the agents: name, game, kind, measured strength.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let home = try Home.find()
    let agents = try AgentSummary.builtIn + home.agentNames.map { try AgentSummary(named: $0, home: home) }
    if output.json {
      let rows = agents.map { agent -> JSONValue in
        [
          "name": .text(agent.name), "game": agent.game.map { .text($0) } ?? .null, "kind": .text(agent.kind),
          "strength": agent.strength.map { .text($0) } ?? .null,
        ]
      }
      return Terminal.put((["agents": .list(rows)] as JSONValue).text)
    }
    var table = TextTable(("agent", .left), ("game", .left), ("kind", .left), ("strength", .left))
    for agent in agents { table.add([agent.name, agent.game ?? "any", agent.kind, agent.strength ?? "-"]) }
    Terminal.put(table.text(ink: Ink(for: STDOUT_FILENO)))
  }
}
