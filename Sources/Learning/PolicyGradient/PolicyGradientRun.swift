import Environments
import Replay
import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Policy gradients with a learned baseline (REINFORCE, A2C, PPO), on any game: legal-action masks everywhere, and
/// negamax advantages where two players take turns.
///
/// An iteration plays all lanes in lockstep and then learns from what they did, all of it, so that nothing but the
/// network goes from one iteration to the next. Streams of chance are named by iteration: a run can be taken up from
/// any checkpoint, and its bytes do not depend on the number of threads.
public final class PolicyGradientRun<G: Game> {
  private let session: RunSession<G>
  private let parameters: PolicyGradientParameters
  private let network: Network
  private let actor: InferenceNetwork
  private let trainer: PolicyGradientTrainer
  private var lanes: [EnvironmentLane<G>] = []
  private var trajectories: [Trajectory]
  private var finished: [GameRecord] = []
  private var counters = Counters()
  /// What the lanes see, [lanes, planes x rows x columns], and what the network says of it.
  private var planes: [Float]
  private var logits: [Float]
  private var values: [Float]
  private var policy: ActingPolicy
  /// The same for one state in which an episode was cut off.
  private var cutPlanes: [Float]
  private var cutLogits: [Float]
  private var cutValue: [Float] = [0]

  private struct Counters: Codable {
    /// Rounds of all lanes, and updates of all their steps.
    var rounds: UInt64 = 0
    var iterations: UInt64 = 0
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  public init(
    job: TrainingJob<G>, parameters: PolicyGradientParameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.lanes, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    network = try Network(parameters.networkDescription(for: game), seed: job.seed)
    trainer = PolicyGradientTrainer(network: network, parameters: parameters, threads: job.threads)
    if let checkpoint = session.checkpoint {
      try network.restore(from: checkpoint + "/weights.safetensors")
      try trainer.load(from: checkpoint + "/optimiser.safetensors")
      counters = try RunFolder.decode(Counters.self, from: checkpoint + "/counters.json")
    }
    actor = network.compiled(maximumBatch: parameters.lanes)
    planes = [Float](repeating: 0, count: parameters.lanes * game.observationShape.count)
    logits = [Float](repeating: 0, count: parameters.lanes * game.actionCount)
    values = [Float](repeating: 0, count: parameters.lanes)
    policy = ActingPolicy(actionCount: game.actionCount)
    cutPlanes = [Float](repeating: 0, count: game.observationShape.count)
    cutLogits = [Float](repeating: 0, count: game.actionCount)
    trajectories = [Trajectory](repeating: Trajectory(), count: parameters.lanes)
    for index in 0..<parameters.lanes {
      lanes.append(EnvironmentLane(job: job, number: index, resuming: session.lanes?[index]))
    }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    try session.begin(lanes: { lanes.map(\.record) }, save: save)
    while session.goesOn {
      guard let steps = play() else { break }
      guard try learn() else { break }
      // Not before the iteration is certain: the games of one that is given up are played again.
      try session.write(finished)
      finished.removeAll(keepingCapacity: true)
      try session.endIteration(
        steps: steps, model: { .network(network) }, lanes: { lanes.map(\.record) }, save: save)
    }
    return session.progress
  }

  /// Fills the lanes' trajectories; returns how many steps were made, nil if they are given up.
  private func play() -> Int? {
    for index in lanes.indices { trajectories[index].removeAll() }
    if parameters.method == .reinforce {
      var waiting = [Int](lanes.indices)
      while !waiting.isEmpty {
        if session.givesUpIteration() { return nil }
        let playing = waiting
        stepLanes(playing) { lane in waiting.removeAll { $0 == lane } }
      }
    } else {
      let all = [Int](lanes.indices)
      for _ in 0..<parameters.horizon {
        if session.givesUpIteration() { return nil }
        stepLanes(all) { _ in }
      }
    }
    evaluate([Int](lanes.indices))
    for index in lanes.indices {
      trajectories[index].finish(lastValue: values[index], lambda: parameters.lambda)
    }
    return trajectories.reduce(0) { $0 + $1.count }
  }

  /// One action, drawn from the policy, in each of the lanes named; `end` is told which of them ended an episode.
  private func stepLanes(_ playing: [Int], end: (Int) -> Void) {
    let game = session.job.game
    var random = Random(seed: session.job.seed, purpose: .agent, index: counters.rounds)
    counters.rounds += 1
    evaluate(playing)
    let size = game.observationShape.count
    for (row, lane) in playing.enumerated() {
      let before = lanes[lane].state
      policy.set(logits: logits, row: row, legal: game.legalActions(in: before))
      let action = policy.sample(using: &random)
      trajectories[lane].decide(
        planes: planes[row * size..<(row + 1) * size], mask: policy.mask[...], action: action,
        logProbability: logf(policy.probabilities[action.index]), value: values[row])
      let transition = lanes[lane].step(game, taking: action)
      let state = lanes[lane].state
      let isSameMover = game.playerToMove(in: state) == game.playerToMove(in: before)
      var (reward, discount) = (transition.reward, isSameMover ? parameters.discount : -parameters.discount)
      if transition.status.isOver {
        // Nothing follows an end; what would follow a cut is part of the reward.
        if transition.status == .truncated { reward += discount * value(of: state) }
        discount = 0
        finished.append(lanes[lane].record)
        lanes[lane].restart(job: session.job, laneCount: lanes.count)
        end(lane)
      }
      trajectories[lane].receive(reward: reward, discount: discount)
    }
  }

  /// What the network says of the states of some lanes, in their order.
  private func evaluate(_ playing: [Int]) {
    for (row, lane) in playing.enumerated() {
      session.job.game.observe(lanes[lane].state, asRow: row, of: &planes)
    }
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        values.withUnsafeMutableBufferPointer {
          actor.run(batch: playing.count, planes: planes, logits: logits, values: $0)
        }
      }
    }
  }

  /// The value of the state in which an episode was cut off.
  private func value(of state: G.State) -> Float {
    session.job.game.observe(state, asRow: 0, of: &cutPlanes)
    cutPlanes.withUnsafeBufferPointer { planes in
      cutLogits.withUnsafeMutableBufferPointer { logits in
        cutValue.withUnsafeMutableBufferPointer {
          actor.run(batch: 1, planes: planes, logits: logits, values: $0)
        }
      }
    }
    return cutValue[0]
  }

  /// Trains on the trajectories; false if that is given up.
  private func learn() throws -> Bool {
    var random = Random(seed: session.job.seed, purpose: .sampling, index: counters.iterations)
    counters.iterations += 1
    let result = try trainer.train(
      on: trajectories, using: &random, budgetShare: Float(session.share), givesUp: session.givesUpIteration)
    guard let result else { return false }
    session.progress.updates += result.updates
    session.progress.policyLoss = result.policy
    session.progress.valueLoss = result.value
    session.progress.samples = trajectories.reduce(0) { $0 + $1.count }
    actor.load(from: network)
    return true
  }

  private func save(to folder: String) throws {
    try network.save(to: folder + "/weights.safetensors")
    try trainer.save(to: folder + "/optimiser.safetensors")
    try RunFolder.encode(counters, to: folder + "/counters.json")
  }
}
