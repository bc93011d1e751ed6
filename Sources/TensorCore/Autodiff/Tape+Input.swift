extension Tape {
  /// Images [batch, planes, rows, columns] as a value, which is channels-last inside. The floats are copied.
  /// With `wantsGradient` the gradient of the images can be asked for, channels-last too.
  public func input(
    images: UnsafeBufferPointer<Float>, batch: Int, planes: Int, rows: Int, columns: Int,
    wantsGradient: Bool = false
  ) -> Variable {
    let shape = VariableShape(batch: batch, rows: rows, columns: columns, channels: planes)
    precondition(images.count >= shape.count, "\(images.count) floats do not fill the images \(shape)")
    let value = arena.floats(shape.count)
    if let source = images.baseAddress {
      channelsLast(source, batch: batch, planes: planes, points: rows * columns, into: value)
    }
    if self.batch == 0 { self.batch = batch }
    return record(.leaf, shape: shape, value: value, needsGradient: wantsGradient)
  }

  /// Vectors [batch, features] as a value. The floats are copied.
  public func input(
    vectors: UnsafeBufferPointer<Float>, batch: Int, features: Int, wantsGradient: Bool = false
  ) -> Variable {
    input(
      images: vectors, batch: batch, planes: features, rows: 1, columns: 1, wantsGradient: wantsGradient)
  }

  /// Floats in the order of `shape`, channels fastest. The floats are copied.
  public func constant(
    _ values: UnsafeBufferPointer<Float>, shape: VariableShape, wantsGradient: Bool = false
  ) -> Variable {
    let value = copy(values, count: shape.count, of: "floats")
    return record(.leaf, shape: shape, value: value, needsGradient: wantsGradient)
  }

  /// A constant made of `element` for every index in the order of `shape`, channels fastest.
  public func constant(shape: VariableShape, _ element: (Int) -> Float) -> Variable {
    let value = arena.floats(shape.count)
    for i in 0..<shape.count { value[i] = element(i) }
    return record(.leaf, shape: shape, value: value, needsGradient: false)
  }

  func copy(_ source: UnsafeBufferPointer<Float>, count: Int, of what: String) -> UnsafeMutablePointer<Float>
  {
    precondition(source.count >= count, "\(source.count) \(what) given, \(count) needed")
    let copy = arena.floats(count)
    if let base = source.baseAddress { copy.update(from: base, count: count) }
    return copy
  }
}

/// [batch, planes, points] to [batch, points, planes].
func channelsLast(
  _ source: UnsafePointer<Float>, batch: Int, planes: Int, points: Int,
  into target: UnsafeMutablePointer<Float>
) {
  if planes == 1 || points == 1 { return target.update(from: source, count: batch * planes * points) }
  for board in 0..<batch {
    let start = board * planes * points
    kernels.transpose(source + start, planes, points, points, target + start, planes, false)
  }
}
