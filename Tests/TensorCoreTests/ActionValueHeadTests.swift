import Foundation
import TensorCore
import Testing

@Suite("Heads of action values")
struct ActionValueHeadTests {
  private func description(_ head: ActionValueHead) -> NetworkDescription {
    NetworkDescription(
      planes: 1, rows: 1, columns: 3, torso: .mlp(hidden: [4]), heads: .actionValues(actions: 2, head: head))
  }

  @Test("a duelling head adds the state's value to advantages whose mean is taken off")
  func duelling() throws {
    var head = ActionValueHead()
    head.isDuelling = true
    let network = try Network(description(head), seed: 1)
    for entry in network.parameters.layout.trained {
      network.parameters.trained[entry.range].update(repeating: 0)
    }
    func set(_ name: String, _ values: [Float]) {
      let entry = network.parameters.layout.trained.first { $0.name == name }!
      for (i, value) in values.enumerated() { network.parameters.trained[entry.offset + i] = value }
    }
    set("values.out.bias", [3, 7])
    set("state.out.bias", [10])
    // 10 + 3 - 5 and 10 + 7 - 5.
    #expect(tapeOutputs(network, [0, 0, 0], batch: 1).0 == [8, 12])
    #expect(network.compiled(maximumBatch: 1).outputs([0, 0, 0], batch: 1).0 == [8, 12])
  }

  @Test("a compiled network gives the probabilities and quantiles that the tape gives")
  func distributions() throws {
    for description in headedNetworks where description.actionValueHead.distribution.atoms > 1 {
      let head = description.actionValueHead
      let network = try seasoned(description, seed: 4)
      var generator = TestGenerator(state: 2)
      let planes = generator.floats(3 * description.inputCount)
      let tape = Tape(parameters: network.parameters)
      tape.reset(mode: .evaluation)
      let outputs = planes.withUnsafeBufferPointer { network.forward(planes: $0, batch: 3, on: tape) }
      guard case .actionDistributions(var variable) = outputs else {
        Issue.record("no distributions")
        continue
      }
      if case .categorical = head.distribution { variable = tape.softmax(variable) }
      let count = 3 * description.actions * head.distribution.atoms
      var (values, found) = ([Float](repeating: 0, count: 18), [Float](repeating: 0, count: count))
      planes.withUnsafeBufferPointer { planes in
        values.withUnsafeMutableBufferPointer { values in
          found.withUnsafeMutableBufferPointer {
            network.compiled(maximumBatch: 3)
              .run(batch: 3, planes: planes, actionValues: values, distributions: $0)
          }
        }
      }
      #expect(largestDifference(found, Array(tape.values(of: variable))) <= 1e-4)
      withExtendedLifetime(tape) {}
    }
  }

  @Test("noise moves the values around those of the means, and loading takes it away")
  func noise() throws {
    var head = ActionValueHead()
    head.noise = 0.5
    let network = try Network(description(head), seed: 1)
    let engine = network.compiled(maximumBatch: 1)
    let planes: [Float] = [0.3, -1, 2]
    let means = engine.outputs(planes, batch: 1).0
    #expect(largestDifference(means, tapeOutputs(network, planes, batch: 1).0) <= 1e-5)
    var sums: [Float] = [0, 0]
    var others: Set<[Float]> = []
    for seed in 0..<4000 {
      engine.perturb(seed: UInt64(seed))
      let values = engine.outputs(planes, batch: 1).0
      others.insert(values)
      for i in 0..<2 { sums[i] += values[i] / 4000 }
    }
    #expect(others.count == 4000)
    engine.perturb(seed: 9)
    let once = engine.outputs(planes, batch: 1).0
    engine.perturb(seed: 8)
    engine.perturb(seed: 9)
    #expect(engine.outputs(planes, batch: 1).0 == once)
    engine.load(from: network)
    #expect(engine.outputs(planes, batch: 1).0 == means)
    // ReLU makes the mean of the outputs another than the output of the means, but not by much.
    #expect(largestDifference(sums, means) < 0.3)
  }

  @Test("noise in training has a tape's seed and none in evaluation")
  func tapeNoise() throws {
    var head = ActionValueHead()
    head.noise = 0.5
    let network = try Network(description(head), seed: 1)
    let tape = Tape(parameters: network.parameters)
    func values(_ seed: UInt64, _ mode: Tape.Mode) -> [Float] {
      tape.reset(mode: mode)
      tape.seedNoise(seed)
      let outputs = [Float(1), 2, 3].withUnsafeBufferPointer {
        network.forward(planes: $0, batch: 1, on: tape)
      }
      guard case .actionValues(let variable) = outputs else { return [] }
      return Array(tape.values(of: variable))
    }
    #expect(values(1, .training) == values(1, .training))
    #expect(values(1, .training) != values(2, .training))
    #expect(values(1, .evaluation) == values(2, .evaluation))
  }

  @Test("the plain head is written as before, and every head is read again")
  func coding() throws {
    let plain = NetworkDescription.Heads.actionValues(actions: 2)
    #expect(
      String(decoding: try JSONEncoder().encode(plain), as: UTF8.self) == #"{"actionValues":{"actions":2}}"#)
    for description in smallNetworks {
      let data = try JSONEncoder().encode(description)
      #expect(try JSONDecoder().decode(NetworkDescription.self, from: data) == description)
    }
  }

  @Test("a range that is none is refused")
  func validation() throws {
    // As a file may hold it; made here by decoding, since a support checks itself.
    let text =
      #"{"actionValues":{"actions":2,"head":{"distribution":{"categorical":{"_0":"#
      + #"{"low":2,"high":1,"atoms":3}}},"isDuelling":false,"streamHidden":0,"noise":0}}}"#
    let heads = try JSONDecoder().decode(NetworkDescription.Heads.self, from: Data(text.utf8))
    #expect(throws: NetworkDescriptionError.self) {
      try Network(
        NetworkDescription(planes: 1, rows: 1, columns: 3, torso: .mlp(hidden: [4]), heads: heads), seed: 1)
    }
  }
}
