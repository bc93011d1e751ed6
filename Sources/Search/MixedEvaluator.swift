import Environments

/// Mixes the values of an evaluator with those of random playouts: (1 - lambda) * value + lambda * playout, as
/// AlphaGo does (Silver et al. 2016).
///
/// The playout of a state is drawn from a stream named by the state's key, so that a judgement does not depend
/// on the batch it was made in.
public struct MixedEvaluator<Judge: Evaluator>: Evaluator {
  public typealias Subject = Judge.Subject

  public let game: Judge.Subject
  public var judge: Judge
  /// `lambda`: the weight of the playouts, from 0 to 1; 0.5 in the paper.
  public var playoutShare: Float
  public var discount: Float
  /// Steps after which a playout stops, and counts what it has.
  public var playoutLimit: Int
  private let seed: UInt64

  public init(
    game: Judge.Subject, judge: Judge, playoutShare: Float = 0.5, discount: Float = 1,
    playoutLimit: Int = 10_000, seed: UInt64 = 0
  ) {
    precondition((0...1).contains(playoutShare), "the share of the playouts lies from 0 to 1")
    self.game = game
    self.judge = judge
    self.playoutShare = playoutShare
    self.discount = discount
    self.playoutLimit = playoutLimit
    self.seed = seed
  }

  public var drawsChance: Bool { judge.drawsChance }

  public mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    judge.evaluate(states, into: &result)
    guard playoutShare > 0 else { return }
    for (row, state) in states.enumerated() {
      // States that were cut off have no actions to play out.
      if game.legalActions(in: state).isEmpty { continue }
      var random = Random(seed: seed, purpose: .playout, index: game.key(of: state))
      let played = playout(
        of: game, from: state, discount: discount, limit: playoutLimit, using: &random)
      result.values[row] += playoutShare * (played - result.values[row])
    }
  }
}
