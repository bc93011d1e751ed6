/// How an image lies for convolutions on matrix tiles: as pixels of bf16 channels, row after row, with one column
/// of zeros behind each row and a row of zeros above and below; see `kernel_flat_convolution`.
struct FlatImage {
  let rows: Int
  let columns: Int
  /// A multiple of 32: what a row of a matrix tile holds.
  let channels: Int

  init(_ value: InferencePlan.Value) { self.init(value, channels: value.channels) }

  /// An image of the same size with another number of channels.
  init(_ value: InferencePlan.Value, channels: Int) {
    rows = value.rows
    columns = value.columns
    self.channels = Self.padded(channels)
  }

  static func padded(_ channels: Int) -> Int { (channels + 31) / 32 * 32 }

  /// Pixels of a row with the column of zeros behind it.
  var width: Int { columns + 1 }
  /// Pixels before the first one inside the border.
  var leading: Int { width + 1 }
  /// Runs of 16 pixels that cover the rows.
  var runs: Int { (rows * width + 15) / 16 }
  /// Pixels of a board with everything around it; the last run may end behind the rows.
  var boardPixels: Int { 2 * leading + 16 * runs }
  /// Floats that take as much memory as a board, and one that is kept in f32 too, behind it.
  var floats: Int { boardPixels * channels / 2 }
  var floatsWithStream: Int { floats + boardPixels * channels }

  /// Zeros around `boards` boards, which no convolution writes.
  func clearBorders(_ pixels: UnsafeMutablePointer<UInt16>, boards: Int) {
    for board in 0..<boards {
      let first = pixels + board * boardPixels * channels
      first.update(repeating: 0, count: leading * channels)
      (first + (boardPixels - leading) * channels).update(repeating: 0, count: leading * channels)
    }
  }
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
        // Heads begin with 1x1 convolutions, which are small and stay in f32.
        product.window.map { $0.keepsSize && $0.taps > 1 && product.activation != .tanh } ?? false
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
