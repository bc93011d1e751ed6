import Environments
import Replay

/// Learns a table of action values, by experience (temporal differences, with or without a learned model) or, for
/// games whose chances are known, by dynamic programming.
///
/// States are told apart by `Game.key(of:)`. The step at which an episode is cut off bootstraps like any other, from
/// the state that it led to: the limit is no part of the game. All chance is drawn from streams named by step, so a
/// run can be taken up from any checkpoint.
public final class TabularRun<G: Game> {
  private let session: RunSession<G>
  private let parameters: TabularParameters
  private var learner: TabularLearner
  private var lanes: [EnvironmentLane<G>] = []
  private var counters = Counters()
  /// [lanes]: the rows of the states that the lanes are in.
  private var rows: [Int] = []
  private var finished: [GameRecord] = []

  private struct Counters: Codable {
    var rounds: UInt64 = 0
    /// [lanes]: what each lane will do next.
    var nextActions: [Int] = []
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint. Throws `RuleError` if the method needs
  /// chances that the game does not tell.
  public init(
    job: TrainingJob<G>, parameters: TabularParameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    try parameters.validate(for: job.game, named: job.gameName)
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.lanes, isResuming: isResuming)
    self.parameters = parameters
    var table = ActionValueTable(actionCount: job.game.actionCount)
    var memory: TabularLearner.Memory?
    if let checkpoint = session.checkpoint {
      table = try ActionValueTable(contentsOf: checkpoint + "/weights.safetensors")
      counters = try RunFolder.decode(Counters.self, from: checkpoint + "/counters.json")
      if parameters.method.plans {
        memory = try RunFolder.decode(TabularLearner.Memory.self, from: checkpoint + "/model.json")
      }
    }
    learner = TabularLearner(table: table, parameters: parameters, memory: memory)
    for index in 0..<parameters.lanes {
      lanes.append(EnvironmentLane(job: job, number: index, resuming: session.lanes?[index]))
      rows.append(row(of: lanes[index].state))
      if session.checkpoint == nil {
        var random = Random(seed: job.seed, purpose: .initialisation, index: UInt64(index))
        counters.nextActions.append(job.game.randomLegalAction(in: lanes[index].state, using: &random).index)
      }
    }
    guard counters.nextActions.count == lanes.count else {
      throw RunError.damaged(path: job.folder.path, problem: "its checkpoint has other lanes")
    }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    try session.begin(lanes: { lanes.map(\.record) }, save: save)
    while session.goesOn {
      guard let steps = try parameters.method.isExact ? solve() : learn() else { break }
      try session.endIteration(
        steps: steps, model: { .table(learner.table) }, lanes: { lanes.map(\.record) }, save: save)
    }
    return session.progress
  }

  /// One iteration of steps and updates; returns how many steps, nil if they are given up.
  private func learn() throws -> Int? {
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: Float(session.share))
    var squares = 0.0
    for _ in 0..<parameters.stepsPerIteration {
      if session.givesUpIteration() { return nil }
      for index in lanes.indices { squares += Double(step(lane: index, learningRate: rate)) }
      counters.rounds += 1
    }
    try session.write(finished)
    finished.removeAll(keepingCapacity: true)
    let steps = parameters.stepsPerIteration * lanes.count
    session.progress.updates += steps
    session.progress.samples = learner.table.keys.count
    session.progress.epsilon = Double(
      parameters.exploration.epsilon(atStep: Int(counters.rounds) * lanes.count))
    session.progress.valueLoss = squares / Double(steps)
    return steps
  }

  /// One action in one lane, and what is learned from it; returns the square of the error.
  private func step(lane index: Int, learningRate: Float) -> Float {
    let game = session.job.game
    let number = counters.rounds * UInt64(lanes.count) + UInt64(index)
    var random = Random(seed: session.job.seed, purpose: .agent, index: number)
    let epsilon = parameters.exploration.epsilon(atStep: Int(number))
    var experience = Experience(row: rows[index], action: counters.nextActions[index], reward: 0)
    let mover = game.playerToMove(in: lanes[index].state)
    let transition = lanes[index].step(game, taking: Action(experience.action))
    experience.reward = transition.reward
    if transition.status != .terminated {
      let state = lanes[index].state
      // After a cut too there is a next action, for SARSA's sake, though nobody takes it.
      let reached = transition.status == .truncated ? game.untruncated(state) : state
      experience.next = enter(reached, lane: index, epsilon: epsilon, using: &random)
      experience.isSameMover = game.playerToMove(in: reached) == mover
    }
    let error = learner.learn(
      from: experience, nextAction: Action(counters.nextActions[index]), learningRate: learningRate,
      epsilon: epsilon, using: &random)
    if transition.status.isOver {
      finished.append(lanes[index].record)
      lanes[index].restart(job: session.job, laneCount: lanes.count)
      _ = enter(lanes[index].state, lane: index, epsilon: epsilon, using: &random)
    }
    return error * error
  }

  /// Finds the row of the state a lane has come to, and chooses what to do there.
  private func enter(_ state: G.State, lane index: Int, epsilon: Float, using random: inout Random) -> Int {
    rows[index] = row(of: state)
    let isRandom = random.uniformFloat() < epsilon
    let action =
      isRandom
      ? session.job.game.randomLegalAction(in: state, using: &random)
      : learner.table.bestAction(inRow: rows[index])
    counters.nextActions[index] = action.index
    return rows[index]
  }

  private func row(of state: G.State) -> Int {
    let game = session.job.game
    let legal = game.legalActions(in: state)
    precondition(!legal.isEmpty, "untruncated(_:) returns no running state")
    return learner.table.row(of: game.key(of: state), legal: legal, value: parameters.initialValue)
  }

  /// Solves the game at once; counts a step for every state in every sweep, and spends the budget.
  private func solve() throws -> Int {
    guard let game = session.job.game as? any Enumerable else { return 0 }
    return try solve(game)
  }

  private func solve<Known: Enumerable>(_ game: Known) throws -> Int {
    let model = try MarkovModel(of: game)
    let discount = Double(parameters.discount)
    let solution =
      parameters.method == .valueIteration
      ? model.valueIteration(discount: discount) : model.policyIteration(discount: discount)
    guard solution.isExact else {
      throw RuleError(
        "\(session.job.gameName): not solved after \(solution.sweeps) sweeps; choose a smaller learning.discount, or "
          + "method \(TabularParameters.Method.valueIteration.rawValue)")
    }
    learner.table = model.table(values: solution.values, discount: discount)
    session.progress.updates += solution.sweeps * model.states.count
    session.progress.samples = model.states.count
    session.finish()
    return solution.sweeps * model.states.count
  }

  private func save(to folder: String) throws {
    try learner.table.save(to: folder + "/weights.safetensors")
    try RunFolder.encode(counters, to: folder + "/counters.json")
    if let memory = learner.memory { try RunFolder.encode(memory, to: folder + "/model.json") }
  }
}
