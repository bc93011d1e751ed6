import Replay
import TensorCore

/// What the values of the actions of sequences are trained towards: n-step double Q-learning (van Hasselt et al.
/// 2016) on returns that are turned back from the scale of the network and then brought into it again (Kapturowski
/// et al. 2019), with the sign of negamax.
package struct SequenceTargets: Sendable {
  let transform: ValueTransform
  let discount: Float
  let steps: Int
  /// [length, rows].
  package private(set) var values: [Float]
  /// One sequence: [length], [length], [length + 1], [length].
  private var rewards: [Float]
  private var discounts: [Float]
  private var nextValues: [Float]
  private var returns: [Float]

  package init(rows: Int, length: Int, transform: ValueTransform, discount: Float, steps: Int) {
    self.transform = transform
    self.discount = discount
    self.steps = steps
    values = [Float](repeating: 0, count: length * rows)
    rewards = [Float](repeating: 0, count: length)
    (discounts, returns) = (rewards, rewards)
    nextValues = [Float](repeating: 0, count: length + 1)
  }

  /// - Parameters:
  ///   - online: [length + 1, rows, actions], by which the best action is chosen.
  ///   - target: the same of the older network, which says what it is worth.
  package mutating func fill(from batch: SequenceBatch, online: UnsafeBufferPointer<Float>, target: [Float]) {
    let actionCount = target.count / (batch.rows * (batch.length + 1))
    for row in 0..<batch.rows {
      for step in 0...batch.length {
        let place = step * batch.rows + row
        let best = Self.best(of: online, in: batch, place: place, actionCount: actionCount)
        nextValues[step] = transform.inverse(target[place * actionCount + best])
      }
      for step in 0..<batch.length {
        let place = step * batch.rows + row
        let isReal = batch.weights[place] > 0
        // Beyond the last step stands the value of where an episode was cut off, and nothing after it.
        rewards[step] = isReal ? batch.rewards[place] : nextValues[step]
        discounts[step] = isReal ? discount * batch.futures[place] : 0
      }
      returnsOfRow()
      for step in 0..<batch.length { values[step * batch.rows + row] = transform(returns[step]) }
    }
  }

  private mutating func returnsOfRow() {
    // Taken out while it is written, since the rest is read meanwhile.
    var results: [Float] = []
    swap(&results, &returns)
    var span = results.mutableSpan
    nStepReturns(
      rewards: rewards.span, discounts: discounts.span, values: nextValues.span, steps: steps, into: &span)
    swap(&results, &returns)
  }

  /// The legal action of highest value; where none is legal, because the episode was cut off, any may be.
  private static func best(
    of values: UnsafeBufferPointer<Float>, in batch: SequenceBatch, place: Int, actionCount: Int
  ) -> Int {
    let words = (actionCount + 63) / 64
    var (best, bestOfAll) = (-1, 0)
    for action in 0..<actionCount {
      let value = values[place * actionCount + action]
      if value > values[place * actionCount + bestOfAll] { bestOfAll = action }
      guard batch.legal[place * words + action >> 6] >> UInt64(action & 63) & 1 == 1 else { continue }
      if best < 0 || value > values[place * actionCount + best] { best = action }
    }
    return best < 0 ? bestOfAll : best
  }
}
