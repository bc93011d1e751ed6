import Foundation
import TensorCore
import Testing

/// Networks of every kind, small enough for tests.
let smallNetworks: [NetworkDescription] =
  [
    NetworkDescription(
      planes: 2, rows: 3, columns: 3, torso: .mlp(hidden: [24, 17]),
      heads: .policyValue(actions: 9, valueRange: .tanh)),
    NetworkDescription(
      planes: 4, rows: 10, columns: 10, torso: .convolutional(channels: 16, hidden: 40),
      heads: .actionValues(actions: 6)),
    NetworkDescription(
      planes: 3, rows: 6, columns: 7, torso: .residual(blocks: 2, channels: 32),
      heads: .policyValue(actions: 7, valueRange: .tanh)),
    NetworkDescription(
      planes: 5, rows: 5, columns: 4, torso: .residual(blocks: 2, channels: 9),
      heads: .policyValue(actions: 21, valueRange: .linear)),
    NetworkDescription(
      planes: 16, rows: 9, columns: 9, torso: .residual(blocks: 1, channels: 64),
      heads: .actionValues(actions: 81)),
    NetworkDescription(
      planes: 2, rows: 40, columns: 37, torso: .nature(channels: 12, hidden: 30),
      heads: .actionValues(actions: 5)),
    NetworkDescription(
      planes: 3, rows: 4, columns: 4, torso: .recurrent(hidden: [12], memory: 10),
      heads: .actionValues(actions: 5)),
    NetworkDescription(
      planes: 3, rows: 5, columns: 6, torso: .densenet(layers: 3, growth: 8),
      heads: .policyValue(actions: 30, valueRange: .tanh)),
    NetworkDescription(
      planes: 3, rows: 3, columns: 4, torso: .transformer(blocks: 2, width: 12, attentionHeads: 3),
      heads: .policyValue(actions: 12, valueRange: .tanh)),
    NetworkDescription(
      planes: 3, rows: 5, columns: 5, torso: .equivariant(blocks: 2, fields: 4),
      heads: .policyValue(actions: 26, valueRange: .tanh)),
    NetworkDescription(
      planes: 2, rows: 4, columns: 4, torso: .equivariant(blocks: 1, fields: 3),
      heads: .actionValues(actions: 16)),
  ] + wideNetworks + poolingNetworks + headedNetworks

/// Networks whose heads see more of the image than usual, in parts that fill vectors and others.
let wideNetworks: [NetworkDescription] = [
  NetworkDescription(
    planes: 3, rows: 6, columns: 7, torso: .residual(blocks: 1, channels: 32),
    heads: .policyValue(actions: 7, valueRange: .tanh), widths: .init(policy: 8, value: 16, hidden: 24)),
  NetworkDescription(
    planes: 2, rows: 4, columns: 5, torso: .densenet(layers: 2, growth: 8),
    heads: .policyValue(actions: 20, valueRange: .linear), widths: .init(policy: 5, value: 3, hidden: 7)),
  NetworkDescription(
    planes: 2, rows: 3, columns: 3, torso: .transformer(blocks: 1, width: 12, attentionHeads: 3),
    heads: .actionValues(actions: 9), widths: .init(policy: 6)),
]

/// Networks that pool over the whole image, in parts that fill vectors and others.
let poolingNetworks: [NetworkDescription] = [
  NetworkDescription(
    planes: 3, rows: 6, columns: 7,
    torso: .residual(blocks: 3, channels: 32, pooling: .init(blocks: [1, 3], heads: true)),
    heads: .policyValue(actions: 7, valueRange: .tanh)),
  NetworkDescription(
    planes: 4, rows: 5, columns: 5,
    torso: .residual(blocks: 2, channels: 96, pooling: .init(blocks: [2])),
    heads: .policyValue(actions: 26, valueRange: .tanh)),
  NetworkDescription(
    planes: 5, rows: 4, columns: 5,
    torso: .residual(blocks: 1, channels: 9, pooling: .init(blocks: [1], heads: true)),
    heads: .actionValues(actions: 20)),
]

/// Networks of action values with every kind of head.
let headedNetworks: [NetworkDescription] = [false, true].flatMap { isDuelling in
  [
    ActionValueHead.Distribution.expectation, .categorical(ValueSupport(low: -2, high: 3, atoms: 7)),
    .quantile(count: 5),
  ].flatMap { distribution in
    [0, 12].map { hidden in
      var head = ActionValueHead()
      (head.distribution, head.isDuelling) = (distribution, isDuelling)
      head.streamHidden = isDuelling ? hidden : 0
      head.noise = hidden > 0 ? 0.5 : 0
      let torso: NetworkDescription.Torso =
        hidden > 0 ? .convolutional(channels: 4, hidden: 20) : .residual(blocks: 1, channels: 8)
      return NetworkDescription(
        planes: 3, rows: 5, columns: 6, torso: torso, heads: .actionValues(actions: 6, head: head))
    }
  }
}

/// A network whose batch norms have seen something, so that folding them is not trivial.
func seasoned(_ description: NetworkDescription, seed: UInt64) throws -> Network {
  let network = try Network(description, seed: seed)
  var generator = TestGenerator(state: seed)
  for i in network.parameters.buffers.indices {
    network.parameters.buffers[i] = Float.random(in: 0.3...1.5, using: &generator)
  }
  for entry in network.parameters.layout.trained where !entry.decays {
    for i in entry.range { network.parameters.trained[i] += Float.random(in: -0.3...0.3, using: &generator) }
  }
  return network
}

/// Logits (or action values) and values of a network on a tape in evaluation mode.
func tapeOutputs(_ network: Network, _ planes: [Float], batch: Int) -> ([Float], [Float]) {
  let tape = Tape(parameters: network.parameters)
  tape.reset(mode: .evaluation)
  // The values lie in the tape's memory.
  return withExtendedLifetime(tape) {
    switch planes.withUnsafeBufferPointer({ network.forward(planes: $0, batch: batch, on: tape) }) {
    case .policyValue(let logits, let value):
      (Array(tape.values(of: logits)), Array(tape.values(of: value)))
    case .actionValues(let values): (Array(tape.values(of: values)), [])
    case .actionDistributions(let distributions):
      (Array(tape.values(of: network.expectations(distributions, on: tape))), [])
    }
  }
}

extension InferenceNetwork {
  /// The results for `batch` positions.
  func outputs(_ planes: [Float], batch: Int) -> ([Float], [Float]) {
    var first = [Float](repeating: .nan, count: batch * description.actions)
    var second: [Float] = []
    evaluate(planes, batch: batch, first: &first, second: &second)
    return (first, second)
  }

  func evaluate(_ planes: [Float], batch: Int, first: inout [Float], second: inout [Float]) {
    let hasValue = if case .policyValue = description.heads { true } else { false }
    if hasValue && second.count < batch { second = [Float](repeating: .nan, count: batch) }
    planes.withUnsafeBufferPointer { planes in
      first.withUnsafeMutableBufferPointer { first in
        second.withUnsafeMutableBufferPointer { second in
          if hasValue {
            run(batch: batch, planes: planes, logits: first, values: second)
          } else {
            run(batch: batch, planes: planes, actionValues: first)
          }
        }
      }
    }
  }
}

@Suite("Networks")
struct NetworkTests {
  @Test("a compiled network says what the tape says in evaluation mode", arguments: smallNetworks)
  func compiled(description: NetworkDescription) throws {
    let network = try seasoned(description, seed: 5)
    let engine = network.compiled(maximumBatch: 70)
    var generator = TestGenerator(state: 9)
    for batch in [1, 2, 3, 8, 33, 70] {
      let planes = generator.floats(batch * description.inputCount)
      let expected = tapeOutputs(network, planes, batch: batch)
      let found = engine.outputs(planes, batch: batch)
      #expect(found.0.allSatisfy(\.isFinite) && found.1.allSatisfy(\.isFinite))
      #expect(largestDifference(found.0, expected.0) <= 1e-4, "batch \(batch)")
      #expect(largestDifference(found.1, expected.1) <= 1e-4, "batch \(batch)")
    }
  }

  @Test("the far corner of the board matters to a pooling block, and not to a plain one")
  func reach() {
    for isPooling in [false, true] {
      var layout = ParameterLayout()
      let block = ResidualBlock(name: "b", channels: 16, isPooling: isPooling, in: &layout)
      let parameters = Parameters(layout: layout)
      var generator = TestGenerator(state: 8)
      block.initialise(parameters, using: &generator)
      let image = generator.floats(16 * 361)
      var other = image
      for channel in 0..<16 { other[channel * 361 + 360] += 3 }
      func firstPoint(_ image: [Float]) -> [Float] {
        let tape = Tape(parameters: parameters)
        tape.reset(mode: .evaluation)
        return withExtendedLifetime(tape) {
          Array(tape.values(of: block.forward(tape.images(image, [1, 16, 19, 19]), on: tape))[..<16])
        }
      }
      #expect((firstPoint(image) != firstPoint(other)) == isPooling)
    }
  }

  @Test("a torso without pooling is written as it was before there was any, and read")
  func oldDescriptions() throws {
    let old = #"{"residual":{"blocks":2,"channels":32}}"#
    let torso = try JSONDecoder().decode(NetworkDescription.Torso.self, from: Data(old.utf8))
    #expect(torso == .residual(blocks: 2, channels: 32))
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(String(decoding: try encoder.encode(torso), as: UTF8.self) == old)
    let pooling = poolingNetworks[0]
    let copy = try JSONDecoder().decode(NetworkDescription.self, from: encoder.encode(pooling))
    #expect(copy == pooling)
  }

  @Test("a position's result does not depend on the rest of the batch", arguments: smallNetworks)
  func independence(description: NetworkDescription) throws {
    let engine = try seasoned(description, seed: 6).compiled(maximumBatch: 33)
    var generator = TestGenerator(state: 10)
    let planes = generator.floats(33 * description.inputCount)
    let together = engine.outputs(planes, batch: 33)
    for i in [0, 7, 32] {
      let range = (i * description.inputCount)..<((i + 1) * description.inputCount)
      let alone = engine.outputs(Array(planes[range]), batch: 1)
      let row = together.0[(i * description.actions)..<((i + 1) * description.actions)]
      #expect(largestDifference(alone.0, row) <= 1e-5)
    }
  }

  @Test("run and load do not allocate", arguments: smallNetworks)
  func noAllocation(description: NetworkDescription) throws {
    let network = try Network(description, seed: 1)
    let engine = network.compiled(maximumBatch: 20)
    let planes = [Float](repeating: 0.5, count: 20 * description.inputCount)
    var (first, second) = engine.outputs(planes, batch: 20)
    let count = allocations(of: {
      engine.load(from: network)
      engine.evaluate(planes, batch: 20, first: &first, second: &second)
    })
    #expect(count == 0)
  }

  @Test("load takes the new weights")
  func reload() throws {
    let (old, new) = (try seasoned(smallNetworks[2], seed: 1), try seasoned(smallNetworks[2], seed: 2))
    let engine = old.compiled(maximumBatch: 4)
    var generator = TestGenerator(state: 3)
    let planes = generator.floats(4 * old.description.inputCount)
    let before = engine.outputs(planes, batch: 4)
    engine.load(from: new)
    let after = engine.outputs(planes, batch: 4)
    #expect(before.0 != after.0)
    #expect(after.0 == new.compiled(maximumBatch: 4).outputs(planes, batch: 4).0)
  }

  @Test("the seed decides the starting weights; a copy is independent")
  func seeds() throws {
    let description = smallNetworks[3]
    let (a, b, c) = (
      try Network(description, seed: 1), try Network(description, seed: 1), try Network(description, seed: 2)
    )
    #expect(a.parameters.tensors() == b.parameters.tensors())
    #expect(a.parameters.tensors() != c.parameters.tensors())
    let copy = a.copy()
    #expect(copy.parameters.tensors() == a.parameters.tensors())
    copy.parameters.trained[0] += 1
    #expect(a.parameters.tensors() == b.parameters.tensors())
  }

  @Test("impossible descriptions are refused with a reason")
  func validation() {
    #expect(throws: NetworkDescriptionError.noHiddenLayer) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 1, columns: 4, torso: .mlp(hidden: []), heads: .actionValues(actions: 2)),
        seed: 0)
    }
    // Each layer is of a size that is accepted, but not all of them together.
    #expect(throws: NetworkDescriptionError.tooLarge(parameters: 1 << 28)) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 1, columns: 4, torso: .mlp(hidden: Array(repeating: 16_384, count: 12)),
          heads: .actionValues(actions: 2)), seed: 0)
    }
    #expect(throws: NetworkDescriptionError.boardTooSmall(rows: 2, columns: 5)) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 2, columns: 5, torso: .convolutional(channels: 4, hidden: 8),
          heads: .actionValues(actions: 2)), seed: 0)
    }
    #expect(throws: NetworkDescriptionError.unevenHeads(width: 10, heads: 3)) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 3, columns: 3,
          torso: .transformer(blocks: 1, width: 10, attentionHeads: 3),
          heads: .actionValues(actions: 9)), seed: 0)
    }
    #expect(throws: NetworkDescriptionError.notOnSquare(rows: 3, columns: 3, actions: 4)) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 3, columns: 3, torso: .equivariant(blocks: 1, fields: 2),
          heads: .actionValues(actions: 4)), seed: 0)
    }
    #expect(throws: NetworkDescriptionError.unorderedPooling(blocks: [2, 2])) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 3, columns: 3,
          torso: .residual(blocks: 2, channels: 4, pooling: .init(blocks: [2, 2])),
          heads: .actionValues(actions: 4)), seed: 0)
    }
    #expect(throws: NetworkDescriptionError.self) {
      try Network(
        NetworkDescription(
          planes: 1, rows: 5, columns: 5, torso: .residual(blocks: 200, channels: 4000),
          heads: .actionValues(actions: 2)), seed: 0)
    }
  }
}
