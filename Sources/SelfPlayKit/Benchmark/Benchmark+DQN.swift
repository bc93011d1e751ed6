import Environments
import Foundation
import Learning
import Replay
import TensorCore

extension Benchmark {
  /// The networks that deep Q-learning is measured with.
  public enum ActionValueNetwork: String, Sendable, CaseIterable {
    /// On MinAtar's Breakout (Young and Tian 2019).
    case minatar
    /// On four pictures of Breakout's screen (Mnih et al. 2015).
    case nature
  }

  /// Gradient steps a second of deep Q-learning on Breakout, one learner a thread: sampling a batch, targets, forward,
  /// Huber loss, backward and centred RMSprop.
  public func deepQLearning(
    batch: Int, network: ActionValueNetwork = .minatar, precision: Precision = .f32
  ) throws -> Double {
    switch network {
    case .minatar:
      try deepQLearning(
        batch: batch, torso: .convolutional(channels: 16, hidden: 128), of: MinAtar(.breakout),
        frames: 100_000, precision: precision)
    case .nature:
      try deepQLearning(
        batch: batch, torso: .nature(channels: 32, hidden: 512),
        of: ScreenArcade(.breakout(ScreenBreakout())),
        frames: Self.screenFrames, precision: precision)
    }
  }

  private func deepQLearning<G: Game>(
    batch: Int, torso: NetworkDescription.Torso, of game: G, frames: Int, precision: Precision
  ) throws -> Double {
    var parameters = DQNParameters(network: torso)
    parameters.batchSize = batch
    (parameters.lanes, parameters.precision) = (1, precision)
    let description = parameters.networkDescription(for: game)
    let (learnerParameters, period) = (parameters, parameters.targetPeriod)
    let learners = Lanes(
      values: try (0..<threads).map {
        try DQNLearner(description: description, parameters: learnerParameters, seed: UInt64($0))
      })
    let ring = Self.filledRing(capacity: frames, with: game)
    return try rates { clock, thread in
      var ring = ring
      var random = Random(seed: 1, purpose: .sampling, index: UInt64(thread))
      var updates = 0
      repeat {
        if updates % period == 0 { learners[thread].networks.copyToTarget() }
        _ = learners[thread].update(from: &ring, using: &random, budgetShare: 0)
        updates += 1
      } while !clock.isOver
      return [updates]
    }[0]
  }

  /// Frames a second of whole runs of deep Q-learning on MinAtar's Breakout, one a thread: one environment, acting,
  /// the replay in memory and on the disk, and one update on a batch of 32 for every frame (Young and Tian 2019). Nine
  /// frames in ten ask the network, as most of a run's do.
  public func deepQLearningLoop(precision: Precision = .f32) throws -> Double {
    var parameters = DQNParameters(network: .convolutional(channels: 16, hidden: 128))
    (parameters.lanes, parameters.updatesPerStep, parameters.minimumReplay) = (1, 1, 100)
    parameters.exploration.start = parameters.exploration.end
    parameters.precision = precision
    let (game, learner) = (try MinAtar(.breakout), parameters)
    let folder = NSTemporaryDirectory() + "/selfplay-loop-\(ProcessInfo.processInfo.processIdentifier)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try rates { clock, thread in
      let run = RunFolder(path: "\(folder)/\(thread)")
      let job = TrainingJob(
        game: game, gameName: "minatar-breakout", rulesFingerprint: 0, agentName: "bench",
        seed: UInt64(thread),
        threads: 1, budget: Budget(seconds: 1e9), folder: run, evaluationSteps: 0)
      let hooks = TrainingHooks(isInterrupted: { clock.isOver })
      return [try DQNRun(job: job, parameters: learner, hooks: hooks).run().step]
    }[0]
  }

  /// A ring that random play has filled.
  static func filledRing<G: Game>(
    capacity: Int, with game: G, priorityExponent: Float? = nil
  ) -> TransitionRing {
    var ring = TransitionRing(
      capacity: capacity, lanes: 8, observationShape: game.observationShape, actionCount: game.actionCount,
      priorityExponent: priorityExponent)
    for lane in 0..<ring.laneCount { fill(lane, of: &ring, with: game) }
    return ring
  }

  private static func fill<G: Game>(_ lane: Int, of ring: inout TransitionRing, with game: G) {
    var random = Random(seed: 1, purpose: .playout, index: UInt64(lane))
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    var state = game.start(using: &random)
    var isOver = true
    for _ in 0..<ring.laneCapacity {
      if isOver {
        state = game.start(using: &random)
        observe(state, of: game, into: &planes)
        let legal = game.legalActions(in: state)
        ring.begin(
          lane: lane, observation: planes.span, legal: legal, mover: game.playerToMove(in: state))
      }
      let action = game.legalActions(in: state).randomAction(using: &random)
      let transition = game.step(&state, taking: action, using: &random)
      observe(state, of: game, into: &planes)
      ring.append(
        lane: lane, action: action, transition: transition, next: planes.span,
        legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
      isOver = transition.status.isOver
    }
  }

  static func observe<G: Game>(_ state: G.State, of game: G, into planes: inout [Float]) {
    var span = planes.mutableSpan
    game.observe(state, into: &span)
  }
}
