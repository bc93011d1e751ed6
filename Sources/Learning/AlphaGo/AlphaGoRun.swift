import Environments
import Replay
import TensorCore

/// The AlphaGo pipeline (Silver et al. 2016): a policy learned from recorded games, the same policy improved by
/// REINFORCE against its past selves, and a value network that learns who wins the games of that policy.
///
/// The stages share the budget. Games of the second and third go into the run's replay. Everything is drawn from
/// streams named by step, so that a run can be taken up from any checkpoint.
public final class AlphaGoRun<G: Game> {
  let session: RunSession<G>
  let parameters: AlphaGoParameters
  let recorded: RecordedMoves<G>
  let policy: AlphaZeroTrainer
  /// The policy of the second stage, and what trains it.
  let reinforced: Network
  let reinforcer: PolicyGradientTrainer
  let valuer: AlphaZeroTrainer
  /// Opponents of the second stage, the oldest first.
  var pool: [Network] = []
  var counters = Counters()
  var games: PolicyGames<G>
  /// One position of each game of the third stage.
  var positions: SampleWindow

  struct Counters: Codable {
    /// Games begun, whose numbers name their streams.
    var games: UInt64 = 0
    /// Whether the second stage has taken over the policy of the first.
    var isReinforcing = false
    /// Updates by REINFORCE.
    var reinforcements = 0
    var poolCount = 0
    /// Gradient steps that positions have paid for and that are not taken yet.
    var credit: Float = 0
  }

  /// Starts a run in `job.folder`, or goes on from its newest checkpoint.
  /// - Parameters:
  ///   - examples: the games to learn from first.
  ///   - source: where they come from, for errors.
  public init(
    job: TrainingJob<G>, parameters: AlphaGoParameters, examples: [GameRecord], source: String,
    hooks: TrainingHooks, isResuming: Bool = false
  ) throws {
    session = try RunSession(job: job, hooks: hooks, laneCount: 0, isResuming: isResuming)
    self.parameters = parameters
    let game = job.game
    recorded = try RecordedMoves(
      examples, game: game, heldOutShare: parameters.supervised.heldOutShare, seed: job.seed, path: source)
    let description = parameters.networkDescription(for: game)
    func trainer(
      _ training: AlphaZeroParameters.TrainingParameters, seed: UInt64
    ) throws -> AlphaZeroTrainer {
      try AlphaZeroTrainer(
        network: Network(description, seed: seed), parameters: training,
        symmetries: (game as? any Symmetric)?.symmetries ?? [], seed: job.seed, threads: job.threads)
    }
    policy = try trainer(parameters.supervisedTraining, seed: job.seed)
    reinforced = try Network(description, seed: job.seed)
    reinforcer = PolicyGradientTrainer(
      network: reinforced, parameters: parameters.policyGradient, threads: job.threads)
    valuer = try trainer(parameters.valuationTraining, seed: ~job.seed)
    games = PolicyGames(
      game: game, like: policy.network, networks: 2,
      capacity: max(parameters.reinforcement.games, parameters.valuation.games))
    positions = SampleWindow(
      capacity: parameters.valuation.window, observationShape: game.observationShape,
      actionCount: game.actionCount)
    if let checkpoint = session.checkpoint { try load(from: checkpoint) }
    try session.forEachRecordedGame { try remember($0) }
  }

  /// Runs until the budget is spent or the hooks interrupt; returns the last report.
  public func run() throws -> TrainingProgress {
    try session.begin(lanes: { [] }, save: save)
    while session.goesOn {
      let share = session.share
      let stage = parameters.stage(atShare: share)
      let progress = parameters.progress(of: stage, atShare: share)
      let steps =
        switch stage {
        case .supervised: try supervise(progress: progress)
        case .reinforcement: try reinforce(progress: progress)
        case .valuation: try valuate(progress: progress)
        }
      try session.endIteration(steps: steps, model: { .pair(pair) }, lanes: { [] }, save: save)
    }
    return session.progress
  }

  /// The networks that play.
  private var pair: NetworkPair { NetworkPair(policy: policy.player, value: valuer.player) }

  private func save(to folder: String) throws {
    try pair.save(to: folder + "/weights.safetensors")
    try policy.save(to: folder, as: "supervised_")
    try reinforced.save(to: folder + "/reinforced_weights.safetensors")
    try reinforcer.save(to: folder + "/reinforced_optimiser.safetensors")
    try valuer.save(to: folder, as: "value_")
    for (index, opponent) in pool.enumerated() {
      try opponent.save(to: "\(folder)/pool_\(index).safetensors")
    }
    counters.poolCount = pool.count
    try RunFolder.encode(counters, to: folder + "/counters.json")
  }

  private func load(from folder: String) throws {
    try policy.load(from: folder, as: "supervised_")
    try reinforced.restore(from: folder + "/reinforced_weights.safetensors")
    try reinforcer.load(from: folder + "/reinforced_optimiser.safetensors")
    try valuer.load(from: folder, as: "value_")
    counters = try RunFolder.decode(Counters.self, from: folder + "/counters.json")
    pool = try (0..<counters.poolCount).map { try Network.load(from: "\(folder)/pool_\($0).safetensors") }
  }
}
