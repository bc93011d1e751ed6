import Environments

/// When a run ends: at a number of environment steps (reproducible), or after a time.
public struct Budget: Hashable, Sendable {
  public var steps: Int?
  public var seconds: Double?

  public init(steps: Int? = nil, seconds: Double? = nil) {
    self.steps = steps
    self.seconds = seconds
  }

  /// How much of the budget is used, from 0 to 1; by steps where they are given, so that it is reproducible.
  public func share(step: Int, elapsed: Double) -> Double {
    if let steps, steps > 0 { return min(1, Double(step) / Double(steps)) }
    if let seconds, seconds > 0 { return min(1, elapsed / seconds) }
    return 0
  }

  func isSpent(step: Int, elapsed: Double) -> Bool {
    if let steps, step >= steps { return true }
    if let seconds, elapsed >= seconds { return true }
    return false
  }
}

/// What a run is: the same for every learner.
public struct TrainingJob<G: Game>: Sendable {
  public var game: G
  /// The game's id, and a hash of its rules, kept in every record.
  public var gameName: String
  public var rulesFingerprint: UInt64
  public var agentName: String
  public var seed: UInt64
  public var threads: Int
  public var budget: Budget
  public var folder: RunFolder
  /// Environment steps between two evaluations, and seconds between two checkpoints.
  public var evaluationSteps: Int
  public var checkpointSeconds: Double
  /// Seconds that an iteration may take on once it is interrupted, before it is given up.
  public var patience: Double

  public init(
    game: G, gameName: String, rulesFingerprint: UInt64, agentName: String, seed: UInt64, threads: Int,
    budget: Budget, folder: RunFolder, evaluationSteps: Int, checkpointSeconds: Double = 20,
    patience: Double = 1
  ) {
    self.game = game
    self.gameName = gameName
    self.rulesFingerprint = rulesFingerprint
    self.agentName = agentName
    self.seed = seed
    self.threads = threads
    self.budget = budget
    self.folder = folder
    self.evaluationSteps = evaluationSteps
    self.checkpointSeconds = checkpointSeconds
    self.patience = patience
  }
}

/// A report of a run that goes on.
public struct TrainingProgress: Codable, Sendable {
  /// Environment steps and gradient steps so far, finished games, and seconds of training in all sessions.
  public var step = 0
  public var updates = 0
  public var games = 0
  public var seconds = 0.0
  /// Rates since the last report.
  public var stepsPerSecond = 0.0
  public var gamesPerSecond = 0.0
  /// Mean losses of the newest gradient steps, those of the last iteration that took any, or with replayed experience
  /// of the last one of all; nil before the first.
  public var policyLoss: Double?
  public var valueLoss: Double?
  /// Share of held-out moves that are the policy's first choice, where a policy learns from recorded games.
  public var policyAccuracy: Double?
  /// Mean return of recent episodes, for single-player games; mean length of recent games.
  public var meanReturn: Double?
  public var meanLength: Double?
  /// Probability of random actions, for DQN.
  public var epsilon: Double?
  /// Positions or transitions in memory, and bytes of the replay on disk.
  public var samples = 0
  public var replayBytes = 0
  /// Samples that are trained on now, the memory that all samples take, and that of the whole process.
  public var windowSize: Int?
  public var windowBytes: Int?
  public var memoryBytes: Int?
  /// The mean age of these samples: positions that have entered since.
  public var windowAge: Double?
  /// The last score of a new network against the best one, and how often the best one was replaced, where new
  /// networks have to beat it.
  public var gateScore: Double?
  public var promotions: Int?
  /// The score against the network of an earlier step, and that step.
  public var pastScore: Double?
  public var pastStep: Int?
  /// How well the search's values foretold the results of the last games: mean squared error and mean excess.
  public var valueError: Double?
  public var valueBias: Double?
  /// The share of different positions among the last ones.
  public var uniqueShare: Double?
  /// The share of the last games that ended with a proof; nil without any.
  public var provenGames: Double?
  /// The share of resignations that would have been wrong, among games that were played on; nil without any.
  public var wrongResignations: Double?
  /// The last evaluation, where there was one: a score from 0 to 1, or a mean return.
  public var strength: Double?
  /// The step of that evaluation.
  public var evaluationStep = 0
  public var share = 0.0

  public init() {}
}

/// What a run tells, and asks, while it goes on.
public struct TrainingHooks: Sendable {
  /// Called after every iteration with the state of the run; cheap calls, the receiver decides what to show.
  public var report: @Sendable (TrainingProgress) -> Void
  /// Called with a sentence that a person should know.
  public var notice: @Sendable (String) -> Void
  /// Asked after every iteration, and often inside those that may be long; true ends the run after a checkpoint, and
  /// gives an iteration up that takes longer than the job's patience.
  public var isInterrupted: @Sendable () -> Bool
  /// Measures what is learned at a step: a score from 0 to 1 against a fixed opponent, or a mean return.
  public var evaluate: @Sendable (_ model: TrainedModel, _ step: Int) throws -> Double?

  public init(
    report: @escaping @Sendable (TrainingProgress) -> Void = { _ in },
    notice: @escaping @Sendable (String) -> Void = { _ in },
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    evaluate: @escaping @Sendable (_ model: TrainedModel, _ step: Int) throws -> Double? = { _, _ in nil }
  ) {
    self.report = report
    self.notice = notice
    self.isInterrupted = isInterrupted
    self.evaluate = evaluate
  }
}
