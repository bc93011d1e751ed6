import Environments
import Replay
import TensorCore

/// The networks of DQN: one that is trained, an older copy that makes the targets, and a compiled one that acts.
package final class DQNLearner {
  package let network: Network
  private let parameters: DQNParameters
  private let seed: UInt64
  private let targetNetwork: Network
  private let actor: InferenceNetwork
  private let target: InferenceNetwork
  private let tape: Tape
  private let loss: DQNLoss
  private var optimiser: Optimiser
  private var batch: DQNBatch
  /// Whether the actor has the trained network's weights.
  private var actorIsCurrent = true

  package init(description: NetworkDescription, parameters: DQNParameters, seed: UInt64) throws {
    self.parameters = parameters
    self.seed = seed
    network = try Network(description, seed: seed)
    targetNetwork = network.copy()
    actor = network.compiled(
      maximumBatch: max(parameters.lanes, parameters.isDouble ? parameters.batchSize : 0))
    target = targetNetwork.compiled(maximumBatch: parameters.batchSize)
    tape = Tape(parameters: network.parameters)
    loss = DQNLoss(parameters)
    batch = DQNBatch(rows: parameters.batchSize, description: description, parameters: parameters)
    optimiser = Optimiser(parameters.optimiserRule, for: network.parameters.layout)
  }

  private var isNoisy: Bool { parameters.head.noise > 0 }

  /// Action values [count, actions] of observations [count, planes, rows, columns], with noise drawn from `random` if
  /// the network is noisy.
  func evaluate(_ planes: [Float], count: Int, into values: inout [Float], using random: inout Random) {
    let actor = currentActor(noise: isNoisy ? random.next() : 0)
    planes.withUnsafeBufferPointer { planes in
      values.withUnsafeMutableBufferPointer { actor.run(batch: count, planes: planes, actionValues: $0) }
    }
  }

  /// The compiled network with the weights of the trained one, and new noise on them.
  private func currentActor(noise: UInt64) -> InferenceNetwork {
    if !actorIsCurrent { actor.load(from: network) }
    actorIsCurrent = true
    if isNoisy { actor.perturb(seed: noise) }
    return actor
  }

  /// Makes the target network a copy of the trained one.
  package func copyToTarget() {
    targetNetwork.parameters.copy(from: network.parameters)
    target.load(from: targetNetwork)
  }

  /// One gradient step on a batch of the ring, whose priorities it renews; returns the loss.
  package func update(
    from ring: inout TransitionRing, using random: inout Random, budgetShare: Float
  ) -> Float {
    let correction = parameters.prioritisation?.correction(atShare: budgetShare) ?? 0
    batch.load(from: ring, rule: parameters.returnRule, correction: correction, using: &random)
    // A stream for each step, so that a run that is taken up goes on with the same noise.
    var noise = Random(seed: seed, purpose: .noise, index: UInt64(optimiser.stepCount))
    makeTargets(noise: &noise)
    tape.reset()
    if isNoisy { tape.seedNoise(noise.next()) }
    let outputs = batch.planes.withUnsafeBufferPointer {
      network.forward(planes: $0, batch: parameters.batchSize, on: tape)
    }
    let loss = loss.record(outputs, of: &batch, isWeighted: ring.priorities != nil, on: tape)
    tape.backward(from: loss)
    if ring.priorities != nil { ring.update(batch.slots, errors: batch.errors) }
    step(budgetShare: budgetShare)
    return tape.scalar(of: loss)
  }

  private func step(budgetShare: Float) {
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: budgetShare)
    let scale =
      parameters.gradientNorm > 0
      ? clippingScale(norm: norm(of: tape.gradient), limit: parameters.gradientNorm) : 1
    optimiser.step(network.parameters, gradient: tape.gradient, learningRate: rate, gradientScale: scale)
    actorIsCurrent = false
  }

  /// Evaluates the next states, and makes of them what the batch is trained towards.
  private func makeTargets(noise: inout Random) {
    if isNoisy { target.perturb(seed: noise.next()) }
    batch.evaluate(by: target)
    if parameters.isDouble { batch.chooseNextActions(by: currentActor(noise: noise.next())) }
    batch.makeTargets()
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
    actorIsCurrent = false
  }
}
