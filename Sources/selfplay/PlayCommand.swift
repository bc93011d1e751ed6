import ArgumentParser
import Environments
import Foundation
import Search
import SelfPlayKit

/// `selfplay play`: a person against an agent.
struct PlayCommand: ParsableCommand {
  enum Side: String, ExpressibleByArgument, CaseIterable { case first, second }

  static let configuration = CommandConfiguration(
    commandName: "play", abstract: "Play against an agent in the terminal.",
    discussion: "Type a move by its name; 'moves' lists them, 'undo' takes back, 'quit' ends.")

  @Argument(help: "The opponent; in a game of one player, who gives hints.") var agent: String
  @OptionGroup var game: GameOptions
  @Option(name: .customLong("as"), help: "Which side you play.") var side: Side = .first
  @Option(help: "Seed of all chance.") var seed: UInt64 = 1
  @Option(
    name: .customLong("out"), help: ArgumentHelp("Add the game to those in this folder.", valueName: "dir"))
  var folder: String?

  func run() throws {
    let home = try Home.find()
    let definition = try game.definition(in: home)
    let opponent = try AgentSpecification(agent, home: home)
    try definition.game.visit(Table(command: self, definition: definition, opponent: opponent))
  }

  private struct Table: GameVisitor {
    let command: PlayCommand
    let definition: GameDefinition
    let opponent: AgentSpecification

    func visit<Subject: Notation>(_ game: Subject) throws {
      let isBetweenPeople = if case .human = opponent.kind { true } else { false }
      let agent = isBetweenPeople ? nil : try opponent.factory(for: game, defined: definition).make()
      var session = PlaySession(
        game: game, title: definition.title, opponent: agent, opponentName: opponent.text,
        person: command.side == .first ? .first : .second, seed: command.seed)
      let keeper = try command.folder.map {
        try RecordKeeper(folder: $0, name: "games.replay", appends: true)
      }
      try keeper?.keep(rulesOf: definition)
      try session.run()
      let record = session.record(of: definition)
      guard let keeper, !record.actions.isEmpty else { return }
      try keeper.keep(record)
      try keeper.close()
      Terminal.log("Game kept in \(keeper.path) (see: selfplay replay \(keeper.path))")
    }
  }
}
