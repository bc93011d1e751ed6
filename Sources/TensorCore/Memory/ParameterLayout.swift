/// Names one trainable tensor of a model.
public struct ParameterIndex: Hashable, Sendable { let value: Int }
/// Names one tensor of a model that is kept but not trained, such as running statistics.
public struct BufferIndex: Hashable, Sendable { let value: Int }

/// The table of a model's tensors: where each one lies in the two flat buffers of `Parameters`.
public struct ParameterLayout: Hashable, Sendable {
  /// One tensor: its values are `offset ..< offset + shape.count` of its flat buffer.
  public struct Entry: Hashable, Sendable {
    public let name: String
    public let shape: Shape
    public let offset: Int
    /// Whether weight decay applies: to weights, not to biases or batch-norm scales.
    public let decays: Bool
    public var range: Range<Int> { offset..<(offset + shape.count) }
  }

  public private(set) var trained: [Entry] = []
  public private(set) var buffers: [Entry] = []

  public init() {}

  /// The number of all tensors.
  public var tensorCount: Int { trained.count + buffers.count }
  /// The number of trainable values.
  public var trainedCount: Int { trained.last?.range.upperBound ?? 0 }
  /// The number of values that are not trained.
  public var bufferCount: Int { buffers.last?.range.upperBound ?? 0 }

  public subscript(index: ParameterIndex) -> Entry { trained[index.value] }
  public subscript(index: BufferIndex) -> Entry { buffers[index.value] }

  /// Adds a trainable tensor. Names must differ.
  public mutating func addParameter(_ name: String, shape: Shape, decays: Bool) -> ParameterIndex {
    checkNew(name)
    trained.append(Entry(name: name, shape: shape, offset: trainedCount, decays: decays))
    return ParameterIndex(value: trained.count - 1)
  }

  /// Adds a tensor that is not trained. Names must differ.
  public mutating func addBuffer(_ name: String, shape: Shape) -> BufferIndex {
    checkNew(name)
    buffers.append(Entry(name: name, shape: shape, offset: bufferCount, decays: false))
    return BufferIndex(value: buffers.count - 1)
  }

  private func checkNew(_ name: String) {
    precondition(!(trained + buffers).contains { $0.name == name }, "two tensors are called \(name)")
  }
}
