/// The size of an image that lies as planes of 32 channels for convolutions on matrix tiles; see `FlatArrangement`.
struct FlatImage {
  let rows: Int
  let columns: Int
  /// A multiple of 32: what a row of a matrix tile holds.
  let channels: Int

  init(_ value: InferencePlan.Value) {
    rows = value.rows
    columns = value.columns
    channels = Self.padded(value.channels)
  }

  static func padded(_ channels: Int) -> Int { (channels + 31) / 32 * 32 }

  /// Rows of a plane for each board, in the arrangement that takes most.
  private var rowsPerBoard: Int { FlatGroup.rowsAlone(rows: rows, columns: columns) }
  /// Floats that take as much memory as a board, and one that is kept in f32 too, behind it.
  var floats: Int { rowsPerBoard * channels / 2 }
  var floatsWithStream: Int { floats + rowsPerBoard * channels }
}

extension InferencePlan {
  /// The flat values that are added to later ones, and so are kept in f32 too.
  func streams(flat: [Bool]?) -> Set<Int> {
    guard let flat else { return [] }
    return Set(
      steps.compactMap { step in
        guard case .product(let product) = step, let residual = product.residual, flat[residual.index] else {
          return nil
        }
        return residual.index
      })
  }

  /// The values that lie as flat images, which convolutions on matrix tiles read, global pooling and what is added
  /// to all their points, and the steps that run on them.
  func flatValues() -> (values: [Bool], steps: [Bool]) {
    var isFlat = [Bool](repeating: true, count: values.count)
    for output in outputs { isFlat[output.index] = false }
    if let memory { isFlat[memory.before.index] = false }
    var onTiles = steps.map { step in
      switch step {
      case .product(let product):
        // A 1x1 convolution of the input itself, with which transformers begin, is not worth its rounding.
        product.window.map {
          $0.keepsSize && ($0.taps == 9 || product.isPointwise && product.input.index != 0)
            && product.activation != .tanh
        }
          ?? false
      case .pooling, .shift: true
      case .concatenation, .recorded: false
      }
    }
    // Each change can only make less flat, so this ends.
    var hasChanged = true
    while hasChanged {
      let before = (isFlat, onTiles)
      for (i, step) in steps.enumerated() {
        if case .product(let product) = step, let residual = product.residual {
          onTiles[i] = onTiles[i] && isFlat[residual.index]
        }
        onTiles[i] = onTiles[i] && isFlat[step.operands[0].index]
        switch step {
        case .pooling(_, _, let vector), .shift(_, by: let vector, _): isFlat[vector.index] = false
        default: break
        }
        if case .shift = step { onTiles[i] = onTiles[i] && isFlat[step.output.index] }
        guard !onTiles[i] else { continue }
        for value in step.operands + [step.output] { isFlat[value.index] = false }
      }
      hasChanged = before != (isFlat, onTiles)
    }
    return (isFlat, onTiles)
  }
}
