import ArgumentParser
import Environments
import Foundation
import SelfPlayKit

/// `selfplay games`: what can be played.
struct GamesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "games", abstract: "List the games: id, players, actions, observation shape.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let home = try Home.find()
    let games = try home.gameNames.map { name in
      let definition = try GameDefinition(named: name, home: home)
      return (definition, try definition.game.visit(Describer()))
    }
    if output.json {
      let rows = games.map { definition, facts -> JSONValue in
        [
          "id": .text(definition.id), "title": .text(definition.title), "players": .integer(facts.players),
          "actions": .integer(facts.actions),
          "observation": .list(
            [facts.shape.planes, facts.shape.rows, facts.shape.columns].map { .integer($0) }),
          "stochastic": .boolean(facts.isStochastic),
          "rules": .text(String(definition.fingerprint, radix: 16)),
        ]
      }
      return Terminal.put((["games": .list(rows)] as JSONValue).text)
    }
    var table = TextTable(
      ("game", .left), ("players", .right), ("actions", .right), ("observation", .left), ("", .left))
    for (definition, facts) in games {
      let shape = "\(facts.shape.planes) x \(facts.shape.rows) x \(facts.shape.columns)"
      let note = definition.title + (facts.isStochastic ? " (chance)" : "")
      table.add([definition.id, "\(facts.players)", "\(facts.actions)", shape, note])
    }
    Terminal.put(table.text(ink: Ink(for: STDOUT_FILENO)))
  }

  private struct Facts {
    var players: Int
    var actions: Int
    var shape: ObservationShape
    var isStochastic: Bool
  }

  private struct Describer: GameVisitor {
    func visit<Subject: Notation>(_ game: Subject) throws -> Facts {
      Facts(
        players: game.playerCount, actions: game.actionCount, shape: game.observationShape,
        isStochastic: game.isStochastic)
    }
  }
}
