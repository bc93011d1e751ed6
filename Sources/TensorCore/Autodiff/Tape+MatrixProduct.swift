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
    for i in 0..<(result.shape.batch * result.shape.rows) {
      let (x, y) = (a.value + i * a.shape.matrix, b.value + i * b.shape.matrix)
      let slope = gradient + i * result.shape.matrix
      let (rows, columns) = (result.shape.columns, result.shape.channels)
      let inner = transposed.0 ? a.shape.columns : a.shape.channels
      if let target = a.gradient.map({ $0 + i * a.shape.matrix }) {
        if transposed.0 {
          multiply(
            y, slope, transposed: (transposed.1, true), rows: inner, columns: rows, inner: columns,
            adding: true,
            into: target)
        } else {
          multiply(
            slope, y, transposed: (false, !transposed.1), rows: rows, columns: inner, inner: columns,
            adding: true, into: target)
        }
      }
      if let target = b.gradient.map({ $0 + i * b.shape.matrix }) {
        if transposed.1 {
          multiply(
            slope, x, transposed: (true, transposed.0), rows: columns, columns: inner, inner: rows,
            adding: true,
            into: target)
        } else {
          multiply(
            x, slope, transposed: (!transposed.0, false), rows: inner, columns: columns, inner: rows,
            adding: true, into: target)
        }
      }
    }
  }
}

extension VariableShape {
  /// The floats of one matrix [columns, channels].
  fileprivate var matrix: Int { columns * channels }
}
