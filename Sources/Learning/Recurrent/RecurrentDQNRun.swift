import Environments
import Foundation
import Replay
import TensorCore

/// Deep Q-learning with memory for games that show a part of their state (Kapturowski et al. 2019, R2D2): sequences with
/// stored states and burn-in, drawn by priority, and n-step double Q-learning on rescaled values.
///
/// What the network remembers is carried along each lane's episode. Records hold actions only: sequences are made
/// again from them; what was remembered at their starts, and their priorities, are saved with a checkpoint. Everything is drawn from streams
/// named by step, so a run can be taken up from any checkpoint.
public final class RecurrentDQNRun<G: Game> {
  private let session: RunSession<G>
  private let parameters: RecurrentDQNParameters
  private let learner: RecurrentDQNLearner
  private var lanes: [EnvironmentLane<G>] = []
  private var ring: SequenceRing
  private var counters = Counters()
  /// What all lanes see, [lanes, planes x rows x columns], and one observation on its way into the ring.
  private var planes: [Float]
  private var observation: [Float]
  private var values: [Float]
  /// [lanes, memoryCount]: what is remembered of each lane's episode.
  private var memories: [Float]

  private struct Counters: Codable {
    /// Rounds of all lanes so far, and gradient steps earned but not taken.
    var rounds: UInt64 = 0
    var earnedUpdates: Float = 0
    var targetAge = 0
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  public init(
    job: TrainingJob<G>, parameters: RecurrentDQNParameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.lanes, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    let description = parameters.networkDescription(for: game)
    learner = try RecurrentDQNLearner(description: description, parameters: parameters, seed: job.seed)
    ring = SequenceRing(
      capacity: parameters.replayCapacity, lanes: parameters.lanes, burnIn: parameters.burnIn,
      length: parameters.sequenceLength, memoryCount: description.stateCount,
      observationShape: game.observationShape, actionCount: game.actionCount,
      priorityExponent: parameters.priorityExponent)
    planes = [Float](repeating: 0, count: parameters.lanes * game.observationShape.count)
    observation = [Float](repeating: 0, count: game.observationShape.count)
    values = [Float](repeating: 0, count: parameters.lanes * game.actionCount)
    memories = [Float](repeating: 0, count: parameters.lanes * description.stateCount)
    try session.forEachRecordedGame { try ring.append($0, game: game, lane: Int($0.lane)) }
    for index in 0..<parameters.lanes {
      lanes.append(EnvironmentLane(job: job, number: index, resuming: session.lanes?[index]))
      if let record = session.lanes?[index] {
        try ring.append(record, game: game, lane: index)
      } else {
        begin(lane: index)
      }
    }
    if let checkpoint = session.checkpoint {
      try learner.load(from: checkpoint)
      counters = try RunFolder.decode(Counters.self, from: checkpoint + "/counters.json")
      try restoreMemories(from: checkpoint)
    }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    try session.begin(lanes: { lanes.map(\.record) }, save: save)
    while session.goesOn {
      try stepLanes()
      learn()
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
    learner.evaluate(planes, count: lanes.count, memories: &memories, into: &values)
    var finished: [GameRecord] = []
    let width = ring.memoryCount
    for index in lanes.indices {
      let legal = game.legalActions(in: lanes[index].state)
      let action =
        random.uniformFloat() < epsilon
        ? legal.randomAction(using: &random)
        : greedyAction(values: values, row: index, actionCount: game.actionCount, legal: legal)
      let transition = lanes[index].step(game, taking: action)
      let state = lanes[index].state
      let memory = memories[index * width..<(index + 1) * width]
      game.withObservation(of: state, in: &observation) {
        ring.append(
          lane: index, action: action, transition: transition, next: $0,
          legal: game.legalActions(in: state), mover: game.playerToMove(in: state), memory: memory)
      }
      if transition.status.isOver {
        finished.append(lanes[index].record)
        lanes[index].restart(job: session.job, laneCount: lanes.count)
        begin(lane: index)
      }
    }
    try session.write(finished)
  }

  private func learn() {
    session.progress.samples = ring.count
    guard session.progress.step + lanes.count >= parameters.minimumReplay, ring.count > 0 else { return }
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
    learner.copyToActor()
  }

  /// Begins the record of a lane's episode, and forgets the last one.
  private func begin(lane: Int) {
    let game = session.job.game
    let state = lanes[lane].state
    let width = ring.memoryCount
    for index in lane * width..<(lane + 1) * width { memories[index] = 0 }
    game.withObservation(of: state, in: &observation) {
      ring.begin(
        lane: lane, observation: $0, legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
    }
  }

  private func save(to folder: String) throws {
    try learner.save(to: folder)
    try RunFolder.encode(counters, to: folder + "/counters.json")
    try Safetensors(
      tensors: [("lanes", memories), ("sequences", ring.memories)].map { name, values in
        NamedTensor(
          name: name,
          tensor: Tensor(shape: [values.count / ring.memoryCount, ring.memoryCount], values: values))
      }
    ).write(to: folder + "/memories.safetensors")
    try Data(ring.priorities.state).write(to: URL(fileURLWithPath: folder + "/priorities"))
  }

  private func restoreMemories(from folder: String) throws {
    let path = folder + "/memories.safetensors"
    let file = try Safetensors(contentsOf: path)
    guard let lanes = file["lanes"]?.values, lanes.count == memories.count,
      let sequences = file["sequences"]?.values,
      ring.restore(
        memories: sequences, priorities: Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/priorities"))))
    else {
      throw RunError.damaged(path: path, problem: "what was remembered does not fit the run")
    }
    memories = lanes
  }
}
