import TensorCore
import Testing

/// One batch of training data for a network.
struct TrainingBatch {
  let planes: [Float]
  let policies: [Float]
  let values: [Float]
  let actions: [Int32]
  let size: Int

  init(for description: NetworkDescription, size: Int, seed: UInt64) {
    var generator = TestGenerator(state: seed)
    self.size = size
    planes = generator.floats(size * description.inputCount)
    policies = (0..<size).flatMap { _ in
      let raw = generator.floats(description.actions, in: 0...1)
      return raw.map { $0 / raw.reduce(0, +) }
    }
    values = generator.floats(size)
    actions = (0..<size).map { _ in Int32.random(in: 0..<Int32(description.actions), using: &generator) }
  }

  /// Records the loss of a network on rows of the batch, times `scale`.
  func loss(_ network: Network, on tape: Tape, rows: Range<Int>) -> Variable {
    let actionCount = network.description.actions
    let inputCount = network.description.inputCount
    let outputs = planes.withUnsafeBufferPointer {
      network.forward(
        planes: UnsafeBufferPointer(rebasing: $0[(rows.lowerBound * inputCount)...]), batch: rows.count,
        on: tape)
    }
    return values.withUnsafeBufferPointer { values in
      let targets = UnsafeBufferPointer(rebasing: values[rows])
      switch outputs {
      case .policyValue(let logits, let value):
        let policy = policies.withUnsafeBufferPointer {
          tape.softmaxCrossEntropy(
            logits, targets: UnsafeBufferPointer(rebasing: $0[(rows.lowerBound * actionCount)...]))
        }
        return tape.weightedSum(policy, times: 1, tape.meanSquaredError(value, targets: targets), times: 0.5)
      case .actionDistributions(let distributions):
        return loss(of: network.expectations(distributions, on: tape), targets: targets, rows: rows, on: tape)
      case .actionValues(let all): return loss(of: all, targets: targets, rows: rows, on: tape)
      }
    }
  }

  private func loss(
    of all: Variable, targets: UnsafeBufferPointer<Float>, rows: Range<Int>, on tape: Tape
  ) -> Variable {
    let chosen = actions.withUnsafeBufferPointer {
      tape.gather(all, actions: UnsafeBufferPointer(rebasing: $0[rows]))
    }
    return tape.huber(chosen, targets: targets, weights: targets)
  }
}

@Suite("Training")
struct TrainingTests {
  @Test("a multilayer perceptron learns exclusive or")
  func exclusiveOr() throws {
    let network = try Network(
      NetworkDescription(
        planes: 2, rows: 1, columns: 1, torso: .mlp(hidden: [8]),
        heads: .policyValue(actions: 2, valueRange: .tanh)), seed: 3)
    let tape = Tape(parameters: network.parameters)
    var optimiser = Optimiser(.adam(), for: network.parameters.layout)
    let planes: [Float] = [0, 0, 0, 1, 1, 0, 1, 1]
    let targets: [Float] = [1, 0, 0, 1, 0, 1, 1, 0]
    var last: Float = .infinity
    for _ in 0..<500 {
      tape.reset()
      guard
        case .policyValue(let logits, _) = planes.withUnsafeBufferPointer({
          network.forward(planes: $0, batch: 4, on: tape)
        })
      else { return }
      let loss = targets.withUnsafeBufferPointer { tape.softmaxCrossEntropy(logits, targets: $0) }
      tape.backward(from: loss)
      optimiser.step(network.parameters, gradient: tape.gradient, learningRate: 0.02)
      last = tape.scalar(of: loss)
    }
    #expect(last < 0.05)
  }

  @Test("a training step does not allocate once warm", arguments: smallNetworks)
  func noAllocation(description: NetworkDescription) throws {
    let network = try Network(description, seed: 1)
    let batch = TrainingBatch(for: description, size: 12, seed: 4)
    let tape = Tape(parameters: network.parameters)
    let tapes = [tape]
    var optimiser = Optimiser(.adam(), weightDecay: 1e-4, for: network.parameters.layout)
    func step() {
      tape.reset()
      tape.backward(from: batch.loss(network, on: tape, rows: 0..<12))
      Tape.reduceGradients(tapes)
      Tape.updateRunningStatistics(tapes)
      optimiser.step(
        network.parameters, gradient: tape.gradient, learningRate: 1e-3,
        gradientScale: clippingScale(norm: norm(of: tape.gradient), limit: 1))
    }
    for _ in 0..<3 { step() }
    #expect(allocations(of: step) == 0)
  }

  @Test("shards on threads give the same bits as shards in a row")
  func shards() async throws {
    let description = smallNetworks[2]
    let network = try Network(description, seed: 8)
    let batch = TrainingBatch(for: description, size: 16, seed: 11)
    let tapes = (0..<4).map { _ in Tape(parameters: network.parameters) }
    func shard(_ i: Int) {
      tapes[i].reset()
      tapes[i].backward(from: batch.loss(network, on: tapes[i], rows: (4 * i)..<(4 * i + 4)), scale: 0.25)
    }
    for i in 0..<4 { shard(i) }
    Tape.reduceGradients(tapes)
    let inRow = tapes[0].gradientValues()
    await withTaskGroup { group in
      for i in 0..<4 { group.addTask { shard(i) } }
    }
    Tape.reduceGradients(tapes)
    #expect(tapes[0].gradientValues() == inRow, "the bits differ")
    #expect(inRow.contains { $0 != 0 })
  }

  @Test("the loss of every network falls", arguments: smallNetworks)
  func learns(description: NetworkDescription) throws {
    let network = try Network(description, seed: 1)
    let batch = TrainingBatch(for: description, size: 12, seed: 4)
    let tape = Tape(parameters: network.parameters)
    var optimiser = Optimiser(.sgd(momentum: 0.9), weightDecay: 1e-4, for: network.parameters.layout)
    var losses: [Float] = []
    for _ in 0..<30 {
      tape.reset()
      let loss = batch.loss(network, on: tape, rows: 0..<12)
      tape.backward(from: loss)
      optimiser.step(network.parameters, gradient: tape.gradient, learningRate: 0.005)
      losses.append(tape.scalar(of: loss))
    }
    #expect(losses[29] < losses[0] && losses[29].isFinite)
  }
}
