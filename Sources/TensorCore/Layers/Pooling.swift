/// Pools the points under each window, channel by channel: [batch, rows, columns, channels] to
/// [batch, out rows, out columns, channels].
public struct Pooling: Layer {
  public enum Kind: Hashable, Sendable {
    case maximum
    /// The mean. Points outside the image count as zeros, or do not count at all.
    case average(countsPadding: Bool)
  }

  public let kind: Kind
  public let window: Window

  public init(_ kind: Kind, window: Window) {
    self.kind = kind
    self.window = window
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let isMaximum = kind == .maximum
    let (patches, places) = tape.patches(input, window, fill: isMaximum ? -.infinity : 0)
    switch kind {
    case .maximum: return tape.reshape(tape.maximum(patches, over: .columns), to: places)
    case .average(let countsPadding):
      let sums = tape.reshape(
        tape.sum(patches, over: .columns, scale: countsPadding ? 1 / Float(window.taps) : 1), to: places)
      return countsPadding ? sums : tape.divide(sums, by: insideCounts(tape.shape(of: input), places, tape))
    }
  }

  /// How many points of the image each window sees: [1, out rows, out columns, 1].
  private func insideCounts(_ image: VariableShape, _ places: VariableShape, _ tape: Tape) -> Variable {
    func inside(_ place: Int, _ size: Int, _ kernel: Int, _ stride: Int, _ padding: Int, _ dilation: Int)
      -> Int
    {
      (0..<kernel).count { (0..<size).contains(place * stride + $0 * dilation - padding) }
    }
    let shape = VariableShape(batch: 1, rows: places.rows, columns: places.columns, channels: 1)
    return tape.constant(shape: shape) { i in
      let rows = inside(
        i / places.columns, image.rows, window.kernel.rows, window.stride.rows, window.padding.rows,
        window.dilation.rows)
      let columns = inside(
        i % places.columns, image.columns, window.kernel.columns, window.stride.columns,
        window.padding.columns, window.dilation.columns)
      return Float(rows * columns)
    }
  }
}

/// Pools whole images: [batch, rows, columns, channels] to [batch, 1, 1, channels].
public enum GlobalPooling: Layer, Hashable {
  case average, maximum

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    switch self {
    case .average: tape.mean(input, over: .points)
    case .maximum: tape.maximum(input, over: .points)
    }
  }
}
