extension Tape {
  /// The matrix product of [columns, channels] matrices, one for each batch and row: [.., n, k] by [.., k, m]
  /// is [.., n, m]. An operand that is `transposed` is stored the other way round.
  public func product(
    _ first: Variable, _ second: Variable, transposed: (Bool, Bool) = (false, false)
  ) -> Variable {
    let (a, b) = (node(first), node(second))
    let (rows, inner) =
      transposed.0 ? (a.shape.channels, a.shape.columns) : (a.shape.columns, a.shape.channels)
    let (height, columns) =
      transposed.1 ? (b.shape.channels, b.shape.columns) : (b.shape.columns, b.shape.channels)
    precondition(
      a.shape.batch == b.shape.batch && a.shape.rows == b.shape.rows && inner == height,
      "cannot multiply \(a.shape) by \(b.shape)")
    let shape = VariableShape(batch: a.shape.batch, rows: a.shape.rows, columns: rows, channels: columns)
    let value = arena.floats(shape.count)
    for i in 0..<(shape.batch * shape.rows) {
      multiply(
        a.value + i * rows * inner, b.value + i * inner * columns, transposed: transposed, rows: rows,
        columns: columns, inner: inner, adding: false, into: value + i * rows * columns)
    }
    return record(
      .product(first, second, transposed: transposed), shape: shape, value: value,
      needsGradient: a.needsGradient || b.needsGradient)
  }

  func productGradient(
    _ result: Node, _ gradient: UnsafePointer<Float>, _ first: Variable, _ second: Variable,
    _ transposed: (Bool, Bool)
  ) {
    let (a, b) = (node(first), node(second))
    let (rows, columns) = (result.shape.columns, result.shape.channels)
    let inner = transposed.0 ? a.shape.columns : a.shape.channels
    let (firstTarget, secondTarget) = (claimGradient(of: first), claimGradient(of: second))
    for i in 0..<(result.shape.batch * result.shape.rows) {
      let x = UnsafePointer(a.value + i * a.shape.matrix)
      let y = UnsafePointer(b.value + i * b.shape.matrix)
      let slope = gradient + i * result.shape.matrix
      if let (memory, isFresh) = firstTarget {
        let (left, right) = transposed.0 ? (y, slope) : (slope, y)
        multiply(
          left, right, transposed: transposed.0 ? (transposed.1, true) : (false, !transposed.1),
          rows: transposed.0 ? inner : rows, columns: transposed.0 ? rows : inner, inner: columns,
          adding: !isFresh, into: memory + i * a.shape.matrix)
      }
      if let (memory, isFresh) = secondTarget {
        let (left, right) = transposed.1 ? (slope, x) : (x, slope)
        multiply(
          left, right, transposed: transposed.1 ? (true, transposed.0) : (!transposed.0, false),
          rows: transposed.1 ? columns : inner, columns: transposed.1 ? inner : columns, inner: rows,
          adding: !isFresh, into: memory + i * b.shape.matrix)
      }
    }
  }
}

extension VariableShape {
  /// The floats of one matrix [columns, channels].
  fileprivate var matrix: Int { columns * channels }
}
