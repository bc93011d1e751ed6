import CKernels

/// Records the operations of one training step as they are carried out, and runs them backwards.
///
/// A tape serves one shard of a batch: it has its own memory, its own gradient of all parameters and its own
/// batch statistics, so that shards run on different threads and are then summed in a fixed order
/// (`Tape.reduce`). Once the first steps have sized its memory, a step of the same size does not allocate.
// @unchecked: a tape may move between threads but is used by one at a time; the reductions run when no shard
// does.
public final class Tape: @unchecked Sendable {
  /// Whether batch norm uses the statistics of the batch or the running ones.
  public enum Mode: Sendable { case training, evaluation }

  public let parameters: Parameters
  public private(set) var mode: Mode = .training
  /// Rows of the first input since the last reset: this shard's share of a batch.
  public internal(set) var batch = 0

  var arena = Arena()
  /// What dropout and other noise draw from.
  var random = SplitMix64(state: 0)
  var nodes: [Node] = []
  private var scratchMemory = FloatBuffer(count: 0)
  /// The operands of operations that have many.
  var operands: [Variable] = []
  /// The layers of towers.
  var towerSteps: [TowerStep] = []
  /// Of all sizes of boards so far.
  var knownTables: [AbreastTables] = []
  /// Kernels with matrix tiles, for products in bf16; nil where all is computed in f32.
  let tileKernels: kernel_table?
  let gradientMemory: FloatBuffer
  /// Of every trained tensor the first node with its value, which may be fresh; or why there is none.
  var owners: [Int]
  private let statisticsMemory: FloatBuffer

  /// With `precision` .bf16 large products round their operands, where that is faster: on matrix tiles.
  public convenience init(parameters: Parameters, precision: Precision = .f32) {
    self.init(parameters: parameters, precision: precision, kernels: .selected)
  }

  package convenience init(parameters: Parameters, precision: Precision, kernels: Kernels) {
    self.init(
      parameters: parameters, wantsGradient: true,
      tiles: precision == .bf16 && kernels.hasTiles ? kernels.table : nil)
  }

  /// A tape that only carries operations out, in evaluation mode, and has no gradient.
  convenience init(evaluating parameters: Parameters) {
    self.init(parameters: parameters, wantsGradient: false, tiles: nil)
    mode = .evaluation
  }

  private init(parameters: Parameters, wantsGradient: Bool, tiles: kernel_table?) {
    self.parameters = parameters
    tileKernels = tiles
    gradientMemory = FloatBuffer(count: wantsGradient ? parameters.layout.trainedCount : 0)
    owners = [Int](repeating: Self.cleared, count: parameters.layout.trained.count)
    statisticsMemory = FloatBuffer(count: wantsGradient ? parameters.layout.bufferCount : 0)
    nodes.reserveCapacity(256)
    operands.reserveCapacity(64)
    _ = kernels  // chooses the kernels and sets OpenBLAS to one thread before any work
  }

  /// dL/dparameters, laid out like `parameters.trained`. Valid as long as the tape lives: keep it alive, as a
  /// stored property or with `withExtendedLifetime`, while the memory is used, and ask anew after a `reset`.
  public var gradient: UnsafeMutableBufferPointer<Float> {
    settleParameters()
    return gradientMemory.all
  }
  /// Batch means and unbiased batch variances, laid out like `parameters.buffers`.
  public var statistics: UnsafeMutableBufferPointer<Float> { statisticsMemory.all }

  /// A copy of `gradient`.
  public func gradientValues() -> [Float] { Array(gradient) }

  /// Starts a new step: forgets all values and clears the gradient, keeping the memory.
  public func reset(mode: Mode = .training) {
    arena.reset()
    nodes.removeAll(keepingCapacity: true)
    operands.removeAll(keepingCapacity: true)
    towerSteps.removeAll(keepingCapacity: true)
    for i in owners.indices { owners[i] = Self.unused }
    self.mode = mode
    batch = 0
  }

  /// Chooses the noise of the next steps: dropout, drop-connect and Gumbel noise. A tape that is not told
  /// starts from 0; for the same bytes whatever the threads, give each shard of each step a seed of its own.
  public func seedNoise(_ seed: UInt64) { random = SplitMix64(state: seed) }

  /// The floats of a value, in its shape's order. Valid until the next `reset`.
  public func values(of variable: Variable) -> UnsafeBufferPointer<Float> {
    let node = nodes[variable.index]
    return UnsafeBufferPointer(start: node.value, count: node.shape.count)
  }

  /// The gradient of a value after `backward`, nil if it has none. Valid until the next `reset`.
  public func gradient(of variable: Variable) -> UnsafeBufferPointer<Float>? {
    let node = nodes[variable.index]
    return node.gradient.map { UnsafeBufferPointer(start: $0, count: node.shape.count) }
  }

  /// The first float of a value: that of a loss.
  public func scalar(of variable: Variable) -> Float { nodes[variable.index].value[0] }

  public func shape(of variable: Variable) -> VariableShape { nodes[variable.index].shape }

  /// A trainable tensor as a value; its gradient goes straight to the flat gradient.
  public func parameter(_ index: ParameterIndex) -> Variable {
    let entry = parameters.layout[index]
    guard let value = parameters.trained.baseAddress else {
      preconditionFailure("the model has no parameters")
    }
    let hasGradient = gradientMemory.count > 0
    nodes.append(
      Node(
        operation: .leaf, shape: VariableShape(batch: 1, channels: entry.shape.count),
        value: value + entry.offset,
        gradient: hasGradient ? gradientMemory.pointer + entry.offset : nil,
        needsGradient: hasGradient, isFresh: hasGradient && own(index)))
    return Variable(index: nodes.count - 1)
  }

  /// Floats that lie elsewhere as a value, in the order of `shape`. They must stay in place until the next
  /// `reset`.
  func view(_ values: UnsafeMutablePointer<Float>, shape: VariableShape) -> Variable {
    record(.leaf, shape: shape, value: values, needsGradient: false)
  }

  /// The memory that the values recorded so far take.
  var floatsInUse: Int { arena.floatsInUse }

  /// A trainable tensor seen as a value of a shape of its size.
  public func parameter(_ index: ParameterIndex, as shape: VariableShape) -> Variable {
    reshape(parameter(index), to: shape)
  }

  func record(
    _ operation: Operation, shape: VariableShape, value: UnsafeMutablePointer<Float>, needsGradient: Bool
  ) -> Variable {
    nodes.append(
      Node(operation: operation, shape: shape, value: value, gradient: nil, needsGradient: needsGradient))
    return Variable(index: nodes.count - 1)
  }

  /// Working memory for `count` floats, not initialised, which is valid until the next call. It is the same
  /// for all operations, so that it stays in the cache; once it has been large enough, it does not allocate.
  func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if scratchMemory.count < count { scratchMemory = FloatBuffer(count: count) }
    return scratchMemory.pointer
  }

  /// What is known of a value. Its gradient may be fresh: `gradientPointer` and `claimGradient` give that.
  func node(_ variable: Variable) -> Node { nodes[variable.index] }
}
