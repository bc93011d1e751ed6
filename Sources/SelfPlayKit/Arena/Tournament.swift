import Environments
import Replay

/// A round robin: every agent plays a match against every other one, in a fixed order of games, so that the
/// games kept tell where to go on after any interruption.
public struct Tournament: Sendable {
  private let definition: GameDefinition
  /// Of each match.
  private let plan: MatchPlan
  private let table: Table

  /// What depends on the game's type.
  private struct Table: Sendable {
    let names: [String]
    let match: @Sendable ((Int, Int), MatchPlan) -> Match
    /// What a recorded game came to, from the view of the player who moved first.
    let value: @Sendable (GameRecord) throws -> Double
  }

  /// Throws `RegistryError` for a game of one player, fewer than two agents, one named twice or one that does not suit
  /// the game, and what reading their weights throws.
  public init(_ definition: GameDefinition, among agents: [AgentSpecification], plan: MatchPlan) throws {
    guard try definition.game.playerCount == 2 else {
      throw RegistryError(
        problem: "'\(definition.id)' is a game of one player, which has no Elo", remedy: "use: selfplay pit")
    }
    guard agents.count >= 2, Set(agents.map(\.text)).count == agents.count else {
      throw RegistryError(
        problem: "a tournament needs two agents or more, each named once",
        remedy: "add some, or change an option")
    }
    self.definition = definition
    self.plan = plan
    table = try definition.game.visit(Preparation(definition: definition, agents: agents))
  }

  private struct Preparation: GameVisitor {
    let definition: GameDefinition
    let agents: [AgentSpecification]

    func visit<Subject: Notation>(_ game: Subject) throws -> Table {
      let factories = try agents.map { try $0.factory(for: game, defined: definition) }
      return Table(names: factories.map(\.name)) { pair, plan in
        Match(
          game, defined: definition, between: factories[pair.0], and: factories[pair.1], plan: plan)
      } value: { record in
        var value = 0.0
        try replay(record, game: game, rules: definition.fingerprint) { _, state, _, transition in
          let isFirst = game.playerToMove(in: state) == .first
          value += Double(isFirst ? transition.reward : -transition.reward)
        }
        if let loser = record.resigned { value += loser == .first ? -1 : 1 }
        return value
      }
    }
  }

  private var names: [String] { table.names }

  private var pairs: [(Int, Int)] {
    names.indices.flatMap { i in names.indices.filter { $0 > i }.map { (i, $0) } }
  }

  /// Games of the whole tournament.
  public var total: Int { pairs.count * plan.games }

  /// What the first games came to. Throws `ArenaError` for records of another tournament.
  public func result(of records: [GameRecord]) throws -> TournamentResult {
    var result = TournamentResult(names: names, planned: plan.games)
    for (number, record) in records.enumerated() { try count(record, number: number, in: &result) }
    return result
  }

  /// Plays the games that are left after those of a result; `keep` is given every new record, in order. Throws what
  /// matches throw.
  public func run(
    goingOnFrom standing: TournamentResult, keep: (GameRecord) throws -> Void,
    wait: (TournamentResult) -> Void = { _ in }
  ) throws -> TournamentResult {
    var result = standing
    for (index, pair) in pairs.enumerated() {
      let before = max(0, min(plan.games, standing.games - index * plan.games))
      if before == plan.games { continue }
      var rest = plan
      rest.gamesBefore = before
      let part = try table.match(pair, rest).run(
        report: { finished, _ in
          try keep(finished.record)
          result.add(value: finished.value, between: pair, plies: finished.record.actions.count)
        }, wait: { _ in wait(result) })
      if part.wasInterrupted {
        result.wasInterrupted = true
        break
      }
    }
    return result
  }

  private func count(_ record: GameRecord, number: Int, in result: inout TournamentResult) throws {
    guard number < total else { throw stranger(number) }
    let pair = pairs[number / plan.games]
    let isAFirst = plan.first(inGame: number % plan.games) == .a
    let seats = isAFirst ? [pair.0, pair.1] : [pair.1, pair.0]
    guard record.game == definition.id, record.rules == definition.fingerprint, record.seed == plan.seed,
      record.players == seats.map({ names[$0] })
    else { throw stranger(number) }
    let value = try table.value(record)
    result.add(value: isAFirst ? value : -value, between: pair, plies: record.actions.count)
  }

  private func stranger(_ number: Int) -> ArenaError {
    ArenaError(
      description:
        "game \(number + 1) of the folder is of another tournament (agents, games, rules or seed differ); "
        + "give the same ones as before, or another folder")
  }
}

/// What a tournament has come to.
public struct TournamentResult: Sendable {
  public let names: [String]
  /// Games of each match that were asked for.
  public let planned: Int
  /// [i][j]: the results of i against j, from the view of i.
  public private(set) var tallies: [[Tally]]
  public private(set) var games = 0
  public private(set) var plies = 0
  public internal(set) var wasInterrupted = false

  init(names: [String], planned: Int) {
    self.names = names
    self.planned = planned
    tallies = [[Tally]](repeating: [Tally](repeating: Tally(), count: names.count), count: names.count)
  }

  mutating func add(value: Double, between pair: (Int, Int), plies: Int) {
    tallies[pair.0][pair.1].add(returned: value)
    tallies[pair.1][pair.0].add(returned: -value)
    games += 1
    self.plies += plies
  }

  /// All games of an agent.
  public func tally(of agent: Int) -> Tally { tallies[agent].reduce(Tally(), +) }
}
