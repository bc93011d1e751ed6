import TensorCore
import Testing

@Suite("Heads on matrix tiles")
struct HeadTileTests {
  @Test(
    "1x1 convolutions of whole numbers are exact, however many channels heads have",
    arguments: tileKernels.indices, [(9, 2, 1, 1), (33, 17, 33, 20), (48, 40, 5, 37)])
  func wholeNumbers(index: Int, sizes: (channels: Int, policy: Int, value: Int, batch: Int)) throws {
    let description = NetworkDescription(
      planes: 3, rows: 5, columns: 6, torso: .residual(blocks: 1, channels: sizes.channels),
      heads: .policyValue(actions: 7, valueRange: .linear),
      widths: .init(policy: sizes.policy, value: sizes.value, hidden: 9))
    let network = try Network(description, seed: 3)
    var generator = TestGenerator(state: 4)
    let parameters = network.parameters
    for entry in parameters.layout.trained {
      // The block adds nothing to what the stem makes of whole numbers.
      let most = entry.name.hasPrefix("torso.block") ? 0 : 3
      let numbers = wholes(entry.shape.count, upTo: most, using: &generator)
      let isScale = entry.name.contains("norm") && entry.name.hasSuffix("weight")
      for (i, number) in zip(entry.range, numbers) { parameters.trained[i] = isScale ? 1 : number }
    }
    for entry in parameters.layout.buffers {
      // 1 / sqrt(0.99999 + 0.00001): norms change nothing.
      for i in entry.range { parameters.buffers[i] = entry.name.hasSuffix("mean") ? 0 : 1 - 1e-5 }
    }
    let planes = wholes(sizes.batch * description.inputCount, upTo: 1, using: &generator)
    let exact = tapeOutputs(network, planes, batch: sizes.batch)
    let tiles = network.compiled(
      maximumBatch: sizes.batch, precision: .bf16, kernels: tileKernels[index]
    ).outputs(planes, batch: sizes.batch)
    #expect(Set(exact.0).count > 5 * sizes.batch, "all logits look alike")
    #expect(distance(exact.0, tiles.0) < 1e-6)
    #expect(distance(exact.1, tiles.1) < 1e-6)
  }

  @Test("transformers, which begin with 1x1 convolutions, are not rounded", arguments: tileKernels.indices)
  func transformers(index: Int) throws {
    let description = NetworkDescription(
      planes: 3, rows: 5, columns: 6, torso: .transformer(blocks: 1, width: 12, attentionHeads: 3),
      heads: .policyValue(actions: 7, valueRange: .tanh))
    let network = try seasoned(description, seed: 5)
    var generator = TestGenerator(state: 6)
    let planes = generator.floats(17 * description.inputCount)
    let outputs = Precision.allCases.map {
      network.compiled(maximumBatch: 17, precision: $0, kernels: tileKernels[index]).outputs(
        planes, batch: 17)
    }
    #expect(outputs[0] == outputs[1])
    #expect(Set(outputs[0].1).count == 17)
  }
}
