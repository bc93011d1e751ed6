import ArgumentParser
import Foundation
import Replay
import SelfPlayKit

/// `selfplay tournament`: a round robin between several agents.
struct TournamentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tournament", abstract: "Let several agents play a round robin, with Elo ratings.",
    discussion: """
      Every agent meets every other one, colours alternating. Ratings are those that make the results most \
      likely (Bradley and Terry), with 95 % intervals, and average 0. With --out the same command goes on where it \
      stopped, whatever stopped it.
      """)

  @Argument(help: "The agents.") var agents: [String]
  @OptionGroup var game: GameOptions
  @Option(help: "Games of each pair.") var games = 100
  @Option(help: "Seed of all chance.") var seed: UInt64 = 1
  @Option(help: "Games played at a time.") var threads = 1
  @Option(help: ArgumentHelp("Begin each pair of games with so many random moves.", valueName: "plies"))
  var openings = 0
  @Option(name: .customLong("out"), help: ArgumentHelp("Keep the games in this folder.", valueName: "dir"))
  var folder: String?
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard agents.count >= 2 else { throw ValidationError("A tournament needs two agents or more.") }
    guard 1...1_000_000 ~= games else {
      throw ValidationError("--games \(games) is out of range; choose 1 to 1000000.")
    }
    guard 1...1024 ~= threads else {
      throw ValidationError("--threads \(threads) is out of range; choose 1 to 1024.")
    }
    guard 0...1000 ~= openings else {
      throw ValidationError("--openings \(openings) is out of range; choose 0 to 1000.")
    }
  }

  func run() throws {
    Interruption.holdResults()
    let home = try Home.find()
    let definition = try game.definition(in: home)
    var plan = MatchPlan(games: games, seed: seed, threads: threads)
    plan.openingPlies = openings
    let tournament = try Tournament(
      definition, among: agents.map { try AgentSpecification($0, home: home) }, plan: plan)
    let result = try play(tournament, of: definition)
    let report = TournamentReport(result, game: definition.id, seed: seed)
    Terminal.put(output.json ? report.json.text : report.text(ink: Ink(for: STDOUT_FILENO)))
    if result.wasInterrupted { throw ExitCode.interrupted }
  }

  private func play(_ tournament: Tournament, of definition: GameDefinition) throws -> TournamentResult {
    let keeper = try folder.map { try RecordKeeper(folder: $0, name: "games.replay", appends: true) }
    var records: [GameRecord] = []
    if let keeper {
      var reader = try ReplayReader(keeper.path)
      try reader.forEachGame { records.append($0) }
    }
    let standing = try tournament.result(of: records)
    if !records.isEmpty {
      Terminal.log("Going on after \(records.count) of \(counted(tournament.total, "game"))")
    }
    try keeper?.keep(rulesOf: definition)
    var status = StatusDisplay()
    let result = try tournament.run(goingOnFrom: standing) { record in
      try keeper?.keep(record)
    } wait: { result in
      status.show(TournamentReport(result, game: definition.id, seed: seed).progress)
    }
    status.clear()
    try keeper?.close()
    return result
  }
}
