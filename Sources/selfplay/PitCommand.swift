import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay pit`: two agents against each other, or two in the same single-player episodes.
struct PitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pit", abstract: "Let two agents play a match.",
    discussion: """
      Colours alternate unless --as says otherwise. In a game of one player both play the same episodes and
      their returns are compared.
      The result depends on the seed alone, not on the threads, unless an agent thinks by
      the clock or is a program of its own.
      """)

  @Argument(help: "The agent whose wins are counted.") var a: String
  @Argument(help: "Its opponent.") var b: String
  @OptionGroup var game: GameOptions
  @Option(help: "Games, or episodes of each agent.") var games = 100
  @Option(help: "Seed of all chance.") var seed: UInt64 = 1
  @Option(help: "Games played at a time.") var threads = 1
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp(
      "Stop when it is clear which of two Elo differences holds; one below 0 as in --sprt=-10 0.",
      valueName: "e0 e1"))
  var sprt: [Double] = []
  @Flag(help: "Show the games move by move.") var watch = false
  @Option(name: .customLong("out"), help: ArgumentHelp("Keep the games in this folder.", valueName: "dir"))
  var folder: String?
  @Flag(help: "Add to the games in that folder.") var append = false
  @Option(help: ArgumentHelp("Begin each pair of games with so many random moves.", valueName: "plies"))
  var openings = 0
  @Option(name: .customLong("as"), help: "Where the first agent sits.")
  var seating: MatchPlan.Seating = .alternate
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "An agent gives up after three moves running at which it expects no more than this.", valueName: "value"
    ))
  var resign: Double?
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 1...10_000_000 ~= games else {
      throw ValidationError("--games \(games) is out of range; choose 1 to 10000000.")
    }
    guard 1...1024 ~= threads else {
      throw ValidationError("--threads \(threads) is out of range; choose 1 to 1024.")
    }
    guard sprt.isEmpty || sprt.count == 2 && sprt[0] < sprt[1] && sprt.allSatisfy({ abs($0) <= 1000 }) else {
      throw ValidationError("--sprt takes two Elo differences, the smaller one first, such as --sprt 0 10.")
    }
    guard 0...1000 ~= openings else {
      throw ValidationError("--openings \(openings) is out of range; choose 0 to 1000.")
    }
    if let resign, !(-1...0 ~= resign) {
      throw ValidationError("--resign \(resign) is out of range; choose -1 to 0, such as -0.95.")
    }
    guard !append || folder != nil else { throw ValidationError("--append needs --out.") }
    guard !(watch && output.json) else { throw ValidationError("--watch and --json exclude each other.") }
  }

  func run() throws {
    Interruption.holdResults()
    let home = try Home.find()
    let definition = try game.definition(in: home)
    let agents = try [a, b].map { try AgentSpecification($0, home: home) }
    if try definition.game.playerCount == 1 { try checkOptionsOfOnePlayer(definition) }
    let match = try Match(definition, between: agents[0], and: agents[1], plan: plan)
    let result = try play(match, of: definition)
    let report = MatchReport(result, game: definition.id, seed: seed)
    Terminal.put(output.json ? report.json.text : report.text(ink: Ink(for: STDOUT_FILENO)))
    if result.wasInterrupted { throw ExitCode.interrupted }
  }

  private var plan: MatchPlan {
    var plan = MatchPlan(
      games: games, seed: seed, threads: threads,
      sequentialTest: sprt.isEmpty ? nil : SequentialTest(elo0: sprt[0], elo1: sprt[1]),
      keepsSearches: folder != nil)
    plan.openingPlies = openings
    plan.seating = seating
    plan.resignation = resign.map { Resignation(value: Float($0)) }
    return plan
  }

  private func checkOptionsOfOnePlayer(_ definition: GameDefinition) throws {
    if !sprt.isEmpty {
      throw UsageError("'\(definition.id)' is a game of one player, which has no Elo; leave out --sprt")
    }
    if seating != .alternate || resign != nil {
      throw UsageError("'\(definition.id)' is a game of one player; leave out --as and --resign")
    }
  }

  private func play(_ match: Match, of definition: GameDefinition) throws -> MatchResult {
    let keeper = try folder.map { try RecordKeeper(folder: $0, name: "games.replay", appends: append) }
    try keeper?.keep(rulesOf: definition)
    var status = StatusDisplay()
    let result = try match.run { finished, _ in
      try keeper?.keep(finished.record)
      guard watch else { return }
      status.clear()
      try show(finished, of: definition)
    } wait: { result in
      status.show(MatchReport(result, game: definition.id, seed: seed).progress)
    }
    status.clear()
    if let keeper {
      try keeper.close()
      if result.games > 0 {
        Terminal.log("Games kept in \(keeper.path) (see: selfplay replay \(keeper.path))")
      }
    }
    return result
  }

  private func show(_ finished: MatchGame, of definition: GameDefinition) throws {
    let ink = Ink(for: STDOUT_FILENO)
    let walk = try GameWalk(finished.record, defined: definition)
    Terminal.put(ink("Game \(finished.index + 1): " + walk.heading, .bold) + "\n")
    for ply in 0...walk.last where !Interruption.isRequested {
      Terminal.put(walk.page(ply, ink: ink) + "\n")
      if Terminal.isTerminal(STDOUT_FILENO) { usleep(300_000) }
    }
  }
}

extension MatchPlan.Seating: ExpressibleByArgument {}
