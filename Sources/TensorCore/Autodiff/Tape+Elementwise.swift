#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Tape {
  /// max(x, 0); the gradient at 0 is 0.
  public func relu(_ input: Variable) -> Variable {
    let source = node(input)
    let value = arena.floats(source.shape.count)
    kernels.relu(source.value, source.shape.count, value)
    return record(.relu(input), shape: source.shape, value: value, needsGradient: source.needsGradient)
  }

  public func tanh(_ input: Variable) -> Variable {
    let source = node(input)
    let value = arena.floats(source.shape.count)
    for i in 0..<source.shape.count { value[i] = hyperbolicTangent(source.value[i]) }
    return record(.tanh(input), shape: source.shape, value: value, needsGradient: source.needsGradient)
  }

  /// The sum of two values of one shape.
  public func add(_ first: Variable, _ second: Variable) -> Variable {
    let (a, b) = (node(first), node(second))
    precondition(a.shape == b.shape, "cannot add \(a.shape) and \(b.shape)")
    let value = arena.floats(a.shape.count)
    kernels.add(a.value, b.value, a.shape.count, value)
    return record(
      .add(first, second), shape: a.shape, value: value, needsGradient: a.needsGradient || b.needsGradient)
  }

  /// Images as vectors, channel after channel as in PyTorch: [batch, channels x rows x columns].
  public func flatten(_ input: Variable) -> Variable {
    let source = node(input)
    let shape = source.shape
    let value = arena.floats(shape.count)
    channelsLast(
      source.value, batch: shape.batch, planes: shape.rows * shape.columns, points: shape.channels,
      into: value)
    return record(
      .flatten(input), shape: VariableShape(batch: shape.batch, channels: shape.count / max(shape.batch, 1)),
      value: value, needsGradient: source.needsGradient)
  }

  func flattenGradient(_ gradient: UnsafePointer<Float>, _ input: Variable) {
    guard let target = gradientPointer(input) else { return }
    let shape = node(input).shape
    let points = shape.rows * shape.columns
    for board in 0..<shape.batch {
      let start = board * points * shape.channels
      kernels.transpose(
        gradient + start, shape.channels, points, points, target + start, shape.channels, true)
    }
  }
}
