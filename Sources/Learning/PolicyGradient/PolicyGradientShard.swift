import TensorCore

/// The steps of a gradient step that go through one tape.
struct PolicyGradientShard: Sendable {
  /// [rows, planes x points], [rows, actions], [rows].
  private var planes: [Float] = []
  private var masks: [Float] = []
  private var actions: [Int32] = []
  private var logProbabilities: [Float] = []
  private var advantages: [Float] = []
  private var returns: [Float] = []
  private(set) var policyLoss: Float = 0
  private(set) var valueLoss: Float = 0

  var count: Int { actions.count }

  /// Gathers steps of the lanes' trajectories.
  mutating func load(
    _ places: ArraySlice<PolicyGradientTrainer.Place>, of trajectories: [Trajectory], shift: Float,
    scale: Float
  ) {
    planes.removeAll(keepingCapacity: true)
    masks.removeAll(keepingCapacity: true)
    actions.removeAll(keepingCapacity: true)
    logProbabilities.removeAll(keepingCapacity: true)
    advantages.removeAll(keepingCapacity: true)
    returns.removeAll(keepingCapacity: true)
    for place in places { append(trajectories[place.lane], place.step, shift: shift, scale: scale) }
  }

  private mutating func append(_ source: Trajectory, _ step: Int, shift: Float, scale: Float) {
    let (size, width) = (source.planes.count / source.count, source.masks.count / source.count)
    planes.append(contentsOf: source.planes[step * size..<(step + 1) * size])
    masks.append(contentsOf: source.masks[step * width..<(step + 1) * width])
    actions.append(source.actions[step])
    logProbabilities.append(source.logProbabilities[step])
    advantages.append((source.advantages[step] - shift) * scale)
    returns.append(source.returns[step])
  }

  /// Forward and backward over the shard's rows; the gradient is that of `scale` times the mean loss.
  mutating func computeGradient(
    on tape: Tape, network: Network, parameters: PolicyGradientParameters, scale: Float
  ) {
    tape.reset()
    let outputs = planes.withUnsafeBufferPointer { network.forward(planes: $0, batch: count, on: tape) }
    guard case .policyValue(let open, let estimate) = outputs else {
      preconditionFailure("a policy gradient trains a network with policy and value")
    }
    let mask = masks.withUnsafeBufferPointer { tape.constant($0, shape: tape.shape(of: open)) }
    let policy = policyLoss(of: tape.add(open, mask), on: tape, parameters)
    let value = returns.withUnsafeBufferPointer { tape.meanSquaredError(estimate, targets: $0) }
    let entropy = tape.entropyLoss(tape.add(open, mask))
    let actor = tape.weightedSum(policy, times: 1, entropy, times: parameters.entropyWeight)
    let loss = tape.weightedSum(actor, times: 1, value, times: parameters.valueWeight)
    tape.backward(from: loss, scale: scale)
    policyLoss = tape.scalar(of: policy)
    valueLoss = tape.scalar(of: value)
  }

  /// The clipped surrogate in PPO, the plain gradient's loss in the others.
  private func policyLoss(
    of logits: Variable, on tape: Tape, _ parameters: PolicyGradientParameters
  ) -> Variable {
    let column = VariableShape(batch: count, channels: 1)
    let advantages = advantages.withUnsafeBufferPointer { tape.constant($0, shape: column) }
    return actions.withUnsafeBufferPointer { actions in
      guard parameters.method == .ppo else {
        return tape.policyGradientLoss(logits, actions: actions, advantages: advantages)
      }
      let old = logProbabilities.withUnsafeBufferPointer { tape.constant($0, shape: column) }
      let change = tape.subtract(tape.logProbabilities(logits, actions: actions), old)
      return tape.clippedSurrogateLoss(
        tape.apply(.exponential, to: change), advantages: advantages, epsilon: parameters.clip)
    }
  }
}
