import Environments
import Foundation
import Replay
import TensorCore

/// Deep Q-learning with experience replay and a target network (Mnih et al. 2015), on any game: legal-action
/// masks everywhere, and negamax targets where two players take turns.
///
/// Lanes are stepped together; after each round the learner takes the gradient steps that the new transitions
/// allow. Everything is drawn from streams named by step, so a run can be taken up from any checkpoint.
public final class DQNRun<G: Game> {
  private let session: RunSession<G>
  private let parameters: DQNParameters
  private let learner: DQNLearner
  private var lanes: [EnvironmentLane<G>] = []
  private var ring: TransitionRing
  /// Rounds of all lanes so far, and gradient steps earned but not taken.
  private var counters = Counters()
  /// What all lanes see, [lanes, planes x rows x columns], and one observation on its way into the ring.
  private var planes: [Float]
  private var observation: [Float]
  private var values: [Float]

  private struct Counters: Codable {
    var rounds: UInt64 = 0
    var earnedUpdates: Float = 0
    var targetAge = 0
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  public init(
    job: TrainingJob<G>, parameters: DQNParameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.lanes, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    learner = try DQNLearner(
      description: parameters.networkDescription(for: game), parameters: parameters, seed: job.seed)
    ring = TransitionRing(
      capacity: parameters.replayCapacity, lanes: parameters.lanes, observationShape: game.observationShape,
      actionCount: game.actionCount, priorityExponent: parameters.prioritisation?.exponent)
    planes = [Float](repeating: 0, count: parameters.lanes * game.observationShape.count)
    observation = [Float](repeating: 0, count: game.observationShape.count)
    values = [Float](repeating: 0, count: parameters.lanes * game.actionCount)
    if let checkpoint = session.checkpoint {
      try learner.load(from: checkpoint)
      counters = try RunFolder.decode(Counters.self, from: checkpoint + "/counters.json")
    }
    try session.forEachRecordedGame { try ring.append($0, game: game, lane: Int($0.lane)) }
    for index in 0..<parameters.lanes {
      lanes.append(EnvironmentLane(job: job, number: index, resuming: session.lanes?[index]))
      if let record = session.lanes?[index] {
        try ring.append(record, game: game, lane: index)
      } else {
        begin(lane: index)
      }
    }
    if let checkpoint = session.checkpoint { try restorePriorities(from: checkpoint) }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    try session.begin(lanes: { lanes.map(\.record) }, save: save)
    while session.goesOn {
      try stepLanes()
      try learn()
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
    learner.evaluate(planes, count: lanes.count, into: &values, using: &random)
    var finished: [GameRecord] = []
    for index in lanes.indices {
      let legal = game.legalActions(in: lanes[index].state)
      let action =
        random.uniformFloat() < epsilon
        ? legal.randomAction(using: &random)
        : greedyAction(values: values, row: index, actionCount: game.actionCount, legal: legal)
      let transition = lanes[index].step(game, taking: action)
      let state = lanes[index].state
      game.withObservation(of: state, in: &observation) {
        ring.append(
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

  private func learn() throws {
    session.progress.samples = ring.count
    // Counted in steps: last states take room too, so that a small ring may never hold so many transitions.
    guard session.progress.step + lanes.count >= parameters.minimumReplay else { return }
    counters.earnedUpdates += parameters.updatesPerStep * Float(lanes.count)
    let share = Float(session.share)
    while counters.earnedUpdates >= 1 {
      counters.earnedUpdates -= 1
      if counters.targetAge == 0 { learner.copyToTarget() }
      counters.targetAge = (counters.targetAge + 1) % parameters.targetPeriod
      let index = UInt64(session.progress.updates)
      var random = Random(seed: session.job.seed, purpose: .sampling, index: index)
      let loss = learner.update(from: &ring, using: &random, budgetShare: share)
      session.progress.updates += 1
      session.progress.valueLoss = Double(loss)
    }
  }

  private func begin(lane: Int) {
    let game = session.job.game
    let state = lanes[lane].state
    game.withObservation(of: state, in: &observation) {
      ring.begin(
        lane: lane, observation: $0, legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
    }
  }

  private func save(to folder: String) throws {
    try learner.save(to: folder)
    try RunFolder.encode(counters, to: folder + "/counters.json")
    if let priorities = ring.priorities {
      try Data(priorities.state).write(to: URL(fileURLWithPath: folder + "/priorities.bin"))
    }
  }

  private func restorePriorities(from checkpoint: String) throws {
    if ring.priorities == nil { return }
    let path = checkpoint + "/priorities.bin"
    let state = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    guard ring.restorePriorities(state) else {
      throw RunError.damaged(path: path, problem: "no priorities of the transitions in memory")
    }
  }
}

/// One environment of many that are stepped together: one episode after another.
struct EnvironmentLane<G: Game> {
  private(set) var state: G.State
  private(set) var record: GameRecord
  private var random: Random

  init(job: TrainingJob<G>, number: Int, resuming record: GameRecord?) {
    self.record =
      record
      ?? GameRecord(
        game: job.gameName, rules: job.rulesFingerprint, seed: job.seed, stream: UInt64(number),
        lane: UInt32(number), players: [String](repeating: job.agentName, count: job.game.playerCount))
    random = self.record.random
    state = job.game.start(using: &random)
    for action in self.record.actions { _ = job.game.step(&state, taking: action, using: &random) }
  }

  mutating func step(_ game: G, taking action: Action) -> Transition {
    let transition = game.step(&state, taking: action, using: &random)
    record.append(action, transition)
    return transition
  }

  /// Begins the lane's next episode.
  mutating func restart(job: TrainingJob<G>, laneCount: Int) {
    let stream = record.stream + UInt64(laneCount)
    record = GameRecord(
      game: record.game, rules: record.rules, seed: record.seed, stream: stream, lane: record.lane,
      players: record.players)
    random = record.random
    state = job.game.start(using: &random)
  }
}

/// The legal action of highest value, the first of equals, in one row of `values` [rows, actionCount].
func greedyAction<Actions: ActionSet>(
  values: [Float], row: Int = 0, actionCount: Int, legal: Actions
) -> Action {
  var best = legal.action(atRank: 0)
  var bestValue = -Float.infinity
  legal.forEach { action in
    let value = values[row * actionCount + action.index]
    if value > bestValue { (best, bestValue) = (action, value) }
  }
  return best
}
