import TensorCore
import Testing

@Suite("Training in bf16 on matrix tiles")
struct TileTests {
  @Test(
    "convolutions of whole numbers are exact",
    arguments: tileKernels.indices,
    [
      (9, 9, 64, 64, 30), (5, 7, 16, 48, 3), (19, 19, 32, 16, 2), (8, 8, 17, 32, 5), (3, 3, 96, 32, 50),
      (1, 2, 16, 48, 5), (2, 1, 32, 64, 17), (1, 1, 64, 96, 3),
    ])
  func convolution(index: Int, size: (rows: Int, columns: Int, channels: Int, outputs: Int, batch: Int)) {
    let (rows, columns, channels, outputs, batch) = size
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
      outcome(parameters, precision: precision, tileKernels[index], cotangent: cotangent) { tape in
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

  /// Gradient steps of a network on some planes, with the same targets for all boards.
  private func step(
    _ network: Network, _ planes: [Float], _ precision: Precision, _ kernels: Kernels
  ) -> (gradient: [Float], statistics: [Float], allocations: Int) {
    let batch = planes.count / network.description.inputCount
    let targets = (0..<batch).flatMap { _ in
      (0..<network.description.actions).map { $0 == 3 ? 1 : 0 as Float }
    }
    let tape = Tape(parameters: network.parameters, precision: precision, kernels: kernels)
    func step() {
      tape.reset()
      planes.withUnsafeBufferPointer { planes in
        targets.withUnsafeBufferPointer { targets in
          guard case .policyValue(let logits, _) = network.forward(planes: planes, batch: batch, on: tape)
          else { return }
          tape.backward(from: tape.softmaxCrossEntropy(logits, targets: targets))
        }
      }
    }
    step()
    step()
    let count = allocations(of: step)
    return withExtendedLifetime(tape) { (tape.gradientValues(), Array(tape.statistics), count) }
  }

  @Test(
    "a residual network's gradient is that of f32 but for 15 %, and does not depend on where a board lies",
    arguments: tileKernels.indices,
    [
      Residual(rows: 9, columns: 9, blocks: 2, channels: 32, pooling: [], batch: 16),
      Residual(rows: 3, columns: 4, blocks: 2, channels: 64, pooling: [], batch: 37),
      Residual(rows: 6, columns: 7, blocks: 3, channels: 32, pooling: [2], batch: 21),
      Residual(rows: 5, columns: 5, blocks: 1, channels: 96, pooling: [], batch: 12),
      Residual(rows: 5, columns: 5, blocks: 2, channels: 48, pooling: [], batch: 33),
    ])
  func network(index: Int, size: Residual) throws {
    let pooling =
      size.pooling.isEmpty ? nil : NetworkDescription.BoardPooling(blocks: size.pooling, heads: false)
    let description = NetworkDescription(
      planes: 17, rows: size.rows, columns: size.columns,
      torso: .residual(blocks: size.blocks, channels: size.channels, pooling: pooling),
      heads: .policyValue(actions: size.rows * size.columns + 1, valueRange: .tanh))
    let network = try Network(description, seed: 5)
    var generator = TestGenerator(state: 73)
    let boards = (0..<size.batch).map { _ in generator.floats(description.inputCount) }
    let exact = step(network, boards.flatMap(\.self), .f32, tileKernels[index])
    let rough = step(network, boards.flatMap(\.self), .bf16, tileKernels[index])
    let turned = step(network, boards.reversed().flatMap(\.self), .bf16, tileKernels[index])
    let error = distance(exact.gradient, rough.gradient)
    print("gradient in bf16: \(error) of its norm from that in f32, \(size)")
    #expect(error < 0.15 && error > 0)
    #expect(distance(exact.statistics, rough.statistics) < 0.01)
    // Sums in another order round some numbers to the other side.
    #expect(distance(rough.gradient, turned.gradient) < 0.03)
    #expect(distance(rough.statistics, turned.statistics) < 1e-3)
    #expect(rough.allocations == 0)
  }

  @Test(
    "boards that fill a group up stay out of gradients, however deep the network",
    arguments: tileKernels.indices)
  func filling(index: Int) throws {
    // Without any variance a norm multiplies by 300, layer after layer.
    let description = NetworkDescription(
      planes: 3, rows: 1, columns: 1, torso: .residual(blocks: 20, channels: 32, pooling: nil),
      heads: .policyValue(actions: 4, valueRange: .tanh))
    var generator = TestGenerator(state: 74)
    let network = try Network(description, seed: 6)
    for i in network.parameters.trained.indices {
      network.parameters.trained[i] += Float.random(in: -0.1...0.1, using: &generator)
    }
    let outcome = step(network, generator.floats(3), .bf16, tileKernels[index])
    let infinite = outcome.gradient.count { !$0.isFinite }
    #expect(infinite == 0)
  }

  struct Residual: CustomStringConvertible, Sendable {
    let rows, columns, blocks, channels: Int
    let pooling: [Int]
    let batch: Int

    var description: String {
      "\(blocks) blocks of \(channels), pooling in \(pooling), \(batch) boards \(rows) x \(columns)"
    }
  }
}
