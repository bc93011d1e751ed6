import TensorCore
import Testing

/// Emulated tiles, so that every processor carries this out, and its own where it has any.
let tileKernels = [Kernels.emulatedTiles] + Kernels.available.filter(\.hasTiles)

/// Small whole numbers are exact in bf16, and so are sums of their products in f32.
func wholes(_ count: Int, upTo limit: Int, using generator: inout TestGenerator) -> [Float] {
  (0..<count).map { _ in Float(Int.random(in: -limit...limit, using: &generator)) }
}

struct TileOutcome: Equatable {
  var values: [Float]
  var inputGradient: [Float]
  var gradient: [Float]
}

/// What `forward` gives on a tape, and its gradients.
func outcome(
  _ parameters: Parameters, precision: Precision, _ kernels: Kernels, cotangent: [Float],
  forward: (Tape) -> (input: Variable, result: Variable)
) -> TileOutcome {
  let tape = Tape(parameters: parameters, precision: precision, kernels: kernels)
  tape.reset()
  let (input, result) = forward(tape)
  tape.backward(from: result, cotangent: cotangent)
  return withExtendedLifetime(tape) {
    TileOutcome(
      values: Array(tape.values(of: result)),
      inputGradient: tape.gradient(of: input).map { Array($0) } ?? [],
      gradient: tape.gradientValues())
  }
}

/// The length of the difference in that of the first.
func distance(_ a: [Float], _ b: [Float]) -> Float {
  let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  return (difference / a.reduce(0) { $0 + $1 * $1 }).squareRoot()
}
