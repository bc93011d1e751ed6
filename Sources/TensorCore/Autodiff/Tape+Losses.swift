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

  /// The value of one action a row: [batch, actions] to [batch, 1]. `actions` is copied.
  public func gather(_ input: Variable, actions: UnsafeBufferPointer<Int32>) -> Variable {
    let source = node(input)
    let rows = source.shape.vectors
    precondition(actions.count >= rows, "\(actions.count) actions given, \(rows) needed")
    // Arena pieces are 32-bit wide; this one holds integers for its whole life.
    let copy = UnsafeMutableRawPointer(arena.floats(rows)).bindMemory(to: Int32.self, capacity: rows)
    let value = arena.floats(rows)
    for row in 0..<rows {
      let action = Int(actions[row])
      precondition(action >= 0 && action < source.shape.channels, "there is no action \(action)")
      copy[row] = Int32(action)
      value[row] = source.value[row * source.shape.channels + action]
    }
    return record(
      .gather(input, actions: copy), shape: source.shape.with(channels: 1), value: value,
      needsGradient: source.needsGradient)
  }

  /// firstScale * first + secondScale * second, for losses or any values of one shape.
  public func weightedSum(
    _ first: Variable, times firstScale: Float, _ second: Variable, times secondScale: Float
  ) -> Variable {
    let (a, b) = (node(first), node(second))
    precondition(a.shape == b.shape, "cannot add \(a.shape) and \(b.shape)")
    let value = arena.floats(a.shape.count)
    for i in 0..<a.shape.count { value[i] = firstScale * a.value[i] + secondScale * b.value[i] }
    return record(
      .weightedSum(first, firstScale, second, secondScale), shape: a.shape, value: value,
      needsGradient: a.needsGradient || b.needsGradient)
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
