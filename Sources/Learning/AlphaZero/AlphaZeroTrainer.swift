import Environments
import Replay
import TensorCore

/// Gradient descent on samples of self-play: cross-entropy of the policy plus squared error of the value
/// (Silver et al. 2018, equation 1; the L2 term is the optimiser's weight decay).
///
/// A batch is cut into shards with fixed borders, each on a tape of its own; gradients are added in a fixed
/// order, so that the result has the same bits on any number of threads.
package final class AlphaZeroTrainer {
  private let network: Network
  private let parameters: AlphaZeroParameters.TrainingParameters
  private let symmetries: [Symmetry]
  private let seed: UInt64
  private let threads: Int
  private let tapes: [Tape]
  private var shards: [Shard]
  private var optimiser: Optimiser
  private var indices: [Int]

  package init(
    network: Network, parameters: AlphaZeroParameters.TrainingParameters, symmetries: [Symmetry],
    seed: UInt64, threads: Int
  ) throws {
    self.network = network
    self.parameters = parameters
    self.symmetries = parameters.augments && symmetries.count > 1 ? symmetries : []
    self.seed = seed
    self.threads = threads
    let rows = parameters.batchSize / parameters.shards
    tapes = (0..<parameters.shards).map { _ in Tape(parameters: network.parameters) }
    shards = (0..<parameters.shards).map { _ in Shard(rows: rows, description: network.description) }
    optimiser = Optimiser(
      .adamW(), weightDecay: parameters.weightDecay, for: network.parameters.layout)
    indices = [Int](repeating: 0, count: rows * parameters.shards)
  }

  /// Takes gradient steps numbered from `first`; returns the mean losses.
  package func train(
    updates: Int, from first: Int, on window: SampleWindow, budgetShare: Float
  ) throws -> (policy: Double, value: Double) {
    var sum = (policy: 0.0, value: 0.0)
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: budgetShare)
    for update in first..<first + updates {
      var random = Random(seed: seed, purpose: .sampling, index: UInt64(update))
      window.sample(into: &indices, using: &random)
      fillShards(from: window, using: &random)
      try computeGradients()
      Tape.reduceGradients(tapes)
      Tape.updateRunningStatistics(tapes)
      step(learningRate: rate)
      for shard in shards {
        sum.policy += Double(shard.policyLoss) / Double(shards.count)
        sum.value += Double(shard.valueLoss) / Double(shards.count)
      }
    }
    return (sum.policy / Double(updates), sum.value / Double(updates))
  }

  private func step(learningRate: Float) {
    let gradient = tapes[0].gradient
    let limit = parameters.gradientNorm
    let scale = limit > 0 ? clippingScale(norm: norm(of: gradient), limit: limit) : 1
    optimiser.step(network.parameters, gradient: gradient, learningRate: learningRate, gradientScale: scale)
  }

  private func fillShards(from window: SampleWindow, using random: inout Random) {
    let rows = shards[0].rows
    for index in indices.indices {
      let symmetry = symmetries.isEmpty ? nil : symmetries[random.integer(below: symmetries.count)]
      shards[index / rows].load(indices[index], row: index % rows, from: window, symmetry: symmetry)
    }
  }

  private func computeGradients() throws {
    let scale = 1 / Float(shards.count)
    try shards.withUnsafeMutableBufferPointer { shards in
      // Safe: each shard, with its tape, is used by the one thread that runs its index.
      nonisolated(unsafe) let shards = shards
      let (tapes, network, valueWeight) = (tapes, network, parameters.valueWeight)
      try forEachInParallel(shards.count, threads: threads) { index in
        shards[index].computeGradient(
          on: tapes[index], network: network, valueWeight: valueWeight, scale: scale)
      }
    }
  }

  func save(to path: String) throws { try Safetensors(tensors: optimiser.tensors()).write(to: path) }

  func load(from path: String) throws {
    try optimiser.restore(from: Safetensors(contentsOf: path).tensors, file: path)
  }
}

/// The rows of a batch that go through one tape.
private struct Shard {
  let rows: Int
  private let shape: ObservationShape
  private let actionCount: Int
  /// [rows, planes, points], [rows, actions], [rows].
  private var planes: [Float]
  private var policies: [Float]
  private var values: [Float]
  private var weights: [Float]
  /// One sample before its symmetry is applied.
  private var originalPlanes: [Float]
  private var originalPolicy: [Float]
  private(set) var policyLoss: Float = 0
  private(set) var valueLoss: Float = 0

  init(rows: Int, description: NetworkDescription) {
    self.rows = rows
    shape = ObservationShape(
      planes: description.planes, rows: description.rows, columns: description.columns)
    actionCount = description.actions
    planes = [Float](repeating: 0, count: rows * shape.count)
    policies = [Float](repeating: 0, count: rows * actionCount)
    values = [Float](repeating: 0, count: rows)
    weights = values
    originalPlanes = [Float](repeating: 0, count: shape.count)
    originalPolicy = [Float](repeating: 0, count: actionCount)
  }

  /// Loads one sample of the window, transformed if there is a symmetry.
  mutating func load(_ index: Int, row: Int, from window: SampleWindow, symmetry: Symmetry?) {
    guard let symmetry else {
      (values[row], weights[row], _) = window.load(
        index, row: row, observations: &planes, policies: &policies)
      return
    }
    (values[row], weights[row], _) = window.load(
      index, row: 0, observations: &originalPlanes, policies: &originalPolicy)
    let points = shape.rows * shape.columns
    for plane in 0..<shape.planes {
      let (from, to) = (plane * points, row * shape.count + plane * points)
      for point in 0..<points { planes[to + point] = originalPlanes[from + Int(symmetry.cells[point])] }
    }
    for action in 0..<actionCount {
      policies[row * actionCount + action] = originalPolicy[Int(symmetry.actions[action])]
    }
  }

  /// Forward and backward over the shard's rows; the gradient is that of `scale` times the mean loss.
  mutating func computeGradient(on tape: Tape, network: Network, valueWeight: Float, scale: Float) {
    tape.reset()
    let outputs = planes.withUnsafeBufferPointer { network.forward(planes: $0, batch: rows, on: tape) }
    guard case .policyValue(let logits, let estimate) = outputs else {
      preconditionFailure("AlphaZero trains a network with policy and value")
    }
    let policy = policies.withUnsafeBufferPointer { targets in
      weights.withUnsafeBufferPointer { tape.softmaxCrossEntropy(logits, targets: targets, weights: $0) }
    }
    let value = values.withUnsafeBufferPointer { targets in
      weights.withUnsafeBufferPointer { tape.meanSquaredError(estimate, targets: targets, weights: $0) }
    }
    let loss = tape.weightedSum(policy, times: 1, value, times: valueWeight)
    tape.backward(from: loss, scale: scale)
    policyLoss = tape.scalar(of: policy)
    valueLoss = tape.scalar(of: value)
  }
}
