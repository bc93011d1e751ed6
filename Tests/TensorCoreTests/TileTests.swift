import TensorCore
import Testing

/// The tiles are emulated, so that every processor carries this out.
@Suite("Training in bf16 on matrix tiles")
struct TileTests {
  /// Small whole numbers are exact in bf16, and so are sums of their products in f32.
  private func wholes(_ count: Int, upTo limit: Int, using generator: inout TestGenerator) -> [Float] {
    (0..<count).map { _ in Float(Int.random(in: -limit...limit, using: &generator)) }
  }

  private struct Outcome: Equatable {
    var values: [Float]
    var inputGradient: [Float]
    var gradient: [Float]
  }

  /// What `forward` gives on a tape, and its gradients.
  private func outcome(
    _ parameters: Parameters, precision: Precision, cotangent: [Float],
    forward: (Tape) -> (input: Variable, result: Variable)
  ) -> Outcome {
    let tape = Tape(parameters: parameters, precision: precision, kernels: .emulatedTiles)
    tape.reset()
    let (input, result) = forward(tape)
    tape.backward(from: result, cotangent: cotangent)
    return withExtendedLifetime(tape) {
      Outcome(
        values: Array(tape.values(of: result)),
        inputGradient: tape.gradient(of: input).map { Array($0) } ?? [],
        gradient: tape.gradientValues())
    }
  }

  @Test(
    "dense layers of whole numbers are exact",
    arguments: [(32, 1024, 128), (24, 90, 70), (33, 100, 17), (64, 48, 96)])
  func dense(batch: Int, inputs: Int, outputs: Int) {
    var layout = ParameterLayout()
    let weight = layout.addParameter("weight", shape: [outputs, inputs], decays: true)
    let bias = layout.addParameter("bias", shape: [outputs], decays: false)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 71)
    let initial = wholes(parameters.trained.count, upTo: 8, using: &generator)
    for i in parameters.trained.indices { parameters.trained[i] = initial[i] }
    let x = wholes(batch * inputs, upTo: 8, using: &generator)
    let cotangent = wholes(batch * outputs, upTo: 8, using: &generator)
    let outcomes = Precision.allCases.map { precision in
      outcome(parameters, precision: precision, cotangent: cotangent) { tape in
        let input = tape.vectors(x, batch: batch, wantsGradient: true)
        let hidden = tape.dense(
          input, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: outputs)
        return (input, hidden)
      }
    }
    #expect(outcomes[0] == outcomes[1])
    #expect(outcomes[0].values.contains { $0.magnitude > 256 })
  }

  @Test(
    "convolutions of whole numbers are exact",
    arguments: [
      (9, 9, 64, 64, 30), (5, 7, 16, 48, 3), (19, 19, 32, 16, 2), (8, 8, 17, 32, 5), (3, 3, 96, 32, 50),
    ])
  func convolution(rows: Int, columns: Int, channels: Int, outputs: Int, batch: Int) {
    var layout = ParameterLayout()
    let weight = layout.addParameter("weight", shape: [outputs, channels, 3, 3], decays: true)
    let bias = layout.addParameter("bias", shape: [outputs], decays: false)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 72)
    let initial = wholes(parameters.trained.count, upTo: 3, using: &generator)
    for i in parameters.trained.indices { parameters.trained[i] = initial[i] }
    let image = wholes(batch * rows * columns * channels, upTo: 3, using: &generator)
    let cotangent = wholes(batch * rows * columns * outputs, upTo: 3, using: &generator)
    // A gradient is only asked for where tiles have it.
    let wantsGradient = channels % 16 == 0
    let outcomes = Precision.allCases.map { precision in
      outcome(parameters, precision: precision, cotangent: cotangent) { tape in
        let input = tape.images(image, [batch, channels, rows, columns], wantsGradient: wantsGradient)
        let result = tape.convolution(
          input, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: outputs, kernel: 3,
          padding: 1)
        return (input, result)
      }
    }
    let (exact, rough) = (outcomes[0], outcomes[1])
    // Winograd's method, which f32 takes, rounds.
    #expect(rough.values == exact.values.map { $0.rounded() })
    #expect(rough.inputGradient == exact.inputGradient.map { $0.rounded() })
    #expect(rough.gradient == exact.gradient.map { $0.rounded() })
  }

  @Test(
    "a residual network's gradient is that of f32 but for 15 %, and a step does not allocate once warm"
  )
  func network() throws {
    let description = NetworkDescription(
      planes: 17, rows: 9, columns: 9, torso: .residual(blocks: 2, channels: 32, pooling: nil),
      heads: .policyValue(actions: 82, valueRange: .tanh))
    let network = try Network(description, seed: 5)
    var generator = TestGenerator(state: 73)
    let batch = 16
    let planes = generator.floats(batch * description.inputCount)
    let targets = (0..<batch).flatMap { row in (0..<82).map { $0 == row ? 1 : 0 as Float } }
    func gradient(_ precision: Precision) -> (values: [Float], allocations: Int) {
      let tape = Tape(parameters: network.parameters, precision: precision, kernels: .emulatedTiles)
      func step() {
        tape.reset()
        planes.withUnsafeBufferPointer { planes in
          targets.withUnsafeBufferPointer { targets in
            guard case .policyValue(let logits, _) = network.forward(planes: planes, batch: batch, on: tape)
            else {
              return
            }
            tape.backward(from: tape.softmaxCrossEntropy(logits, targets: targets))
          }
        }
      }
      step()
      step()
      let count = allocations(of: step)
      return (tape.gradientValues(), count)
    }
    let (exact, rough) = (gradient(.f32), gradient(.bf16))
    let (difference, size) = (
      zip(exact.values, rough.values).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) },
      exact.values.reduce(0) { $0 + $1 * $1 }
    )
    let error = (difference / size).squareRoot()
    print("gradient in bf16: \(error) of its norm from that in f32")
    #expect(error < 0.15 && error > 0)
    #expect(rough.allocations == 0)
  }
}
