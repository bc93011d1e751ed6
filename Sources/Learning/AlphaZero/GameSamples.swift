import Environments
import Replay
import TensorCore

/// Makes the samples of finished games: plays each again, and gives every position its targets.
///
/// What it makes depends on the record alone, so that a window is the same when it is filled again.
package struct GameSamples<G: Game> {
  private let game: G
  private let rules: UInt64
  private let parameters: AlphaZeroParameters
  /// [planes x rows x columns].
  private var planes: [Float]
  /// [actions].
  private var policy: [Float]
  private let kinds: AuxiliaryTargets.Kinds
  private var auxiliary: AuxiliaryTargets
  /// Of the games taken in.
  package private(set) var statistics = SelfPlayStatistics()

  /// - Parameter rules: the fingerprint that records must have.
  package init(game: G, rules: UInt64, parameters: AlphaZeroParameters) {
    self.game = game
    self.rules = rules
    self.parameters = parameters
    planes = [Float](repeating: 0, count: game.observationShape.count)
    policy = [Float](repeating: 0, count: game.actionCount)
    kinds = parameters.networkDescription(for: game).auxiliary?.targets ?? []
    auxiliary = AuxiliaryTargets(
      actionCount: game.actionCount, pointCount: game.observationShape.rows * game.observationShape.columns)
  }

  /// Adds all positions of a game; returns how many samples they make.
  @discardableResult
  package mutating func append(_ record: GameRecord, to window: inout SampleWindow) throws -> Int {
    let (targets, end) = try valueTargets(of: record)
    let copies = copies(of: record)
    let result = record.status == .terminated ? FinalResult(of: end, in: game) : nil
    try replay(record, game: game) { ply, state, _, _ in
      guard copies[ply] > 0 else { return }
      let found = record.searches[ply]
      game.observe(state, asRow: 0, of: &planes)
      found.writeTarget(into: &policy)
      if !kinds.isEmpty {
        describeFuture(of: record, after: ply, mover: game.playerToMove(in: state), result: result)
      }
      for _ in 0..<copies[ply] {
        window.append(
          observation: planes.span, policy: policy.span, value: targets[ply],
          policyWeight: found.isFull ? 1 : 0, auxiliary: kinds.isEmpty ? nil : auxiliary)
      }
    }
    return copies.reduce(0, +)
  }

  /// Fills in the auxiliary targets of a ply: the policy of the next one, and how the game ends.
  private mutating func describeFuture(
    of record: GameRecord, after ply: Int, mover: Player, result: FinalResult?
  ) {
    for action in auxiliary.reply.indices { auxiliary.reply[action] = 0 }
    if ply + 1 < record.searches.count, record.searches[ply + 1].isFull {
      record.searches[ply + 1].writeTarget(into: &auxiliary.reply)
    }
    auxiliary.hasResult = result != nil
    guard let result else { return }
    let isFirst = mover == .first
    auxiliary.score = isFirst ? result.margin : -result.margin
    for point in auxiliary.ownership.indices {
      auxiliary.ownership[point] = isFirst ? result.ownership[point] : -result.ownership[point]
    }
  }

  /// [plies]: how often each position enters the window: once on average, but more often where the search has
  /// surprised the network (policy surprise weighting, Wu 2020). Fractions are rounded at random.
  private func copies(of record: GameRecord) -> [Int] {
    let weight = parameters.selfPlay.surpriseWeight
    let total = record.searches.reduce(0) { $0 + ($1.isFull ? Float($1.surprise) : 0) }
    guard weight > 0, total > 0 else { return record.searches.map { $0.isNone ? 0 : 1 } }
    let full = Float(record.searches.count(where: \.isFull))
    var random = Random(seed: record.seed, purpose: .sampling, index: ~record.stream)
    return record.searches.map { found in
      guard found.isFull else { return found.isNone ? 0 : 1 }
      let wanted = 1 - weight + weight * full * Float(found.surprise) / total
      return Int(wanted + random.uniformFloat())
    }
  }

  /// [plies]: what each position was worth, from its mover's view: the return of the game, mixed with what the
  /// search found, or what it proved; and the state at the end.
  private mutating func valueTargets(
    of record: GameRecord
  ) throws -> (targets: [Float], end: G.State) {
    var movers: [Player] = []
    let end = try replay(record, game: game, rules: rules) { _, state, _, _ in
      movers.append(game.playerToMove(in: state))
      statistics.add(positionWithKey: game.key(of: state))
    }
    var finalValue = record.finalValue ?? 0
    if record.finalValue != nil {
      movers.append(game.playerToMove(in: end))
    } else if record.status == .truncated {
      // Records of older versions do not say what the last state was worth; the one before it stands in.
      finalValue = record.searches.last?.value ?? 0
    }
    func returns(bootstrapSteps: Int, ends: (Int) -> Bool) -> [Float] {
      returnTargets(
        rewards: record.rewards, movers: movers, values: record.searches.map(\.value),
        finalValue: finalValue, discount: parameters.search.discount,
        bootstrapSteps: bootstrapSteps, ends: ends)
    }
    let results = returns(bootstrapSteps: 0) { _ in false }
    statistics.add(record, returns: results)
    noteResignation(of: record, movers: movers, returns: results)
    let cuts = parameters.selfPlay.cutsExploration
    let learned = returns(bootstrapSteps: parameters.selfPlay.bootstrapSteps) { ply in
      record.searches[ply].isProven || cuts && record.searches[ply].ends(with: record.actions[ply])
    }
    let weight = parameters.selfPlay.rootValueWeight
    let targets = zip(learned, record.searches).map { result, found in
      found.isProven ? found.value : result * (1 - weight) + found.value * weight
    }
    return (targets, end)
  }

  /// Whether a player would have resigned a game that was played to its end, and would have been wrong.
  private mutating func noteResignation(of record: GameRecord, movers: [Player], returns: [Float]) {
    let rules = parameters.selfPlay
    guard rules.resignThreshold > 0, game.playerCount == 2, record.status == .terminated else { return }
    var low = [0, 0]
    for ply in record.searches.indices {
      // Without playing on, the game would have ended here.
      if rules.solverNodes > 0 && record.searches[ply].isProven { return }
      let player = movers[ply].index
      low[player] = record.searches[ply].value < -rules.resignThreshold ? low[player] + 1 : 0
      if low[player] >= rules.resignPlies {
        statistics.add(resignationThatWasWrong: returns[ply] >= 0)
        return
      }
    }
  }
}

/// The points at the end of a game, from the first player's view.
private struct FinalResult {
  var margin: Float
  /// [rows x columns].
  var ownership: [Int8]

  /// Nil for games without points.
  init?<G: Game>(of state: G.State, in game: G) {
    func read<Points: Scored>(_ game: Points) -> (Float, [Int8])? {
      (state as? Points.State).map { (game.margin(of: $0), game.ownership(of: $0)) }
    }
    guard let scored = game as? any Scored, let (margin, ownership) = read(scored) else { return nil }
    (self.margin, self.ownership) = (margin, ownership)
  }
}

extension GameRecord {
  /// Plies that a search was made for: all but those of a random opening.
  var learnedPlies: Int { searches.count { !$0.isNone } }
}
