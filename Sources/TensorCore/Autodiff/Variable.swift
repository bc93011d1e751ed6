/// A value on a tape. It means something only to the tape that made it, and until that tape's next `reset`.
public struct Variable: Hashable, Sendable { let index: Int }

/// The shape of a value on a tape. Images are channels-last, [batch, rows, columns, channels]; a vector of
/// features has one row and one column, and a loss is one float.
public struct VariableShape: Hashable, Sendable {
  public let batch: Int
  public let rows: Int
  public let columns: Int
  public let channels: Int

  /// The number of channel vectors: batch x rows x columns.
  public var vectors: Int { batch * rows * columns }
  /// The number of floats.
  public var count: Int { vectors * channels }

  public init(batch: Int, rows: Int = 1, columns: Int = 1, channels: Int) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.channels = channels
  }

  func with(channels: Int) -> VariableShape {
    VariableShape(batch: batch, rows: rows, columns: columns, channels: channels)
  }

  static let scalar = VariableShape(batch: 1, channels: 1)
}

/// What made a value: the operation, its operands, and what its backward pass needs. Pointers lead into the
/// tape's arena.
enum Operation {
  case leaf
  case dense(Variable, weight: Variable, bias: Variable?)
  case convolution(Variable, weight: Variable, bias: Variable?, padding: Int)
  case batchNorm(Variable, scale: Variable, shift: Variable, Normalisation)
  case relu(Variable)
  case tanh(Variable)
  case add(Variable, Variable)
  case flatten(Variable)
  case crossEntropy(Variable, probabilities: UnsafeMutablePointer<Float>, RowTargets)
  case squaredError(Variable, RowTargets)
  case huber(Variable, delta: Float, RowTargets)
  case gather(Variable, actions: UnsafeMutablePointer<Int32>)
  case weightedSum(Variable, Float, Variable, Float)
}

/// Statistics with which a batch norm normalised: [channels] each.
struct Normalisation {
  let mean: UnsafeMutablePointer<Float>
  let inverseDeviation: UnsafeMutablePointer<Float>
  /// Whether the statistics come from the batch, and so depend on the input.
  let fromBatch: Bool
}

/// A loss's copy of its targets and optional weights of rows.
struct RowTargets {
  let targets: UnsafeMutablePointer<Float>
  let weights: UnsafeMutablePointer<Float>?

  func weight(_ row: Int) -> Float { weights.map { $0[row] } ?? 1 }
}

/// One entry of a tape.
struct Node {
  let operation: Operation
  let shape: VariableShape
  let value: UnsafeMutablePointer<Float>
  /// Of the same size as the value; present from `backward` on, if the value needs one.
  var gradient: UnsafeMutablePointer<Float>?
  let needsGradient: Bool
}
