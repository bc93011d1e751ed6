/// Losses of reinforcement learning, one number a row unless they say otherwise.
extension Tape {
  /// -mean of ln pi(action) * advantage (Williams 1992): a scalar. Logits are [batch, actions].
  public func policyGradientLoss(
    _ logits: Variable, actions: UnsafeBufferPointer<Int32>, advantages: Variable
  ) -> Variable {
    let log = logProbabilities(logits, actions: actions)
    let products = multiply(log, reshape(advantages, to: shape(of: log)))
    return scale(mean(products), by: -1)
  }

  /// -mean of min(ratio A, clip(ratio, 1 - epsilon, 1 + epsilon) A) (Schulman et al. 2017): a scalar. Ratios
  /// of probabilities and advantages have one shape.
  public func clippedSurrogateLoss(
    _ ratios: Variable, advantages: Variable, epsilon: Float = 0.2
  ) -> Variable {
    let clipped = apply(.clamp(low: 1 - epsilon, high: 1 + epsilon), to: ratios)
    let lower = smaller(multiply(ratios, advantages), multiply(clipped, advantages))
    return scale(mean(lower), by: -1)
  }

  /// -mean entropy of softmax(logits): a scalar to add to a loss, so that policies stay open. Logits are
  /// [batch, actions].
  public func entropyLoss(_ logits: Variable) -> Variable { scale(mean(entropies(logits)), by: -1) }

  /// The distribution that belongs to each row's action: [batch, actions, 1, atoms] to [batch, atoms].
  public func distributions(_ input: Variable, actions: UnsafeBufferPointer<Int32>) -> Variable {
    let shape = shape(of: input)
    precondition(actions.count >= shape.batch, "\(actions.count) actions given, \(shape.batch) needed")
    let indices = integers(shape.batch)
    for row in 0..<shape.batch {
      precondition(actions[row] >= 0 && actions[row] < shape.rows, "there is no action \(actions[row])")
      indices[row] = Int32(row * shape.rows) + actions[row]
    }
    return gather(
      input, indices: UnsafeBufferPointer(start: indices, count: shape.batch),
      shape: VariableShape(batch: shape.batch, channels: shape.channels))
  }

  /// The quantile Huber loss (Dabney et al. 2018), sum over the quantiles of the mean over the targets of
  /// |tau - [delta < 0]| * huber(delta, kappa) with delta = target - quantile; for kappa 0 it is the plain
  /// quantile loss. It is not divided by kappa. Quantiles are [batch, n], targets [batch, m], the fractions
  /// tau [n]; the result is [batch, 1].
  public func quantileHuberErrors(
    _ quantiles: Variable, targets: Variable, fractions: UnsafeBufferPointer<Float>, kappa: Float = 1
  ) -> Variable {
    let (from, to) = (shape(of: quantiles), shape(of: targets))
    precondition(fractions.count >= from.channels, "every quantile needs its fraction")
    let deltas = subtract(
      reshape(targets, to: VariableShape(batch: to.batch, channels: to.channels)),
      reshape(quantiles, to: VariableShape(batch: from.batch, columns: from.channels, channels: 1)))
    let values = values(of: deltas)
    let weights = constant(shape: shape(of: deltas)) { i in
      abs(fractions[i / to.channels % from.channels] - (values[i] < 0 ? 1 : 0))
    }
    let errors = apply(kappa > 0 ? .huber(delta: kappa) : .absolute, to: deltas)
    let sums = sum(
      multiply(errors, weights), over: [.columns, .channels], scale: 1 / Float(to.channels))
    return reshape(sums, to: VariableShape(batch: from.batch, channels: 1))
  }
}
