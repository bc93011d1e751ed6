import Environments
import Replay
import TensorCore

/// Gradient descent on samples of self-play: cross-entropy of the policy plus squared error of the value
/// (Silver et al. 2018, equation 1; the L2 term is the optimiser's weight decay).
///
/// A batch is cut into shards with fixed borders, each on a tape of its own; gradients are added in a fixed
/// order, so that the result has the same bits on any number of threads.
package final class AlphaZeroTrainer {
  /// What gradient steps change.
  package let network: Network
  /// What plays and is published: the running average of the weights, or the network itself.
  package let player: Network
  private let parameters: AlphaZeroParameters.TrainingParameters
  private let symmetries: [Symmetry]
  private let seed: UInt64
  private let threads: Int
  private let tapes: [Tape]
  private var shards: [TrainingShard]
  private var optimiser: Optimiser
  private var indices: [Int]

  package init(
    network: Network, parameters: AlphaZeroParameters.TrainingParameters, symmetries: [Symmetry],
    seed: UInt64, threads: Int
  ) throws {
    self.network = network
    player = parameters.weightAverage > 0 ? network.copy() : network
    self.parameters = parameters
    self.symmetries = parameters.augments && symmetries.count > 1 ? symmetries : []
    self.seed = seed
    self.threads = threads
    let rows = parameters.batchSize / parameters.shards
    tapes = (0..<parameters.shards).map { _ in
      Tape(parameters: network.parameters, precision: parameters.precision)
    }
    shards = (0..<parameters.shards).map { _ in TrainingShard(rows: rows, description: network.description) }
    optimiser = Optimiser(
      .adamW(), weightDecay: parameters.weightDecay, for: network.parameters.layout)
    indices = [Int](repeating: 0, count: rows * parameters.shards)
  }

  /// Takes gradient steps numbered from `first` on the `newest` samples (nil: all); returns the mean losses. What is
  /// given up is of no use.
  package func train(
    updates: Int, from first: Int, on window: SampleWindow, newest: Int? = nil, budgetShare: Float,
    givesUp: () -> Bool = { false }
  ) throws -> (policy: Double, value: Double) {
    var sum = (policy: 0.0, value: 0.0)
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: budgetShare)
    for update in first..<first + updates {
      if givesUp() { break }
      var random = Random(seed: seed, purpose: .sampling, index: UInt64(update))
      window.sample(into: &indices, newest: newest, using: &random)
      fillShards(from: window, using: &random)
      try computeGradients()
      Tape.reduceGradients(tapes)
      Tape.updateRunningStatistics(tapes)
      step(learningRate: rate)
      average(afterUpdate: update)
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

  /// Moves the average, that of the running statistics of batch norm too, towards the newest weights. Early on
  /// it looks back no further than a tenth of all steps, since the first weights are noise, or another agent's.
  private func average(afterUpdate update: Int) {
    guard player !== network else { return }
    let share = max(1 - parameters.weightAverage, 9 / (10 + Float(update)))
    player.parameters.move(towards: network.parameters, share: share)
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
      let (tapes, network, parameters) = (tapes, network, parameters)
      try forEachInParallel(shards.count, threads: threads) { index in
        shards[index].computeGradient(
          on: tapes[index], network: network, parameters: parameters, scale: scale)
      }
    }
  }

  /// Writes the state into a checkpoint's folder: the player as `weights`, and the network itself where it is
  /// another. File names begin with `prefix`.
  package func save(to folder: String, as prefix: String = "") throws {
    try player.save(to: "\(folder)/\(prefix)weights.safetensors")
    if player !== network { try network.save(to: "\(folder)/\(prefix)network.safetensors") }
    try Safetensors(tensors: optimiser.tensors()).write(to: "\(folder)/\(prefix)optimiser.safetensors")
  }

  package func load(from folder: String, as prefix: String = "") throws {
    try player.restore(from: "\(folder)/\(prefix)weights.safetensors")
    if player !== network { try network.restore(from: "\(folder)/\(prefix)network.safetensors") }
    let path = "\(folder)/\(prefix)optimiser.safetensors"
    try optimiser.restore(from: Safetensors(contentsOf: path).tensors, file: path)
  }
}
