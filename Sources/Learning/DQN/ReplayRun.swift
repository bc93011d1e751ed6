import Environments
import Foundation
import Replay

/// Q-learning with experience replay and a target network (Mnih et al. 2015), on any game: legal-action masks
/// everywhere, and negamax targets where two players take turns. What is learned from, and how, is the learner's.
///
/// Lanes are stepped together; after each round the learner takes the gradient steps that the new transitions
/// allow. Everything is drawn from streams named by step, so a run can be taken up from any checkpoint.
public final class ReplayRun<G: Game, Learner: ExperienceLearner> {
  private let session: RunSession<G>
  private let parameters: Learner.Parameters
  private var learner: Learner
  private var lanes: [EnvironmentLane<G>] = []
  private var counters = Counters()
  /// What all lanes see, [lanes, planes x rows x columns], and one observation on its way to the learner.
  private var planes: [Float]
  private var observation: [Float]
  /// [lanes, actions].
  private var values: [Float]

  /// Rounds of all lanes so far, gradient steps earned but not taken, and those since the target network's last copy.
  private struct Counters: Codable {
    var rounds: UInt64 = 0
    var earnedUpdates: Float = 0
    var targetAge = 0
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  public init(
    job: TrainingJob<G>, parameters: Learner.Parameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.lanes, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    learner = try Learner(game: game, parameters: parameters, seed: job.seed)
    planes = [Float](repeating: 0, count: parameters.lanes * game.observationShape.count)
    observation = [Float](repeating: 0, count: game.observationShape.count)
    values = [Float](repeating: 0, count: parameters.lanes * game.actionCount)
    try session.refill(&learner)
    for index in 0..<parameters.lanes {
      lanes.append(EnvironmentLane(job: job, number: index, resuming: session.lanes?[index]))
      if let record = session.lanes?[index] {
        try learner.append(record, game: game, lane: index)
      } else {
        begin(lane: index)
      }
    }
    if let checkpoint = session.checkpoint {
      try learner.restore(from: checkpoint)
      counters = try RunFolder.decode(Counters.self, from: checkpoint + "/counters.json")
    }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    try session.begin(lanes: { lanes.map(\.record) }, save: save)
    while session.goesOn {
      try stepLanes()
      guard learn() else { break }
      try session.endIteration(
        steps: parameters.lanes, model: { .network(learner.network) }, lanes: { lanes.map(\.record) },
        save: save)
    }
    return session.progress
  }

  /// One action on every lane: random with probability epsilon, else the one of highest value.
  private func stepLanes() throws {
    let game = session.job.game
    let epsilon = parameters.exploration.epsilon(atStep: session.progress.step)
    session.progress.epsilon = Double(epsilon)
    var random = Random(seed: session.job.seed, purpose: .agent, index: counters.rounds)
    counters.rounds += 1
    for index in lanes.indices { game.observe(lanes[index].state, asRow: index, of: &planes) }
    // Where all actions are random, nobody asks for values.
    var isEvaluated = learner.evaluatesEveryStep
    if isEvaluated { learner.evaluate(planes, into: &values, using: &random) }
    var finished: [GameRecord] = []
    for index in lanes.indices {
      let legal = game.legalActions(in: lanes[index].state)
      let isRandom = random.uniformFloat() < epsilon
      if !isRandom && !isEvaluated {
        learner.evaluate(planes, into: &values, using: &random)
        isEvaluated = true
      }
      let action =
        isRandom
        ? legal.randomAction(using: &random)
        : greedyAction(values: values, row: index, actionCount: game.actionCount, legal: legal)
      let transition = lanes[index].step(game, taking: action)
      let state = lanes[index].state
      game.withObservation(of: state, in: &observation) {
        learner.append(
          lane: index, action: action, transition: transition, next: $0,
          legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
      }
      if transition.status.isOver {
        finished.append(lanes[index].record)
        lanes[index].restart(job: session.job, laneCount: lanes.count)
        begin(lane: index)
      }
    }
    try session.write(finished)
  }

  /// Takes the gradient steps that the new transitions allow; false if they are given up.
  private func learn() -> Bool {
    session.progress.samples = learner.sampleCount
    // Counted in steps: last states take room too, so that a small memory may never hold so many transitions.
    guard session.progress.step + lanes.count >= parameters.minimumReplay, learner.sampleCount > 0 else {
      return true
    }
    counters.earnedUpdates += parameters.updatesPerStep * Float(lanes.count)
    let share = Float(session.share)
    while counters.earnedUpdates >= 1 {
      if session.givesUpIteration() { return false }
      counters.earnedUpdates -= 1
      if counters.targetAge == 0 { learner.copyToTarget() }
      counters.targetAge = (counters.targetAge + 1) % parameters.targetPeriod
      let index = UInt64(session.progress.updates)
      var random = Random(seed: session.job.seed, purpose: .sampling, index: index)
      let loss = learner.update(using: &random, budgetShare: share)
      session.progress.updates += 1
      session.progress.valueLoss = Double(loss)
    }
    return true
  }

  private func begin(lane: Int) {
    let game = session.job.game
    let state = lanes[lane].state
    game.withObservation(of: state, in: &observation) {
      learner.begin(
        lane: lane, observation: $0, legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
    }
  }

  private func save(to folder: String) throws {
    try learner.save(to: folder)
    try RunFolder.encode(counters, to: folder + "/counters.json")
  }
}

/// Deep Q-learning from single transitions.
public typealias DQNRun<G: Game> = ReplayRun<G, TransitionLearner>
/// Deep Q-learning with memory, from sequences (Kapturowski et al. 2019, R2D2).
public typealias RecurrentDQNRun<G: Game> = ReplayRun<G, SequenceLearner>
