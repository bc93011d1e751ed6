import Environments
import TensorCore

/// Gradient steps on trajectories: the loss of the policy, less some entropy, plus the value's squared error.
///
/// A gradient step is cut into shards with fixed borders, each on a tape of its own; gradients are added in a fixed
/// order, so that the result has the same bits on any number of threads.
final class PolicyGradientTrainer {
  private let network: Network
  private let parameters: PolicyGradientParameters
  private let threads: Int
  private let tapes: [Tape]
  private var shards: [PolicyGradientShard]
  private var optimiser: Optimiser
  /// All steps of all lanes, in the order of the pass under way.
  private var places: [Place] = []

  struct Place: Sendable {
    var lane: Int
    var step: Int
  }

  init(network: Network, parameters: PolicyGradientParameters, threads: Int) {
    self.network = network
    self.parameters = parameters
    self.threads = threads
    tapes = (0..<parameters.shards).map { _ in
      Tape(parameters: network.parameters, precision: parameters.precision)
    }
    shards = (0..<parameters.shards).map { _ in PolicyGradientShard() }
    optimiser = Optimiser(parameters.rule, for: network.parameters.layout)
  }

  /// All gradient steps of one update; returns how many they were and their mean losses. `givesUp` is asked before each
  /// of them: nil if it says so.
  func train(
    on trajectories: [Trajectory], using random: inout Random, budgetShare: Float,
    givesUp: () -> Bool
  ) throws -> (updates: Int, policy: Double, value: Double)? {
    places.removeAll(keepingCapacity: true)
    for (lane, trajectory) in trajectories.enumerated() {
      for step in 0..<trajectory.count { places.append(Place(lane: lane, step: step)) }
    }
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: budgetShare)
    let size = parameters.minibatchSize
    let parts = size == 0 ? 1 : max(1, places.count / size)
    var sum = (policy: 0.0, value: 0.0)
    for _ in 0..<parameters.epochs {
      if parts > 1 { places.shuffle(using: &random) }
      for part in 0..<parts {
        if givesUp() { return nil }
        let rows = part * places.count / parts..<(part + 1) * places.count / parts
        let losses = try step(on: trajectories, rows, learningRate: rate)
        sum.policy += losses.policy
        sum.value += losses.value
      }
    }
    let updates = parameters.epochs * parts
    return (updates, sum.policy / Double(updates), sum.value / Double(updates))
  }

  private func step(
    on trajectories: [Trajectory], _ rows: Range<Int>, learningRate: Float
  ) throws -> (policy: Double, value: Double) {
    let (shift, scale) = normalisation(of: trajectories, rows)
    for index in shards.indices {
      let first = rows.lowerBound + index * rows.count / shards.count
      let last = rows.lowerBound + (index + 1) * rows.count / shards.count
      shards[index].load(places[first..<last], of: trajectories, shift: shift, scale: scale)
    }
    try computeGradients(rows: rows.count)
    Tape.reduceGradients(tapes)
    Tape.updateRunningStatistics(tapes)
    let gradient = tapes[0].gradient
    let limit = parameters.gradientNorm
    let clipping = limit > 0 ? clippingScale(norm: norm(of: gradient), limit: limit) : 1
    optimiser.step(
      network.parameters, gradient: gradient, learningRate: learningRate, gradientScale: clipping)
    var losses = (policy: 0.0, value: 0.0)
    for shard in shards {
      losses.policy += Double(shard.policyLoss) * Double(shard.count) / Double(rows.count)
      losses.value += Double(shard.valueLoss) * Double(shard.count) / Double(rows.count)
    }
    return losses
  }

  /// What to subtract from advantages, and to multiply them by.
  private func normalisation(of trajectories: [Trajectory], _ rows: Range<Int>) -> (Float, Float) {
    guard parameters.normalisesAdvantages, rows.count > 1 else { return (0, 1) }
    var (sum, squares) = (0.0, 0.0)
    for place in places[rows] {
      let advantage = Double(trajectories[place.lane].advantages[place.step])
      sum += advantage
      squares += advantage * advantage
    }
    let mean = sum / Double(rows.count)
    let deviation = max(0, squares / Double(rows.count) - mean * mean).squareRoot()
    return (Float(mean), Float(1 / (deviation + 1e-8)))
  }

  private func computeGradients(rows: Int) throws {
    try shards.withUnsafeMutableBufferPointer { shards in
      // Safe: each shard, with its tape, is used by the one thread that runs its index.
      nonisolated(unsafe) let shards = shards
      let (tapes, network, parameters) = (tapes, network, parameters)
      try forEachInParallel(shards.count, threads: threads) { index in
        shards[index].computeGradient(
          on: tapes[index], network: network, parameters: parameters,
          scale: Float(shards[index].count) / Float(rows))
      }
    }
  }

  func save(to path: String) throws { try Safetensors(tensors: optimiser.tensors()).write(to: path) }

  func load(from path: String) throws {
    try optimiser.restore(from: Safetensors(contentsOf: path).tensors, file: path)
  }
}
