import Environments
import Replay
import Search
import TensorCore

/// AlphaZero (Silver et al. 2018): plays itself with the search, trains the network on what the search found,
/// and goes on with the better network, until the budget is spent.
///
/// An iteration is synchronous: all lanes play some moves, finished games enter the window, the network takes
/// the gradient steps that the new positions allow. So the same seed gives the same bytes with any number of
/// threads, and from any checkpoint.
public final class AlphaZeroRun<G: Game> {
  private let session: RunSession<G>
  private let parameters: AlphaZeroParameters
  private let network: Network
  private let trainer: AlphaZeroTrainer
  private let workers: [SelfPlayWorker<G>]
  private var window: SampleWindow
  private var scratch: SampleScratch
  /// Gradient steps that positions have paid for and that are not taken yet.
  private var credit = Credit()

  private struct Credit: Codable { var updates: Float = 0 }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  public init(
    job: TrainingJob<G>, parameters: AlphaZeroParameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.laneCount, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    network = try Network(parameters.networkDescription(for: game), seed: job.seed)
    trainer = try AlphaZeroTrainer(
      network: network, parameters: parameters.training,
      symmetries: (game as? any Symmetric)?.symmetries ?? [], seed: job.seed, threads: job.threads)
    window = SampleWindow(
      capacity: parameters.training.window, observationShape: game.observationShape,
      actionCount: game.actionCount)
    scratch = SampleScratch(game)
    if let checkpoint = session.checkpoint {
      try network.restore(from: checkpoint + "/weights.safetensors")
      try trainer.load(from: checkpoint + "/optimiser.safetensors")
      credit = try RunFolder.decode(Credit.self, from: checkpoint + "/credit.json")
    }
    var workers: [SelfPlayWorker<G>] = []
    for number in 0..<parameters.selfPlay.workers {
      let evaluator = NetworkEvaluator(
        game: game, network: network, capacity: parameters.selfPlay.gamesPerWorker,
        precision: parameters.selfPlay.precision)
      workers.append(
        try SelfPlayWorker(
          job: job, parameters: parameters, evaluator: evaluator, number: number, resuming: session.lanes))
    }
    self.workers = workers
    try session.forEachRecordedGame { try remember($0) }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    let plies = parameters.selfPlay.pliesPerIteration
    try session.begin(lanes: gamesUnderWay, save: save)
    while session.goesOn {
      try playGames(plies: plies)
      try train()
      try session.endIteration(
        steps: plies * parameters.laneCount, model: { .network(network) },
        lanes: gamesUnderWay, save: save)
    }
    return session.progress
  }

  private func gamesUnderWay() -> [GameRecord] { workers.flatMap { $0.lanes.map(\.record) } }

  private func playGames(plies: Int) throws {
    let lent = Lanes(values: workers)
    let network = network
    try forEachInParallel(workers.count, threads: session.job.threads) {
      lent[$0].play(plies: plies, network: network)
    }
    let finished = workers.flatMap(\.finished)
    try session.write(finished)
    for game in finished {
      try remember(game)
      credit.updates +=
        Float(game.actions.count) * parameters.training.samplesPerPosition
        / Float(parameters.training.batchSize)
    }
  }

  private func train() throws {
    guard window.count >= parameters.training.minimumWindow else {
      credit.updates = 0
      return
    }
    let updates = Int(credit.updates)
    guard updates > 0 else { return }
    credit.updates -= Float(updates)
    let losses = try trainer.train(
      updates: updates, from: session.progress.updates, on: window, budgetShare: Float(session.share))
    session.progress.updates += updates
    session.progress.policyLoss = losses.policy
    session.progress.valueLoss = losses.value
    session.progress.samples = window.count
  }

  /// Plays a finished game again, and keeps its positions as samples.
  private func remember(_ record: GameRecord) throws {
    let game = session.job.game
    var movers: [Player] = []
    try replay(record, game: game, rules: session.job.rulesFingerprint) { _, state, _, _ in
      movers.append(game.playerToMove(in: state))
    }
    let targets = returnTargets(
      rewards: record.rewards, movers: movers, values: record.searches.map(\.value),
      isTruncated: record.status == .truncated, discount: parameters.search.discount,
      bootstrapSteps: parameters.selfPlay.bootstrapSteps)
    let weight = parameters.selfPlay.rootValueWeight
    try replay(record, game: game) { ply, state, _, _ in
      let found = record.searches[ply]
      scratch.fill(game: game, state: state, visits: found.visits)
      scratch.append(to: &window, value: targets[ply] * (1 - weight) + found.value * weight)
    }
  }

  private func save(to folder: String) throws {
    try network.save(to: folder + "/weights.safetensors")
    try trainer.save(to: folder + "/optimiser.safetensors")
    try RunFolder.encode(credit, to: folder + "/credit.json")
  }
}

/// One sample on its way into the window.
struct SampleScratch {
  /// [planes x rows x columns].
  var planes: [Float]
  /// [actions]: shares of the visits.
  var policy: [Float]

  init<G: Game>(_ game: G) {
    planes = [Float](repeating: 0, count: game.observationShape.count)
    policy = [Float](repeating: 0, count: game.actionCount)
  }

  mutating func fill<G: Game>(game: G, state: G.State, visits: [SearchRecord.Visit]) {
    game.observe(state, asRow: 0, of: &planes)
    for action in policy.indices { policy[action] = 0 }
    let total = Float(visits.reduce(0) { $0 + $1.count })
    for visit in visits { policy[visit.action.index] = Float(visit.count) / total }
  }

  func append(to window: inout SampleWindow, value: Float) {
    window.append(observation: planes.span, policy: policy.span, value: value)
  }
}
