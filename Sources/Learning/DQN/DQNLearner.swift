import Environments
import Replay
import TensorCore

/// The networks of DQN: one that is trained, an older copy that makes the targets, and a compiled one that acts.
package final class DQNLearner {
  package let network: Network
  private let parameters: DQNParameters
  private let targetNetwork: Network
  private let actor: InferenceNetwork
  private let target: InferenceNetwork
  private let tape: Tape
  private var optimiser: Optimiser
  private var batch: Batch

  /// Scratch of one gradient step.
  private struct Batch {
    var slots: [Int]
    /// [rows, planes x points].
    var planes: [Float]
    var nextPlanes: [Float]
    /// [rows, words].
    var nextLegal: [UInt64]
    /// [rows, actions].
    var nextValues: [Float]
    var actions: [Int32]
    var targets: [Float]
    var transitions: [StoredTransition]

    init(rows: Int, description: NetworkDescription) {
      let size = description.planes * description.rows * description.columns
      slots = [Int](repeating: 0, count: rows)
      planes = [Float](repeating: 0, count: rows * size)
      nextPlanes = planes
      nextLegal = [UInt64](repeating: 0, count: rows * ((description.actions + 63) / 64))
      nextValues = [Float](repeating: 0, count: rows * description.actions)
      actions = [Int32](repeating: 0, count: rows)
      targets = [Float](repeating: 0, count: rows)
      transitions = [StoredTransition](
        repeating: StoredTransition(action: 0, reward: 0, status: .terminated, isSameMover: true), count: rows
      )
    }

    mutating func load(row: Int, from ring: TransitionRing) {
      transitions[row] = ring.load(
        slots[row], row: row, observations: &planes, nextObservations: &nextPlanes, nextLegal: &nextLegal)
      actions[row] = Int32(transitions[row].action.index)
    }
  }

  package init(description: NetworkDescription, parameters: DQNParameters, seed: UInt64) throws {
    self.parameters = parameters
    network = try Network(description, seed: seed)
    targetNetwork = network.copy()
    actor = network.compiled(maximumBatch: parameters.lanes)
    target = targetNetwork.compiled(maximumBatch: parameters.batchSize)
    tape = Tape(parameters: network.parameters)
    batch = Batch(rows: parameters.batchSize, description: description)
    optimiser = Optimiser(parameters.optimiser.rule, for: network.parameters.layout)
  }

  /// Action values [count, actions] of observations [count, planes, rows, columns].
  func evaluate(_ planes: [Float], count: Int, into values: inout [Float]) {
    planes.withUnsafeBufferPointer { planes in
      values.withUnsafeMutableBufferPointer { actor.run(batch: count, planes: planes, actionValues: $0) }
    }
  }

  /// Makes the target network a copy of the trained one.
  package func copyToTarget() {
    targetNetwork.parameters.copy(from: network.parameters)
    target.load(from: targetNetwork)
  }

  /// Lets the acting network follow the trained one.
  package func copyToActor() { actor.load(from: network) }

  /// One gradient step on a uniform batch; returns its loss.
  package func update(from ring: TransitionRing, using random: inout Random, budgetShare: Float) -> Float {
    ring.sample(into: &batch.slots, using: &random)
    loadTargets(from: ring)
    tape.reset()
    let rows = parameters.batchSize
    let outputs = batch.planes.withUnsafeBufferPointer { network.forward(planes: $0, batch: rows, on: tape) }
    guard case .actionValues(let values) = outputs else {
      preconditionFailure("DQN trains a network of action values")
    }
    let chosen = batch.actions.withUnsafeBufferPointer { tape.gather(values, actions: $0) }
    let loss = batch.targets.withUnsafeBufferPointer {
      tape.huber(chosen, targets: $0, delta: parameters.huberDelta)
    }
    tape.backward(from: loss)
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: budgetShare)
    optimiser.step(network.parameters, gradient: tape.gradient, learningRate: rate)
    return tape.scalar(of: loss)
  }

  /// Loads the batch and what it is trained towards.
  private func loadTargets(from ring: TransitionRing) {
    let rows = parameters.batchSize
    for row in 0..<rows { batch.load(row: row, from: ring) }
    batch.nextPlanes.withUnsafeBufferPointer { planes in
      batch.nextValues.withUnsafeMutableBufferPointer {
        target.run(batch: rows, planes: planes, actionValues: $0)
      }
    }
    for row in 0..<rows {
      batch.targets[row] = actionValueTarget(
        of: batch.transitions[row], nextValues: batch.nextValues, nextLegal: batch.nextLegal, row: row,
        actionCount: network.description.actions, discount: parameters.discount)
    }
  }

  /// Writes everything that the next step depends on into a checkpoint's folder.
  func save(to folder: String) throws {
    try network.save(to: folder + "/weights.safetensors")
    try targetNetwork.save(to: folder + "/target.safetensors")
    try Safetensors(tensors: optimiser.tensors()).write(to: folder + "/optimiser.safetensors")
  }

  func load(from folder: String) throws {
    try network.restore(from: folder + "/weights.safetensors")
    try targetNetwork.restore(from: folder + "/target.safetensors")
    let optimiserFile = folder + "/optimiser.safetensors"
    try optimiser.restore(from: Safetensors(contentsOf: optimiserFile).tensors, file: optimiserFile)
    target.load(from: targetNetwork)
    copyToActor()
  }
}
