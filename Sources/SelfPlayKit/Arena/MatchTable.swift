import Environments
import Replay
import Search

/// What all games of a match have in common.
struct MatchTerms<Subject: Notation>: Sendable {
  let game: Subject
  let definition: GameDefinition
  /// The agents', as `Contestant` counts them.
  let names: [String]
  let plan: MatchPlan
}

/// One game of a match, as it is played.
struct MatchTable<Subject: Notation> {
  private let match: MatchTerms<Subject>
  private let index: Int
  private let first: Contestant
  /// Who sits where, in the order of `Player`.
  private let seated: [Contestant]
  private let players: [AnyAgent<Subject>]
  private var record: GameRecord
  private var random: Random
  private var state: Subject.State
  private var value = 0.0
  private var status = Status.running
  /// Moves running that each contestant has seen the game as lost.
  private var lost = [0, 0]

  init(_ match: MatchTerms<Subject>, game index: Int, players: [AnyAgent<Subject>]) throws {
    let plan = match.plan
    self.match = match
    self.index = index
    self.players = players
    first = match.game.playerCount == 1 ? (index.isMultiple(of: 2) ? .a : .b) : plan.first(inGame: index)
    seated = match.game.playerCount == 1 ? [first] : [first, first.other]
    record = GameRecord(
      game: match.definition.id, rules: match.definition.fingerprint, seed: plan.seed,
      stream: UInt64(index / 2))
    record.players = seated.map { match.names[$0.rawValue] }
    random = record.random
    state = match.game.start(using: &random)
    for contestant in seated {
      let stream = UInt64(index) * 2 + UInt64(contestant.rawValue)
      try players[contestant.rawValue].begin(
        state, random: Random(seed: plan.seed, purpose: .agent, index: stream))
    }
  }

  /// Plays to the end; nil if it was stopped.
  mutating func play(isStopped: () -> Bool) throws -> MatchGame? {
    for action in try opening() {
      try take(action, search: SearchRecord(visits: [], value: 0, isFull: false))
    }
    while !status.isOver, record.resigned == nil {
      if isStopped() || Interruption.isRequested { return nil }
      let player = match.game.playerCount == 1 ? Player.first : match.game.playerToMove(in: state)
      let mover = seated[player.index]
      let decision = try players[mover.rawValue].decide(in: state)
      if match.game.playerCount == 2, decision.resigns || givesUp(mover, decision.value) {
        record.resigned = player
        value += mover == .a ? -1 : 1
        break
      }
      guard match.game.legalActions(in: state).contains(decision.action) else {
        throw MatchError.illegalAction(
          agent: match.names[mover.rawValue], action: decision.action.index, game: index,
          ply: record.actions.count)
      }
      try take(decision.action, search: SearchRecord(decision))
    }
    return MatchGame(index: index, first: first, value: value, record: record)
  }

  private mutating func take(_ action: Action, search: SearchRecord) throws {
    let mover = match.game.playerCount == 1 ? first : seated[match.game.playerToMove(in: state).index]
    let transition = match.game.step(&state, taking: action, using: &random)
    record.append(action, transition, search: match.plan.keepsSearches ? search : nil)
    let isCounted = match.game.playerCount == 1 || mover == .a
    value += Double(isCounted ? transition.reward : -transition.reward)
    status = transition.status
    for contestant in seated { try players[contestant.rawValue].follow(action, to: state) }
  }

  private mutating func givesUp(_ mover: Contestant, _ expected: Float?) -> Bool {
    guard let rule = match.plan.resignation, let expected else { return false }
    lost[mover.rawValue] = expected <= rule.value ? lost[mover.rawValue] + 1 : 0
    return lost[mover.rawValue] >= rule.moves
  }

  /// Random plies, the same for both games of a pair, after which the game goes on.
  private func opening() throws -> [Action] {
    let plan = match.plan
    if plan.openingPlies == 0 { return [] }
    let pair = plan.seating == .alternate || match.game.playerCount == 1 ? index / 2 : index
    var source = Random(seed: plan.seed, purpose: .match, index: UInt64(pair))
    for _ in 0..<100 {
      var (state, chance) = (state, random)
      var actions: [Action] = []
      var isRunning = true
      while isRunning, actions.count < plan.openingPlies {
        let action = match.game.randomLegalAction(in: state, using: &source)
        isRunning = !match.game.step(&state, taking: action, using: &chance).status.isOver
        actions.append(action)
      }
      if isRunning { return actions }
    }
    throw ArenaError(
      description: "openings of \(plan.openingPlies) random plies end the game before it begins; choose fewer"
    )
  }
}
