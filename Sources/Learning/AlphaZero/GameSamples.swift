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
  /// Of the games taken in.
  private(set) var statistics = SelfPlayStatistics()

  /// - Parameter rules: the fingerprint that records must have.
  package init(game: G, rules: UInt64, parameters: AlphaZeroParameters) {
    self.game = game
    self.rules = rules
    self.parameters = parameters
    planes = [Float](repeating: 0, count: game.observationShape.count)
    policy = [Float](repeating: 0, count: game.actionCount)
  }

  /// Adds all positions of a game; returns how many samples they make.
  @discardableResult
  package mutating func append(_ record: GameRecord, to window: inout SampleWindow) throws -> Int {
    let targets = try valueTargets(of: record)
    let copies = copies(of: record)
    try replay(record, game: game) { ply, state, _, _ in
      guard copies[ply] > 0 else { return }
      let found = record.searches[ply]
      game.observe(state, asRow: 0, of: &planes)
      found.writeTarget(into: &policy)
      for _ in 0..<copies[ply] {
        window.append(
          observation: planes.span, policy: policy.span, value: targets[ply],
          policyWeight: found.isFull ? 1 : 0)
      }
    }
    return copies.reduce(0, +)
  }

  /// [plies]: how often each position enters the window: once on average, but more often where the search has
  /// surprised the network (policy surprise weighting, Wu 2020). Fractions are rounded at random.
  private func copies(of record: GameRecord) -> [Int] {
    let weight = parameters.selfPlay.surpriseWeight
    let total = record.searches.reduce(0) { $0 + ($1.isFull ? Float($1.surprise) : 0) }
    guard weight > 0, total > 0 else { return [Int](repeating: 1, count: record.searches.count) }
    let full = Float(record.searches.count(where: \.isFull))
    var random = Random(seed: record.seed, purpose: .sampling, index: ~record.stream)
    return record.searches.map { found in
      guard found.isFull else { return 1 }
      let wanted = 1 - weight + weight * full * Float(found.surprise) / total
      return Int(wanted + random.uniformFloat())
    }
  }

  /// [plies]: what each position was worth, from its mover's view: the return of the game, mixed with what the
  /// search found, or what it proved.
  private mutating func valueTargets(of record: GameRecord) throws -> [Float] {
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
    let returns = returnTargets(
      rewards: record.rewards, movers: movers, values: record.searches.map(\.value), finalValue: finalValue,
      discount: parameters.search.discount, bootstrapSteps: parameters.selfPlay.bootstrapSteps)
    statistics.add(record, returns: returns)
    noteResignation(of: record, movers: movers, returns: returns)
    let weight = parameters.selfPlay.rootValueWeight
    return zip(returns, record.searches).map { result, found in
      found.isProven ? found.value : result * (1 - weight) + found.value * weight
    }
  }

  /// Whether a player would have resigned a game that was played to its end, and would have been wrong.
  private mutating func noteResignation(of record: GameRecord, movers: [Player], returns: [Float]) {
    let rules = parameters.selfPlay
    guard rules.resignThreshold > 0, game.playerCount == 2, record.status == .terminated else { return }
    var low = [0, 0]
    for ply in record.searches.indices {
      let player = movers[ply].index
      low[player] = record.searches[ply].value < -rules.resignThreshold ? low[player] + 1 : 0
      if low[player] >= rules.resignPlies {
        statistics.add(resignationThatWasWrong: returns[ply] > -1)
        return
      }
    }
  }
}
