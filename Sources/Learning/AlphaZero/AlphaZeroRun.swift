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
  private let workers: [SelfPlayer]
  private var window: SampleWindow
  private var samples: GameSamples<G>
  private var credit = Credit()
  private var age: WindowAge
  /// Decides which network plays; nil if the newest one does.
  private var gate: NetworkGate?
  private var past: PastSelf?

  private struct Credit: Codable {
    /// Gradient steps that positions have paid for and that are not taken yet.
    var updates: Float = 0
    /// Positions of all finished games; nil in checkpoints that were written before it was kept.
    var positions: Int?
    var gate: NetworkGate.State?
    var pastSteps: [Int]?
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint. A new one takes what fits of the weights in
  /// the file `initialWeights`, if there is one, in place of random ones.
  public init(
    job: TrainingJob<G>, parameters: AlphaZeroParameters, initialWeights: String? = nil, hooks: TrainingHooks,
    isResuming: Bool = false
  ) throws {
    try parameters.validate(for: job.game, named: job.gameName)
    let network = try Network(parameters.networkDescription(for: job.game), seed: job.seed)
    if let initialWeights, !isResuming {
      let (count, all) = (try network.adopt(from: initialWeights), network.parameters.layout.tensorCount)
      hooks.notice("Beginning with \(initialWeights), which fits \(count) of \(all) tensors.")
    }
    session = try RunSession(job: job, hooks: hooks, laneCount: parameters.laneCount, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    trainer = try AlphaZeroTrainer(
      network: network, parameters: parameters.training,
      symmetries: (game as? any Symmetric)?.symmetries ?? [], seed: job.seed, threads: job.threads)
    age = WindowAge(capacity: parameters.training.window)
    window = SampleWindow(
      capacity: parameters.training.window, observationShape: game.observationShape,
      actionCount: game.actionCount, auxiliary: trainer.network.description.auxiliary?.targets ?? [])
    samples = GameSamples(game: game, rules: job.rulesFingerprint, parameters: parameters)
    if let checkpoint = session.checkpoint {
      try trainer.load(from: checkpoint, as: Self.prefix(parameters))
      credit = try RunFolder.decode(Credit.self, from: checkpoint + "/credit.json")
    }
    if parameters.gate.games > 0 {
      gate = NetworkGate(parameters.gate, network: trainer.player, state: credit.gate)
    }
    if parameters.pastGames > 0 { past = PastSelf(like: trainer.player, steps: credit.pastSteps) }
    if let checkpoint = session.checkpoint {
      try gate?.best.restore(from: checkpoint + "/weights.safetensors")
      try past?.load(from: checkpoint)
    }
    var workers: [SelfPlayer] = []
    for number in 0..<parameters.selfPlay.workers {
      let evaluator = NetworkEvaluator(
        game: game, network: gate?.best ?? trainer.player, capacity: parameters.selfPlay.gamesPerWorker,
        precision: parameters.selfPlay.precision, symmetry: parameters.search.symmetry)
      workers.append(
        parameters.makeWorker(for: job, evaluator: evaluator, number: number, resuming: session.lanes))
    }
    self.workers = workers
    try session.refill(capacity: window.capacity) { try take($0) }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    let plies = parameters.selfPlay.pliesPerIteration
    try session.begin(lanes: gamesUnderWay, save: save)
    while session.goesOn {
      let steps = plies * parameters.laneCount
      guard try playGames(plies: plies), try train(), try choosePlayer(step: session.progress.step + steps)
      else { break }
      try session.endIteration(
        steps: steps, model: { .network(player) }, compare: compare, lanes: gamesUnderWay, save: save)
    }
    return session.progress
  }

  /// The network that plays, is measured and published.
  private var player: Network { gate?.best ?? trainer.player }

  private var match: NetworkMatch<G> {
    NetworkMatch(
      game: session.job.game, parameters: parameters, seed: session.job.seed, threads: session.job.threads)
  }

  /// Lets the newest network play the best one, where it has to, and keeps it for later comparison. Returns whether
  /// the iteration goes on.
  private func choosePlayer(step: Int) throws -> Bool {
    if session.progress.updates > 0 {
      try gate?.test(trainer.player, step: step, in: match, givesUp: session.patience.isOver)
    }
    if session.givesUpIteration() { return false }
    past?.note(player, step: step)
    session.progress.gateScore = gate?.state.score
    session.progress.promotions = gate?.state.promotions
    return true
  }

  /// Measures the player against its past.
  private func compare() throws {
    guard let older = past?.older,
      let score = try match.score(
        of: player, against: older.network, games: parameters.pastGames, number: ~session.progress.step,
        givesUp: session.patience.isOver)
    else { return }
    (session.progress.pastScore, session.progress.pastStep) = (score, older.step)
  }

  /// Puts a finished game into the window; returns how many samples it makes.
  private func take(_ game: GameRecord) throws -> Int {
    let count = try samples.append(game, to: &window)
    age.add(samples: count, positions: game.learnedPlies)
    return count
  }

  private func gamesUnderWay() -> [GameRecord] { workers.flatMap(\.records) }

  /// Returns whether the iteration goes on: it is given up where somebody waits for its end.
  private func playGames(plies: Int) throws -> Bool {
    let lent = Lanes(values: workers)
    let (network, patience) = (player, session.patience)
    try forEachInParallel(workers.count, threads: session.job.threads) {
      lent[$0].play(plies: plies, network: network, givesUp: patience.isOver)
    }
    if session.givesUpIteration() { return false }
    let finished = workers.flatMap(\.finished)
    var count = 0
    for game in finished {
      count += try take(game)
      credit.positions = (credit.positions ?? 0) + game.learnedPlies
      credit.updates +=
        Float(game.learnedPlies) * parameters.training.samplesPerPosition
        / Float(parameters.training.batchSize)
    }
    try session.write(finished, samples: count)
    describe()
    return true
  }

  private func describe() {
    session.progress.samples = window.count
    session.progress.windowSize = min(window.count, windowSize)
    session.progress.windowAge = age.mean(newest: min(window.count, windowSize))
    session.progress.windowBytes = window.bytes
    samples.statistics.report(to: &session.progress)
  }

  /// How many of the newest samples are trained on.
  private var windowSize: Int { parameters.training.windowSize(afterPositions: credit.positions ?? 0) }

  /// Returns whether the iteration goes on.
  private func train() throws -> Bool {
    guard window.count >= parameters.training.minimumWindow else {
      credit.updates = 0
      return true
    }
    let updates = Int(credit.updates)
    guard updates > 0 else { return true }
    credit.updates -= Float(updates)
    let losses = try trainer.train(
      updates: updates, from: session.progress.updates, on: window,
      newest: windowSize, budgetShare: Float(session.share), givesUp: session.patience.isOver)
    if session.givesUpIteration() { return false }
    session.progress.updates += updates
    session.progress.policyLoss = losses.policy
    session.progress.valueLoss = losses.value
    return true
  }

  /// What the names of the trainer's files begin with: where there is a gate, its network is not the one that is
  /// published.
  private static func prefix(_ parameters: AlphaZeroParameters) -> String {
    parameters.gate.games > 0 ? "candidate-" : ""
  }

  private func save(to folder: String) throws {
    try trainer.save(to: folder, as: Self.prefix(parameters))
    try gate?.best.save(to: folder + "/weights.safetensors")
    try past?.save(to: folder)
    (credit.gate, credit.pastSteps) = (gate?.state, past?.steps)
    try RunFolder.encode(credit, to: folder + "/credit.json")
  }
}
