extension Tape {
  /// input W^T + bias for every channel vector; W is [outputs, inputs].
  public func dense(_ input: Variable, weight: Variable, bias: Variable?, outputs: Int) -> Variable {
    let source = node(input)
    let shape = source.shape.with(channels: outputs)
    let inputs = source.shape.channels
    precondition(node(weight).shape.count == inputs * outputs, "the weight does not fit \(inputs) inputs")
    let value = arena.floats(shape.count)
    multiply(
      source.value, node(weight).value, transposed: (false, true), rows: shape.vectors, columns: outputs,
      inner: inputs, bias: bias.map { UnsafePointer(node($0).value) }, adding: false, into: value)
    return record(
      .dense(input, weight: weight, bias: bias), shape: shape, value: value, needsGradient: true)
  }

  func denseGradient(
    _ result: Node, _ gradient: UnsafeMutablePointer<Float>, _ input: Variable, _ weight: Variable,
    _ bias: Variable?
  ) {
    let source = node(input)
    let rows = result.shape.vectors
    let outputs = result.shape.channels
    let inputs = source.shape.channels
    // First what reads the weights, which may still be in the cache from the way here.
    if let (target, isFresh) = claimGradient(of: input) {
      multiply(
        gradient, node(weight).value, transposed: (false, false), rows: rows, columns: inputs, inner: outputs,
        adding: !isFresh, into: target)
    }
    if let (target, isFresh) = claimGradient(of: weight) {
      multiply(
        gradient, source.value, transposed: (true, false), rows: outputs, columns: inputs, inner: rows,
        adding: !isFresh, into: target)
    }
    if let bias, let target = gradientPointer(bias) {
      kernels.add_column_sums(gradient, rows, outputs, target)
    }
  }
}
