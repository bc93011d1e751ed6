import Environments
import TensorCore

/// The steps of one lane since the last update, in order; episodes follow one another.
struct Trajectory: Sendable {
  /// [steps, planes x rows x columns].
  private(set) var planes: [Float] = []
  /// [steps, actions]: 0, or a large negative number for what is illegal, to add to logits.
  private(set) var masks: [Float] = []
  /// [steps].
  private(set) var actions: [Int32] = []
  private(set) var logProbabilities: [Float] = []
  private(set) var advantages: [Float] = []
  private(set) var returns: [Float] = []
  /// [steps]: of the player who moved; discounts are 0 after an end, negative where the other player is next.
  private var rewards: [Float] = []
  private var discounts: [Float] = []
  /// [steps], and that of the state after the last step once `finish` is called.
  private var values: [Float] = []

  var count: Int { actions.count }

  mutating func removeAll() {
    planes.removeAll(keepingCapacity: true)
    masks.removeAll(keepingCapacity: true)
    actions.removeAll(keepingCapacity: true)
    logProbabilities.removeAll(keepingCapacity: true)
    rewards.removeAll(keepingCapacity: true)
    discounts.removeAll(keepingCapacity: true)
    values.removeAll(keepingCapacity: true)
    advantages.removeAll(keepingCapacity: true)
    returns.removeAll(keepingCapacity: true)
  }

  /// Notes what was seen, its value, and what was done.
  mutating func decide(
    planes: ArraySlice<Float>, mask: ArraySlice<Float>, action: Action, logProbability: Float, value: Float
  ) {
    self.planes.append(contentsOf: planes)
    masks.append(contentsOf: mask)
    actions.append(Int32(action.index))
    logProbabilities.append(logProbability)
    values.append(value)
  }

  /// Notes what the last action brought. `discount` is 0 where an episode ended, and negative where the other
  /// player is next; the value of a state where an episode was cut off belongs in the reward.
  mutating func receive(reward: Float, discount: Float) {
    rewards.append(reward)
    discounts.append(discount)
  }

  /// Computes advantages and returns, from the value of the state after the last step. Negative discounts make them
  /// those of negamax: each from the view of the player who moved.
  mutating func finish(lastValue: Float, lambda: Float) {
    values.append(lastValue)
    advantages.append(contentsOf: repeatElement(0, count: count))
    returns.append(contentsOf: repeatElement(0, count: count))
    let (rewards, discounts, values) = (rewards, discounts, values)
    var span = advantages.mutableSpan
    generalisedAdvantages(
      rewards: rewards.span, discounts: discounts.span, values: values.span, lambda: lambda, into: &span)
    for step in 0..<count { returns[step] = advantages[step] + values[step] }
  }
}
