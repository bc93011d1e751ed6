import Environments
import Replay
import TensorCore

/// Gradient steps of deep Q-learning on transitions, with all its variants.
package final class DQNLearner {
  package let networks: QNetworks
  private let parameters: DQNParameters
  private let seed: UInt64
  private let loss: DQNLoss
  private var batch: DQNBatch

  package init(description: NetworkDescription, parameters: DQNParameters, seed: UInt64) throws {
    self.parameters = parameters
    self.seed = seed
    networks = try QNetworks(
      description,
      training: QNetworks.Training(
        optimiser: parameters.optimiser,
        epsilon: parameters.optimiserEpsilon ?? parameters.optimiser.epsilon,
        learningRate: parameters.learningRate,
        finalLearningRate: parameters.finalLearningRate, gradientNorm: parameters.gradientNorm,
        precision: parameters.precision),
      actorBatch: max(parameters.lanes, parameters.isDouble ? parameters.batchSize : 0),
      targetBatch: parameters.batchSize, seed: seed)
    loss = DQNLoss(parameters)
    batch = DQNBatch(rows: parameters.batchSize, description: description, parameters: parameters)
  }

  package var network: Network { networks.network }
  var isNoisy: Bool { parameters.head.noise > 0 }

  /// Action values [count, actions] of observations [count, planes, rows, columns], with noise drawn from `random` if
  /// the network is noisy.
  func evaluate(_ planes: [Float], count: Int, into values: inout [Float], using random: inout Random) {
    let actor = actor(noise: isNoisy ? random.next() : 0)
    planes.withUnsafeBufferPointer { planes in
      values.withUnsafeMutableBufferPointer { actor.run(batch: count, planes: planes, actionValues: $0) }
    }
  }

  /// The compiled network with the weights of the trained one, and new noise on them.
  private func actor(noise: UInt64) -> InferenceNetwork {
    let actor = networks.actor
    if isNoisy { actor.perturb(seed: noise) }
    return actor
  }

  /// One gradient step on a batch of the ring, whose priorities it renews; returns the loss.
  package func update(
    from ring: inout TransitionRing, using random: inout Random, budgetShare: Float
  ) -> Float {
    let correction = parameters.prioritisation?.correction(atShare: budgetShare) ?? 0
    batch.load(from: ring, rule: parameters.returnRule, correction: correction, using: &random)
    // A stream for each step, so that a run that is taken up goes on with the same noise.
    var noise = Random(seed: seed, purpose: .noise, index: UInt64(networks.stepCount))
    makeTargets(noise: &noise)
    let tape = networks.tape
    tape.reset()
    if isNoisy { tape.seedNoise(noise.next()) }
    let outputs = batch.planes.withUnsafeBufferPointer {
      network.forward(planes: $0, batch: parameters.batchSize, on: tape)
    }
    let loss = loss.record(outputs, of: &batch, isWeighted: ring.priorities != nil, on: tape)
    tape.backward(from: loss)
    if ring.priorities != nil { ring.update(batch.slots, errors: batch.errors) }
    networks.step(budgetShare: budgetShare)
    return tape.scalar(of: loss)
  }

  /// Evaluates the next states, and makes of them what the batch is trained towards.
  private func makeTargets(noise: inout Random) {
    if isNoisy { networks.target.perturb(seed: noise.next()) }
    batch.evaluate(by: networks.target)
    if parameters.isDouble { batch.chooseNextActions(by: actor(noise: noise.next())) }
    batch.makeTargets()
  }
}
