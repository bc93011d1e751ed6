/// An order of axes: the i-th axis of the result is the i-th of these of the input.
struct Permutation {
  let axes: (Axis, Axis, Axis, Axis)

  /// The permutation as the transposition of matrices, if it only exchanges two blocks of neighbouring axes
  /// behind those that stay: how many matrices, and their rows and columns in the input.
  func transposition(of shape: VariableShape) -> (count: Int, rows: Int, columns: Int)? {
    let order: InlineArray<4, Int> = [axes.0.rawValue, axes.1.rawValue, axes.2.rawValue, axes.3.rawValue]
    let lengths: InlineArray<4, Int> = [shape.batch, shape.rows, shape.columns, shape.channels]
    var kept = 0
    while kept < 4, order[kept] == kept { kept += 1 }
    guard kept < 4 else { return nil }
    let second = order[kept]
    for i in kept..<4 where order[i] != (i + second - 2 * kept) % (4 - kept) + kept { return nil }
    func product(_ range: Range<Int>) -> Int { range.reduce(1) { $0 * lengths[$1] } }
    return (product(0..<kept), product(kept..<second), product(second..<4))
  }
}

extension Tape {
  /// The same floats in the same order under another shape of the same size.
  public func reshape(_ input: Variable, to shape: VariableShape) -> Variable {
    let source = node(input)
    precondition(source.shape.count == shape.count, "\(source.shape) cannot be seen as \(shape)")
    return record(
      .reshape(input), shape: shape, value: source.value, needsGradient: source.needsGradient)
  }

  /// The value as a constant: no gradient flows back.
  public func detach(_ input: Variable) -> Variable {
    let source = node(input)
    return record(.leaf, shape: source.shape, value: source.value, needsGradient: false)
  }

  /// The axes in another order: the first of the result is `first` of the input, and so on.
  public func permute(_ input: Variable, _ first: Axis, _ second: Axis, _ third: Axis, _ fourth: Axis)
    -> Variable
  {
    let source = node(input)
    let order = Permutation(axes: (first, second, third, fourth))
    let shape = VariableShape(
      batch: source.shape[first], rows: source.shape[second], columns: source.shape[third],
      channels: source.shape[fourth])
    precondition(shape.count == source.shape.count, "every axis must come once")
    let value = arena.floats(shape.count)
    if let turn = order.transposition(of: source.shape) {
      forEachMatrix(turn) { start in
        kernels.transpose(
          source.value + start, turn.rows, turn.columns, turn.columns, value + start, turn.rows, false)
      }
      return record(
        .permute(input, order), shape: shape, value: value, needsGradient: source.needsGradient)
    }
    walk(source.shape, order, shape) { from, step, to, count in
      if step == 1 { return (value + to).update(from: source.value + from, count: count) }
      for i in 0..<count { value[to + i] = source.value[from + i * step] }
    }
    return record(
      .permute(input, order), shape: shape, value: value, needsGradient: source.needsGradient)
  }

  func permuteGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable, _ order: Permutation
  ) {
    if let turn = order.transposition(of: node(input).shape) {
      guard let (target, isFresh) = claimGradient(of: input) else { return }
      return forEachMatrix(turn) { start in
        kernels.transpose(
          gradient + start, turn.columns, turn.rows, turn.rows, target + start, turn.columns, !isFresh)
      }
    }
    guard let target = gradientPointer(input) else { return }
    walk(node(input).shape, order, result.shape) { from, step, to, count in
      for i in 0..<count { target[from + i * step] += gradient[to + i] }
    }
  }

  private func forEachMatrix(_ turn: (count: Int, rows: Int, columns: Int), _ body: (Int) -> Void) {
    for i in 0..<turn.count { body(i * turn.rows * turn.columns) }
  }

  /// Calls `body` with every run of the result's last axis: where it starts in the input, the input's step,
  /// where it starts in the result, and its length.
  private func walk(
    _ source: VariableShape, _ order: Permutation, _ result: VariableShape,
    _ body: (_ from: Int, _ step: Int, _ to: Int, _ count: Int) -> Void
  ) {
    let strides = (
      source.stride(of: order.axes.0), source.stride(of: order.axes.1), source.stride(of: order.axes.2),
      source.stride(of: order.axes.3)
    )
    var to = 0
    for i in 0..<result.batch {
      for j in 0..<result.rows {
        for k in 0..<result.columns {
          body(i * strides.0 + j * strides.1 + k * strides.2, strides.3, to, result.channels)
          to += result.channels
        }
      }
    }
  }

  /// Images as vectors, channel after channel as in PyTorch: [batch, channels x rows x columns].
  public func flatten(_ input: Variable) -> Variable {
    let shape = shape(of: input)
    let planes = shape.rows * shape.columns == 1 ? input : permute(input, .batch, .channels, .rows, .columns)
    return reshape(
      planes, to: VariableShape(batch: shape.batch, channels: shape.count / max(shape.batch, 1)))
  }

  /// The part `range` of one axis.
  public func slice(_ input: Variable, _ range: Range<Int>, along axis: Axis) -> Variable {
    let source = node(input)
    precondition(range.upperBound <= source.shape[axis], "\(range) is outside \(source.shape)")
    let shape = source.shape.with(range.count, along: axis)
    let value = arena.floats(shape.count)
    let (width, whole) = (
      shape.stride(of: axis) * range.count, source.shape.stride(of: axis) * source.shape[axis]
    )
    let start = range.lowerBound * shape.stride(of: axis)
    for i in 0..<(shape.count / max(width, 1)) {
      (value + i * width).update(from: source.value + i * whole + start, count: width)
    }
    return record(
      .slice(input, axis: axis, start: range.lowerBound), shape: shape, value: value,
      needsGradient: source.needsGradient)
  }

  func sliceGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ input: Variable, _ axis: Axis, _ first: Int
  ) {
    guard let target = gradientPointer(input) else { return }
    let stride = result.shape.stride(of: axis)
    let (width, whole) = (stride * result.shape[axis], stride * node(input).shape[axis])
    for i in 0..<(result.shape.count / max(width, 1)) {
      kernels.add_scaled(gradient + i * width, 1, width, target + i * whole + first * stride)
    }
  }

  /// Values one after another along one axis; the other axes agree.
  public func concatenate(
    _ first: Variable, _ second: Variable, _ third: Variable? = nil, along axis: Axis
  ) -> Variable {
    let start = operands.count
    operands.append(first)
    operands.append(second)
    if let third { operands.append(third) }
    return concatenate(operands: start..<operands.count, along: axis)
  }

  /// The same for values that already stand in `operands`.
  func concatenate(operands parts: Range<Int>, along axis: Axis) -> Variable {
    precondition(!parts.isEmpty, "nothing to concatenate")
    let lengths = parts.reduce(0) { $0 + node(operands[$1]).shape[axis] }
    let shape = node(operands[parts.lowerBound]).shape.with(lengths, along: axis)
    let value = arena.floats(shape.count)
    forEachPart(parts, of: shape, axis) { part, inPart, inWhole, count in
      (value + inWhole).update(from: node(part).value + inPart, count: count)
    }
    return record(
      .concatenation(parts, axis: axis), shape: shape, value: value,
      needsGradient: parts.contains { node(operands[$0]).needsGradient })
  }

  func concatenationGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ parts: Range<Int>, _ axis: Axis
  ) {
    forEachPart(parts, of: result.shape, axis) { part, inPart, inWhole, count in
      if let target = gradientPointer(part) {
        kernels.add_scaled(gradient + inWhole, 1, count, target + inPart)
      }
    }
  }

  /// Calls `body` with each operand's stretches: where they start in the operand and in the whole, and their
  /// length.
  private func forEachPart(
    _ parts: Range<Int>, of whole: VariableShape, _ axis: Axis, _ body: (Variable, Int, Int, Int) -> Void
  ) {
    let stride = whole.stride(of: axis)
    let period = stride * whole[axis]
    var start = 0
    for part in parts {
      let shape = node(operands[part]).shape
      precondition(shape.with(whole[axis], along: axis) == whole, "cannot join \(shape) to \(whole)")
      let width = stride * shape[axis]
      for i in 0..<(whole.count / max(period, 1)) {
        body(operands[part], i * width, i * period + start, width)
      }
      start += width
    }
  }
}
