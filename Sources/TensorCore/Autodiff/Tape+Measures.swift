/// Losses and measures before they are summed up: one number for each element or row, to be reduced by `mean`
/// or `sum`. Both operands may depend on parameters.
extension Tape {
  /// (x - target)^2 for each element.
  public func squaredErrors(_ input: Variable, targets: Variable) -> Variable {
    apply(.square, to: subtract(input, targets))
  }

  /// |x - target| for each element.
  public func absoluteErrors(_ input: Variable, targets: Variable) -> Variable {
    apply(.absolute, to: subtract(input, targets))
  }

  /// Huber(x - target) for each element (Huber 1964).
  public func huberErrors(_ input: Variable, targets: Variable, delta: Float = 1) -> Variable {
    apply(.huber(delta: delta), to: subtract(input, targets))
  }

  /// Huber(x - target) / beta for each element: the square has the same weight for every beta (Girshick
  /// 2015).
  public func smoothAbsoluteErrors(_ input: Variable, targets: Variable, beta: Float = 1) -> Variable {
    scale(huberErrors(input, targets: targets, delta: beta), by: 1 / beta)
  }

  /// One-hot rows [batch, classes] for class numbers [batch]. With `smoothing` each row gives that share of
  /// its mass evenly to all classes (Szegedy et al. 2016).
  public func classTargets(
    _ classes: UnsafeBufferPointer<Int32>, count: Int, smoothing: Float = 0
  ) -> Variable {
    precondition(classes.allSatisfy { $0 >= 0 && $0 < count }, "a class is not below \(count)")
    return constant(shape: VariableShape(batch: classes.count, channels: count)) { i in
      (Int32(i % count) == classes[i / count] ? 1 - smoothing : 0) + smoothing / Float(count)
    }
  }

  /// -sum target * ln softmax(logits) for each row: [batch, classes] to [batch, 1]. The logits are finite.
  public func crossEntropies(_ logits: Variable, targets: Variable) -> Variable {
    sum(multiply(targets, logSoftmax(logits)), over: .channels, scale: -1)
  }

  /// ln of the probability of one action a row: [batch, actions] to [batch, 1].
  public func logProbabilities(_ logits: Variable, actions: UnsafeBufferPointer<Int32>) -> Variable {
    gather(logSoftmax(logits), actions: actions)
  }

  /// -positiveWeight * t * ln sigmoid(x) - (1 - t) * ln(1 - sigmoid(x)) for each element.
  public func binaryCrossEntropies(
    _ logits: Variable, targets: Variable, positiveWeight: Float = 1
  ) -> Variable {
    // Each logarithm by a function of its own: the difference of two would be all rounding.
    let positive = multiply(targets, scale(apply(.logSigmoid, to: logits), by: -positiveWeight))
    let negative = multiply(scale(targets, by: -1, shift: 1), apply(.softplus, to: logits))
    return add(positive, negative)
  }

  /// max(0, 1 - t * x) for each element, t is -1 or 1.
  public func hingeErrors(_ input: Variable, targets: Variable) -> Variable {
    relu(scale(multiply(input, targets), by: -1, shift: 1))
  }

  /// Mean over the classes of max(0, margin - x[class] + x), without the class itself: [batch, classes] to
  /// [batch, 1].
  public func marginErrors(
    _ input: Variable, classes: UnsafeBufferPointer<Int32>, margin: Float = 1
  ) -> Variable {
    let errors = relu(scale(subtract(input, gather(input, actions: classes)), by: 1, shift: margin))
    let others = scale(classTargets(classes, count: shape(of: input).channels), by: -1, shift: 1)
    return mean(multiply(errors, others), over: .channels)
  }

  /// The entropy in nats of softmax(logits) for each row: [batch, classes] to [batch, 1].
  public func entropies(_ logits: Variable) -> Variable {
    sum(multiply(softmax(logits), logSoftmax(logits)), over: .channels, scale: -1)
  }

  /// KL(softmax(p) || softmax(q)) in nats for each row: [batch, classes] to [batch, 1].
  public func divergences(_ p: Variable, from q: Variable) -> Variable {
    sum(multiply(softmax(p), subtract(logSoftmax(p), logSoftmax(q))), over: .channels)
  }

  /// sum target * (ln target - x) for each row, x being logarithms of probabilities: [batch, classes] to
  /// [batch, 1].
  public func divergences(ofLogProbabilities input: Variable, targets: Variable) -> Variable {
    let positive = larger(targets, constant(shape: .scalar) { _ in .leastNormalMagnitude })
    let gap = subtract(apply(.logarithm, to: positive), input)
    return sum(multiply(targets, gap), over: .channels)
  }
}
