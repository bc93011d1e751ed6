import Environments
import Foundation
import Replay
import Search

/// Lets an agent judge every position of recorded games.
public struct GameAnalyst<Subject: Notation> {
  /// What the agent said before a move, and what the move brought.
  private struct Opinion {
    var mover: Player
    var action: Action
    var move: String
    var decision: Decision
    var best: Action
    var bestValue: Double
    var line: [String]
    var transition: Transition
    /// What the move gave away, unless only the position after it can tell.
    var loss: Double?
  }

  /// Visits that the value of the position counts for beside a candidate's own.
  private static var meanWeight: Float { 16 }

  private let game: Subject
  private let definition: GameDefinition
  private let judge: String
  private let agent: AnyAgent<Subject>
  /// Judges what single moves lead to, with trees of its own.
  private let probe: AnyAgent<Subject>
  private let discount: Double
  private let seed: UInt64

  /// - Parameter discount: of the agent's values.
  public init(
    _ game: Subject, defined definition: GameDefinition, judge: AgentFactory<Subject>, discount: Double,
    seed: UInt64
  ) throws {
    self.game = game
    self.definition = definition
    self.judge = judge.name
    agent = try judge.make()
    probe = try judge.make()
    self.discount = discount
    self.seed = seed
  }

  /// Judges a game: one decision of the agent a ply, and two more where the move played was hardly considered. `report` is called with the number of moves judged.
  ///
  /// Throws `ReplayError` if the record does not follow from the rules, `ArenaError` if the agent has no opinion
  /// of positions, `CancellationError` after Ctrl-C, and what the agent throws.
  public func analyze(
    _ record: GameRecord, number: Int, report: (Int) -> Void = { _ in }
  ) throws -> GameAnalysis {
    // The walk checks the whole record before the long work starts.
    let walk = try GameWalk(record, defined: definition)
    var opinions: [Opinion] = []
    var drawings: [String] = []
    var hasBegun = false
    let end = try replay(record, game: game, rules: definition.fingerprint) {
      ply, state, action, transition in
      if Interruption.isRequested { throw CancellationError() }
      if !hasBegun {
        try agent.begin(state, random: Random(seed: seed, purpose: .agent, index: UInt64(number)))
        hasBegun = true
      } else if let last = opinions.last {
        try agent.follow(last.action, to: state)
      }
      drawings.append(game.draw(state))
      opinions.append(try opinion(of: state, action: action, transition: transition))
      report(ply + 1)
    }
    drawings.append(game.draw(end))
    return finish(record, number: number, heading: walk.heading, opinions, drawings, end: end)
  }

  private func opinion(
    of state: Subject.State, action: Action, transition: Transition
  ) throws -> Opinion {
    let decision = try agent.decide(in: state)
    // An agent that explores may choose another action than its best one.
    let first = decision.candidates.first
    guard let value = first.flatMap({ settled($0, in: decision) }) ?? decision.value, value.isFinite else {
      throw ArenaError(
        description:
          "agent '\(judge)' has no opinion of positions; choose one that searches, such as uct:1000")
    }
    let best = first?.action ?? decision.action
    return Opinion(
      mover: game.playerToMove(in: state), action: action, move: game.name(of: action, in: state),
      decision: decision, best: best, bestValue: Double(value),
      line: names(of: first.map { $0.line.isEmpty ? [best] : $0.line } ?? [best], from: state),
      transition: transition,
      loss: try loss(of: action, against: best, worth: Double(value), decision, in: state))
  }

  /// Names of a line of actions. Where chance decides, all are named as if from the state they start in.
  private func names(of line: [Action], from state: Subject.State) -> [String] {
    var state = state
    var random = Random(seed: 0, purpose: .agent)
    var names: [String] = []
    for action in line {
      guard game.isStochastic || game.legalActions(in: state).contains(action) else { break }
      names.append(game.name(of: action, in: state))
      if game.isStochastic { continue }
      if game.step(&state, taking: action, using: &random).status.isOver { break }
    }
    return names
  }

  private func finish(
    _ record: GameRecord, number: Int, heading: String, _ opinions: [Opinion], _ drawings: [String],
    end: Subject.State
  ) -> GameAnalysis {
    var values = opinions.map { $0.mover == .first ? $0.bestValue : -$0.bestValue }
    let early = game.playerCount == 2 ? record.earlyResult(toMove: game.playerToMove(in: end)) : nil
    let result =
      early.map(Double.init)
      ?? opinions.reduce(0.0) { sum, opinion in
        sum + Double(opinion.mover == .first ? opinion.transition.reward : -opinion.transition.reward)
      }
    values.append(early.map(Double.init) ?? ending(opinions, record.status, result: result))
    let largest = max(values.map(abs).max() ?? 0, abs(result))
    let scale = game.playerCount == 2 || largest == 0 ? 1 : largest
    let moves = opinions.indices.map { ply -> MoveJudgement in
      let opinion = opinions[ply]
      let loss = loss(
        of: opinion, before: ply + 1 < opinions.count ? opinions[ply + 1] : nil, values[ply + 1])
      return MoveJudgement(
        number: ply + 1, mover: opinion.mover, action: opinion.action, move: opinion.move,
        value: values[ply], bestAction: opinion.best,
        best: opinion.line.first ?? "", line: opinion.line, loss: loss,
        quality: MoveQuality(loss: loss, scale: scale), reward: Double(opinion.transition.reward))
    }
    let players = Player.allCases.prefix(game.playerCount).map { player in
      PlayerSummary(
        name: record.players.indices.contains(player.index)
          ? record.players[player.index].printable : "player \(player.index + 1)",
        moves: moves.filter { $0.mover == player })
    }
    return GameAnalysis(
      number: number, gameID: definition.id, gameTitle: definition.title, playerCount: game.playerCount,
      heading: heading, agent: judge, moves: moves, drawings: drawings, players: players, values: values,
      scale: scale, result: result, status: record.status, margin: margin(of: end))
  }

  /// Value of the last position from the first player's view: in a game of two players the result, else nothing
  /// is to come. A game that did not end keeps the last judgement of the position after the last move.
  private func ending(_ opinions: [Opinion], _ status: Status, result: Double) -> Double {
    if status == .terminated { return game.playerCount == 2 ? result : 0 }
    guard let last = opinions.last else { return 0 }
    let value = last.decision.candidates.first { $0.action == last.action }?.value
    let own = value.map { Double($0) - Double(last.transition.reward) } ?? last.bestValue
    return last.mover == .first ? own : -own
  }

  /// What a move gave away: the value of the best move less that of the move played; nil if that is unknown.
  ///
  /// Both are of one search where it tried the move at least half as often as the best one, or where chance would
  /// count as skill otherwise. A move that the search gave up early is valued too kindly by the few replies
  /// it saw: then both moves are judged anew, by equal searches of the positions they lead to.
  private func loss(
    of action: Action, against best: Action, worth bestValue: Double, _ decision: Decision,
    in state: Subject.State
  ) throws -> Double? {
    if action == best { return 0 }
    let played = decision.candidates.first { $0.action == action }
    let mostVisits = decision.candidates.first?.visits ?? 0
    if let played, let value = settled(played, in: decision),
      game.isStochastic || played.visits * 2 >= mostVisits
    {
      return max(0, bestValue - Double(value))
    }
    if game.isStochastic { return nil }
    return max(0, try value(of: best, in: state) - value(of: action, in: state))
  }

  /// Value of an action to its mover by a search of the position it leads to, in a game without chance.
  private func value(of action: Action, in state: Subject.State) throws -> Double {
    let mover = game.playerToMove(in: state)
    var state = state
    var random = Random(seed: seed, purpose: .episode)
    let transition = game.step(&state, taking: action, using: &random)
    if transition.status.isOver { return Double(transition.reward) }
    // Numbers of games start at 1, so that no game's stream is drawn from twice.
    try probe.begin(state, random: Random(seed: seed, purpose: .agent, index: 0))
    let decision = try probe.decide(in: state)
    let first = decision.candidates.first
    let next = Double(first.flatMap { settled($0, in: decision) } ?? decision.value ?? 0)
    let isSame = game.playerToMove(in: state) == mover
    return Double(transition.reward) + discount * (isSame ? next : -next)
  }

  /// What a move gave away, once the position it led to is judged, too: a proof of that tells more than any search
  /// before the move, but for a move that the agent would have played itself.
  private func loss(of opinion: Opinion, before reply: Opinion?, _ next: Double) -> Double {
    if let loss = opinion.loss, opinion.action == opinion.best || reply?.decision.isProven != true {
      return loss
    }
    return loss(of: opinion, next: next)
  }

  /// What a move gave away, by the position it led to.
  private func loss(of opinion: Opinion, next: Double) -> Double {
    let reward = Double(opinion.transition.reward)
    let isEnd = opinion.transition.status == .terminated
    let future = isEnd ? 0 : discount * (opinion.mover == .first ? next : -next)
    return max(0, opinion.bestValue - reward - future)
  }

  /// A candidate's value, drawn towards that of the position while it has few visits: the best of many hardly
  /// tried moves would look better than it is.
  private func settled(_ candidate: Candidate, in decision: Decision) -> Float? {
    guard let value = candidate.value, let mean = decision.value, candidate.visits > 0 else {
      return candidate.value
    }
    let visits = Float(candidate.visits)
    return (value * visits + mean * Self.meanWeight) / (visits + Self.meanWeight)
  }

  private func margin(of state: Subject.State) -> Double? {
    func margin<Points: Scored>(_ game: Points) -> Double? {
      (state as? Points.State).map { Double(game.margin(of: $0)) }
    }
    return (game as? any Scored).flatMap { margin($0) }
  }
}
