import TensorCore

/// The networks of Q-learning and what trains them: one that learns, the older copy that makes its targets, and
/// compiled ones of both.
package final class QNetworks {
  /// How the network is trained: a rate that falls along half a cosine to a share of itself, and the length to which
  /// longer gradients are shortened (0 for none), and how exactly gradients are computed.
  struct Training {
    var optimiser: DQNParameters.Optimiser
    var epsilon: Float
    var learningRate: Float
    var finalLearningRate: Float
    var gradientNorm: Float
    var precision = Precision.f32
  }

  package let network: Network
  let tape: Tape
  /// The compiled target network.
  package let target: InferenceNetwork
  private let targetNetwork: Network
  private let compiled: InferenceNetwork
  private let training: Training
  private var optimiser: Optimiser
  /// Whether the compiled network has the trained one's weights.
  private var isCurrent = true

  /// - Parameters:
  ///   - actorBatch: the most rows that `actor` is asked about.
  ///   - targetBatch: the same of `target`.
  init(
    _ description: NetworkDescription, training: Training, actorBatch: Int, targetBatch: Int, seed: UInt64
  ) throws {
    self.training = training
    network = try Network(description, seed: seed)
    targetNetwork = network.copy()
    compiled = network.compiled(maximumBatch: actorBatch, precision: training.precision)
    target = targetNetwork.compiled(maximumBatch: targetBatch, precision: training.precision)
    tape = Tape(parameters: network.parameters, precision: training.precision)
    optimiser = Optimiser(
      training.optimiser.rule(epsilon: training.epsilon), for: network.parameters.layout)
  }

  /// The compiled network with the weights of the trained one.
  package var actor: InferenceNetwork {
    if !isCurrent { compiled.load(from: network) }
    isCurrent = true
    return compiled
  }

  /// Gradient steps so far.
  var stepCount: Int { optimiser.stepCount }

  /// Makes the target network a copy of the trained one.
  package func copyToTarget() {
    targetNetwork.parameters.copy(from: network.parameters)
    target.load(from: targetNetwork)
  }

  /// Takes a step along the tape's gradient, and moves the running statistics, by which the compiled networks
  /// normalise, towards those of its batch.
  func step(budgetShare: Float) {
    let rate = cosineSchedule(
      from: training.learningRate, to: training.learningRate * training.finalLearningRate, share: budgetShare)
    let (gradient, limit) = (tape.gradient, training.gradientNorm)
    let scale = limit > 0 ? clippingScale(norm: norm(of: gradient), limit: limit) : 1
    Tape.updateRunningStatistics([tape])
    optimiser.step(network.parameters, gradient: gradient, learningRate: rate, gradientScale: scale)
    isCurrent = false
  }

  /// Writes everything that the next step depends on into a checkpoint's folder.
  func save(to folder: String) throws {
    try network.save(to: folder + "/weights.safetensors")
    try targetNetwork.save(to: folder + "/target.safetensors")
    try Safetensors(
      tensors: optimiser.tensors(), metadata: [Self.optimiserKey: training.optimiser.rawValue]
    ).write(to: folder + "/optimiser.safetensors")
  }

  /// What names the optimiser in its file, since its running values alone do not tell.
  private static let optimiserKey = "optimiser"

  /// Takes up what `save` wrote.
  func restore(from folder: String) throws {
    try network.restore(from: folder + "/weights.safetensors")
    try targetNetwork.restore(from: folder + "/target.safetensors")
    let optimiserFile = folder + "/optimiser.safetensors"
    let state = try Safetensors(contentsOf: optimiserFile)
    let name = state.metadata[Self.optimiserKey] ?? ""
    if let saved = DQNParameters.Optimiser(rawValue: name), saved != training.optimiser {
      throw RunError.otherOptimiser(
        path: optimiserFile, saved: saved.rawValue, asked: training.optimiser.rawValue)
    }
    try optimiser.restore(from: state.tensors, file: optimiserFile)
    target.load(from: targetNetwork)
    isCurrent = false
  }
}
