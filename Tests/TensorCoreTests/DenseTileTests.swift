import TensorCore
import Testing

@Suite("Dense layers in bf16 on matrix tiles")
struct DenseTileTests {
  @Test(
    "dense layers of whole numbers are exact",
    arguments: tileKernels.indices,
    [
      (32, 1024, 128), (24, 90, 70), (33, 100, 17), (64, 48, 96), (128, 128, 64), (32, 160, 128),
      (32, 96, 600),
      (64, 512, 64),
    ])
  func dense(index: Int, size: (batch: Int, inputs: Int, outputs: Int)) {
    let (batch, inputs, outputs) = size
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
      outcome(parameters, precision: precision, tileKernels[index], cotangent: cotangent) { tape in
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
    "products of whole numbers are exact, whichever operand is transposed", arguments: tileKernels.indices,
    [(false, false), (false, true), (true, false), (true, true)])
  func product(index: Int, transposed: (Bool, Bool)) {
    let (rows, inner, columns) = (48, 96, 80)
    func shape(_ rows: Int, _ columns: Int, turned: Bool) -> VariableShape {
      VariableShape(
        batch: 1, rows: 1, columns: turned ? columns : rows, channels: turned ? rows : columns)
    }
    var layout = ParameterLayout()
    let first = layout.addParameter("first", shape: [rows * inner], decays: true)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 76)
    let initial = wholes(rows * inner, upTo: 8, using: &generator)
    for i in parameters.trained.indices { parameters.trained[i] = initial[i] }
    let second = wholes(inner * columns, upTo: 8, using: &generator)
    let cotangent = wholes(rows * columns, upTo: 8, using: &generator)
    let outcomes = Precision.allCases.map { precision in
      outcome(parameters, precision: precision, tileKernels[index], cotangent: cotangent) { tape in
        let input = tape.vectors(second, batch: 1, wantsGradient: true)
        let result = tape.product(
          tape.parameter(first, as: shape(rows, inner, turned: transposed.0)),
          tape.reshape(input, to: shape(inner, columns, turned: transposed.1)), transposed: transposed)
        return (input, result)
      }
    }
    #expect(outcomes[0] == outcomes[1])
    #expect(outcomes[0].values.contains { $0.magnitude > 256 })
  }

  @Test(
    "large dense layers of compiled networks are exact on whole numbers, and else rounded, each row by itself",
    arguments: tileKernels.indices,
    [
      NetworkDescription.Torso.mlp(hidden: [160]), .mlp(hidden: [200]),
      .convolutional(channels: 16, hidden: 128),
    ])
  func compiledDense(index: Int, torso: NetworkDescription.Torso) throws {
    let description = NetworkDescription(
      planes: 4, rows: 10, columns: 11, torso: torso, heads: .actionValues(actions: 6))
    let (count, batch) = (description.inputCount, 150)
    let network = try Network(description, seed: 7)
    let compiled = {
      network.compiled(maximumBatch: batch, precision: $0, kernels: tileKernels[index])
    }
    var generator = TestGenerator(state: 75)
    let rows = generator.floats(batch * count)
    let (exact, rough) = (compiled(.f32), compiled(.bf16))
    let values = (exact.outputs(rows, batch: batch).0, rough.outputs(rows, batch: batch).0)
    let error = distance(values.0, values.1)
    #expect(error > 1e-4 && error < 0.01)
    for row in [0, 15, 16, 32, 149] {
      let alone = rough.outputs(Array(rows[(row * count)...].prefix(count)), batch: 1).0
      #expect(alone == Array(values.1[(row * 6)...].prefix(6)))
    }
    let trained = wholes(network.parameters.trained.count, upTo: 3, using: &generator)
    for i in network.parameters.trained.indices { network.parameters.trained[i] = trained[i] }
    exact.load(from: network)
    #expect(allocations { rough.load(from: network) } == 0)
    let planes = wholes(batch * count, upTo: 1, using: &generator)
    #expect(exact.outputs(planes, batch: batch).0 == rough.outputs(planes, batch: batch).0)
  }

  @Test(
    "dense layers in the heads of residual networks are not rounded, however large",
    arguments: tileKernels.indices)
  func heads(index: Int) throws {
    let description = NetworkDescription(
      planes: 3, rows: 19, columns: 19, torso: .residual(blocks: 1, channels: 32, pooling: nil),
      heads: .policyValue(actions: 362, valueRange: .tanh))
    let network = try Network(description, seed: 8)
    var generator = TestGenerator(state: 77)
    let numbers = generator.floats(network.parameters.trained.count)
    // A torso of zeros has nothing to round.
    for entry in network.parameters.layout.trained {
      for i in entry.range { network.parameters.trained[i] = entry.name.hasPrefix("torso") ? 0 : numbers[i] }
    }
    let planes = generator.floats(description.inputCount)
    let outputs = Precision.allCases.map {
      network.compiled(maximumBatch: 1, precision: $0, kernels: tileKernels[index]).outputs(planes, batch: 1)
    }
    #expect(outputs[0] == outputs[1])
    #expect(Set(outputs[0].0).count > 300)
  }
}
