/// All values of a model: one flat buffer of trainable floats, and one of those that are kept but not trained
/// (running statistics of batch norm). A step of an optimiser, a sum of gradients or a checkpoint is one pass.
///
/// Several tapes may read it at once; whoever writes (an optimiser, a loader) must be alone meanwhile.
// @unchecked: the memory never moves, and the promise above orders reads and writes.
public final class Parameters: @unchecked Sendable {
  public let layout: ParameterLayout
  private let trainedMemory: FloatBuffer
  private let bufferMemory: FloatBuffer

  /// All zeros.
  public init(layout: ParameterLayout) {
    self.layout = layout
    trainedMemory = FloatBuffer(count: layout.trainedCount)
    bufferMemory = FloatBuffer(count: layout.bufferCount)
  }

  /// All trainable values, in the order of `layout.trained`. Valid as long as this object lives,
  /// which its holder must see to (a stored property, or `withExtendedLifetime`).
  public var trained: UnsafeMutableBufferPointer<Float> { trainedMemory.all }
  /// All other values, in the order of `layout.buffers`. Valid as long as this object lives,
  /// which its holder must see to (a stored property, or `withExtendedLifetime`).
  public var buffers: UnsafeMutableBufferPointer<Float> { bufferMemory.all }

  /// The values of one trainable tensor.
  public subscript(index: ParameterIndex) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: trained[layout[index].range])
  }

  /// The values of one tensor that is not trained.
  public subscript(index: BufferIndex) -> UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(rebasing: buffers[layout[index].range])
  }

  /// Takes all values of `other`, which must have the same layout. Does not allocate.
  public func copy(from other: Parameters) {
    precondition(layout.trainedCount == other.layout.trainedCount, "the layouts differ")
    precondition(layout.bufferCount == other.layout.bufferCount, "the layouts differ")
    trainedMemory.pointer.update(from: other.trainedMemory.pointer, count: layout.trainedCount)
    bufferMemory.pointer.update(from: other.bufferMemory.pointer, count: layout.bufferCount)
  }

  /// Every tensor with its name: the trained ones, then the others.
  public func tensors() -> [NamedTensor] {
    layout.trained.map { NamedTensor(name: $0.name, shape: $0.shape, values: trained[$0.range]) }
      + layout.buffers.map { NamedTensor(name: $0.name, shape: $0.shape, values: buffers[$0.range]) }
  }

  /// Takes the values of `tensors`, which must be exactly those of the layout, in any order. On an error
  /// nothing has changed. `file` is named in errors.
  public func restore(from tensors: [NamedTensor], file: String) throws(TensorFileError) {
    let found = try TensorTable(tensors, file: file)
    let entries = layout.trained + layout.buffers
    for entry in entries { try found.check(entry.name, shape: entry.shape) }
    try found.checkNothingElse(than: entries.map(\.name))
    try found.checkValues(of: entries.map(\.name))
    for entry in layout.trained { found.copy(entry.name, into: trained, at: entry.offset) }
    for entry in layout.buffers { found.copy(entry.name, into: buffers, at: entry.offset) }
  }

  /// Takes the values of those `tensors` that have the name and the shape of one of the layout's; returns how many
  /// they are, at least half of the layout's. On an error nothing has changed. `file` is named in errors.
  public func adopt(from tensors: [NamedTensor], file: String) throws(TensorFileError) -> Int {
    let found = try TensorTable(tensors, file: file)
    let (trainedFitting, buffersFitting) = (
      layout.trained.filter { found.has($0.name, shape: $0.shape) },
      layout.buffers.filter { found.has($0.name, shape: $0.shape) }
    )
    let names = (trainedFitting + buffersFitting).map(\.name)
    if 2 * names.count < layout.tensorCount {
      throw .otherNetwork(file: file, fitting: names.count, count: layout.tensorCount)
    }
    try found.checkValues(of: names)
    for entry in trainedFitting { found.copy(entry.name, into: trained, at: entry.offset) }
    for entry in buffersFitting { found.copy(entry.name, into: buffers, at: entry.offset) }
    return names.count
  }
}
