/// A row-major array of floats with a shape: the currency of files, tests and other edges. Inner loops work on
/// `Parameters`, `Tape` and `InferenceNetwork`.
public struct Tensor: Hashable, Sendable {
  public let shape: Shape
  public var values: [Float]

  /// `values` must have as many elements as `shape`.
  public init(shape: Shape, values: [Float]) {
    precondition(shape.count == values.count, "\(values.count) values do not fill the shape \(shape)")
    self.shape = shape
    self.values = values
  }

  public init(repeating value: Float, shape: Shape) {
    self.init(shape: shape, values: [Float](repeating: value, count: shape.count))
  }
}
