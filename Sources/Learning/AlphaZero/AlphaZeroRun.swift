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
  private let trainer: AlphaZeroTrainer
  private let workers: [any SelfPlayer<G>]
  private var window: SampleWindow
  private var samples: GameSamples<G>
  private var credit = Credit()

  private struct Credit: Codable {
    /// Gradient steps that positions have paid for and that are not taken yet.
    var updates: Float = 0
    /// Positions of all finished games; nil in checkpoints that were written before it was kept.
    var positions: Int?
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  public init(
    job: TrainingJob<G>, parameters: AlphaZeroParameters, hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.laneCount, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    trainer = try AlphaZeroTrainer(
      network: try Network(parameters.networkDescription(for: game), seed: job.seed),
      parameters: parameters.training,
      symmetries: (game as? any Symmetric)?.symmetries ?? [], seed: job.seed, threads: job.threads)
    try Self.checkMemory(parameters, for: job)
    window = SampleWindow(
      capacity: parameters.training.window, observationShape: game.observationShape,
      actionCount: game.actionCount, auxiliary: trainer.network.description.auxiliary?.targets ?? [])
    samples = GameSamples(game: game, rules: job.rulesFingerprint, parameters: parameters)
    if let checkpoint = session.checkpoint {
      try trainer.load(from: checkpoint)
      credit = try RunFolder.decode(Credit.self, from: checkpoint + "/credit.json")
    }
    var workers: [any SelfPlayer<G>] = []
    for number in 0..<parameters.selfPlay.workers {
      let evaluator = NetworkEvaluator(
        game: game, network: trainer.player, capacity: parameters.selfPlay.gamesPerWorker,
        precision: parameters.selfPlay.precision)
      workers.append(
        parameters.makeWorker(for: job, evaluator: evaluator, number: number, resuming: session.lanes))
    }
    self.workers = workers
    try session.refill(capacity: window.capacity) { try samples.append($0, to: &window) }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    let plies = parameters.selfPlay.pliesPerIteration
    try session.begin(lanes: gamesUnderWay, save: save)
    while session.goesOn {
      try playGames(plies: plies)
      try train()
      try session.endIteration(
        steps: plies * parameters.laneCount, model: { .network(trainer.player) },
        lanes: gamesUnderWay, save: save)
    }
    return session.progress
  }

  private func gamesUnderWay() -> [GameRecord] { workers.flatMap(\.records) }

  private func playGames(plies: Int) throws {
    let lent = Lanes(values: workers)
    let network = trainer.player
    try forEachInParallel(workers.count, threads: session.job.threads) {
      lent[$0].play(plies: plies, network: network)
    }
    let finished = workers.flatMap(\.finished)
    var count = 0
    for game in finished {
      count += try samples.append(game, to: &window)
      credit.positions = (credit.positions ?? 0) + game.actions.count
      credit.updates +=
        Float(game.actions.count) * parameters.training.samplesPerPosition
        / Float(parameters.training.batchSize)
    }
    try session.write(finished, samples: count)
    describe()
  }

  private func describe() {
    session.progress.samples = window.count
    session.progress.windowSize = min(window.count, windowSize)
    session.progress.windowBytes = window.bytes
    samples.statistics.report(to: &session.progress)
  }

  /// How many of the newest samples are trained on.
  private var windowSize: Int { parameters.training.windowSize(afterPositions: credit.positions ?? 0) }

  private static func checkMemory(_ parameters: AlphaZeroParameters, for job: TrainingJob<G>) throws {
    let limit = parameters.training.memoryLimit << 20
    let needed = SampleWindow.bytes(
      capacity: parameters.training.window, observationShape: job.game.observationShape,
      actionCount: job.game.actionCount,
      auxiliary: parameters.networkDescription(for: job.game).auxiliary?.targets ?? [])
    guard limit == 0 || needed <= limit else {
      throw RunError.tooMuchMemory(path: job.folder.definition, needed: needed, limit: limit)
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
      updates: updates, from: session.progress.updates, on: window,
      newest: windowSize, budgetShare: Float(session.share))
    session.progress.updates += updates
    session.progress.policyLoss = losses.policy
    session.progress.valueLoss = losses.value
  }

  private func save(to folder: String) throws {
    try trainer.save(to: folder)
    try RunFolder.encode(credit, to: folder + "/credit.json")
  }
}
