import CKernels

/// A value on a tape. It means something only to the tape that made it, and until that tape's next `reset`.
public struct Variable: Hashable, Sendable { let index: Int }

/// What made a value: the operation, its operands, and what its backward pass needs. Pointers lead into the
/// tape's arena. Layers are composed of these.
enum Operation {
  case leaf
  // Products.
  case dense(Variable, weight: Variable, bias: Variable?)
  case product(Variable, Variable, transposed: (Bool, Bool))
  case convolution(Variable, weight: Variable, bias: Variable?, SquareWindow)
  case tower(Variable, Range<Int>)
  // Elements.
  case function(Variable, ElementFunction)
  case combination(Variable, Variable, kernel_combination)
  case weightedSum(Variable, Float, Variable, Float)
  case perturbation(mean: Variable, deviation: Variable, to: Variable, from: Variable)
  // Sums over axes, and rows.
  case sum(Variable, scale: Float)
  case maximum(Variable, indices: UnsafeMutablePointer<Int32>)
  case softmax(Variable)
  case normalise(Variable, inverseDeviation: UnsafeMutablePointer<Float>, centred: Bool, epsilon: Float)
  case batchNorm(Variable, scale: Variable, shift: Variable, Normalisation)
  // Moving elements.
  case reshape(Variable)
  case permute(Variable, Permutation)
  case slice(Variable, axis: Axis, start: Int)
  case concatenation(Range<Int>, axis: Axis)
  case gather(Variable, indices: UnsafeMutablePointer<Int32>)
  case patches(Variable, kernel_patches, fill: Float)
  case overlap(Variable, kernel_patches)
  // Losses.
  case crossEntropy(Variable, probabilities: UnsafeMutablePointer<Float>, RowTargets)
  case squaredError(Variable, RowTargets)
  case huber(Variable, delta: Float, RowTargets)
}

/// How a batch norm normalised, with statistics of [channels] each, and what it did besides.
struct Normalisation {
  let mean: UnsafeMutablePointer<Float>
  let inverseDeviation: UnsafeMutablePointer<Float>
  /// Whether the statistics come from the batch, and so depend on the input.
  let fromBatch: Bool
  /// What was added.
  let residual: Variable?
  let relu: Bool
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
  var value: UnsafeMutablePointer<Float>
  /// Of the same size as the value; present from `backward` on, if the value needs one.
  var gradient: UnsafeMutablePointer<Float>?
  let needsGradient: Bool
  /// Whether the gradient is zero though its memory was not cleared: whoever comes first need not add.
  var isFresh = false
}
