#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Tape {
  /// Mean over the rows of weight * -sum(target * log softmax(logits)). `targets` is [batch, classes] of
  /// probabilities, `weights` [batch]; both are copied.
  public func softmaxCrossEntropy(
    _ logits: Variable, targets: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>? = nil
  ) -> Variable {
    let source = node(logits)
    let (rows, classes) = (source.shape.vectors, source.shape.channels)
    let rowTargets = keep(targets, weights, for: source.shape)
    let probabilities = arena.floats(source.shape.count)
    var total = 0.0
    for row in 0..<rows {
      let start = row * classes
      var highest = -Float.infinity
      for i in start..<(start + classes) { highest = max(highest, source.value[i]) }
      var sum: Float = 0
      for i in start..<(start + classes) {
        probabilities[i] = expf(source.value[i] - highest)
        sum += probabilities[i]
      }
      let logSum = logf(sum) + highest
      var loss: Float = 0
      for i in start..<(start + classes) {
        probabilities[i] /= sum
        if rowTargets.targets[i] != 0 { loss += rowTargets.targets[i] * (logSum - source.value[i]) }
      }
      total += Double(loss * rowTargets.weight(row))
    }
    return recordLoss(
      .crossEntropy(logits, probabilities: probabilities, rowTargets), source, total / Double(rows))
  }

  /// Mean over all elements of weight * (x - target)^2. `targets` has the shape of the input, `weights` is
  /// [batch]; both are copied.
  public func meanSquaredError(
    _ input: Variable, targets: UnsafeBufferPointer<Float>, weights: UnsafeBufferPointer<Float>? = nil
  ) -> Variable {
    let source = node(input)
    let rowTargets = keep(targets, weights, for: source.shape)
    let total = sumOverElements(source) { i, row in
      let d = source.value[i] - rowTargets.targets[i]
      return rowTargets.weight(row) * d * d
    }
    return recordLoss(.squaredError(input, rowTargets), source, total / Double(source.shape.count))
  }

  /// Mean over all elements of weight * Huber(x - target) (Huber 1964): half the square up to `delta`, then
  /// delta * (|d| - delta / 2). `targets` has the shape of the input, `weights` is [batch]; both are copied.
  public func huber(
    _ input: Variable, targets: UnsafeBufferPointer<Float>, delta: Float = 1,
    weights: UnsafeBufferPointer<Float>? = nil
  ) -> Variable {
    let source = node(input)
    let rowTargets = keep(targets, weights, for: source.shape)
    let total = sumOverElements(source) { i, row in
      let d = abs(source.value[i] - rowTargets.targets[i])
      return rowTargets.weight(row) * (d <= delta ? 0.5 * d * d : delta * (d - 0.5 * delta))
    }
    return recordLoss(.huber(input, delta: delta, rowTargets), source, total / Double(source.shape.count))
  }

  private func keep(
    _ targets: UnsafeBufferPointer<Float>, _ weights: UnsafeBufferPointer<Float>?, for shape: VariableShape
  ) -> RowTargets {
    RowTargets(
      targets: copy(targets, count: shape.count, of: "targets"),
      weights: weights.map { copy($0, count: shape.vectors, of: "weights") })
  }

  private func sumOverElements(_ source: Node, _ term: (_ element: Int, _ row: Int) -> Float) -> Double {
    var total = 0.0
    for row in 0..<source.shape.vectors {
      for i in (row * source.shape.channels)..<((row + 1) * source.shape.channels) {
        total += Double(term(i, row))
      }
    }
    return total
  }

  private func recordLoss(_ operation: Operation, _ source: Node, _ loss: Double) -> Variable {
    let value = arena.floats(1)
    value[0] = Float(loss)
    return record(operation, shape: .scalar, value: value, needsGradient: source.needsGradient)
  }
}
