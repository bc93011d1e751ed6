import Environments
import Foundation
import Learning
import Replay
import Search
import TensorCore

/// One `train`: an agent's definition, a game, and a folder for the run.
public struct TrainingSession: Sendable {
  public let definition: AgentDefinition
  /// As it is while the agent learns.
  public let game: GameDefinition
  /// As it is when its strength is measured.
  private let evaluated: GameDefinition
  public let folder: RunFolder
  /// The agent's name, for records and reports.
  public let name: String
  public let seed: UInt64
  public let threads: Int
  public let budget: Budget
  private let isResuming: Bool
  private let opponent: AgentSpecification
  /// The file whose weights a new run begins with; nil for random ones.
  private let initialWeights: String?
  /// What AlphaGo learns from first.
  private let examples: [GameRecord]

  /// What a command line may say besides the agent.
  public struct Options: Sendable {
    public var game: String?
    public var run: String?
    public var seed: UInt64?
    public var threads: Int
    public var budget: Budget?
    public var settings: [String]

    public init(
      game: String? = nil, run: String? = nil, seed: UInt64? = nil, threads: Int, budget: Budget? = nil,
      settings: [String] = []
    ) {
      self.game = game
      self.run = run
      self.seed = seed
      self.threads = threads
      self.budget = budget
      self.settings = settings
    }
  }

  /// A new run. Creates its folder, with the resolved definition in it.
  public init(agent: String, options: Options, home: Home) throws {
    var settings = options.settings
    if let game = options.game.map(GameDefinition.place(of:)) { settings.append("game=\"\(game)\"") }
    if let seed = options.seed { settings.append("seed=\(seed)") }
    let source = try Self.learner(agent, home: home)
    var document = try source.document()
    if let budget = options.budget { try document.replaceBudget(budget) }
    for setting in settings { try document.set(setting) }
    if !document.hasName { try document.set("name=\"\(source.name)\"") }
    let definition = try AgentDefinition(from: document.root)
    let path = options.run ?? "runs/\(source.name)-\(definition.seed)"
    try self.init(
      definition: definition, folder: RunFolder(path: path), threads: options.threads,
      isResuming: false, home: home)
    // A run that was killed before its first checkpoint leaves its definition, and may be started again.
    let text = Data(definition.resolved.utf8)
    let found = FileManager.default.contents(atPath: folder.definition)
    guard try !folder.holdsRun, found == nil || found == text else {
      throw RunError.alreadyStarted(path: folder.path)
    }
    try folder.create()
    try folder.write(text, to: folder.definition)
  }

  /// Where an agent that learns comes from. Throws `RegistryError` for any other.
  private static func learner(_ agent: String, home: Home) throws -> AgentSource {
    let kind = String(agent.prefix { $0 != ":" && $0 != "@" })
    guard ["random", "human", "uct", "alphabeta", "gtp"].contains(kind) else {
      return try AgentSource(agent, home: home)
    }
    throw RegistryError(
      problem: "'\(agent)' does not learn",
      remedy: "name one of \(home.agentNames.joined(separator: ", ")), a run's folder or a TOML file")
  }

  /// Goes on with a run, with a larger budget if one is given.
  public init(resuming path: String, threads: Int, budget: Budget?, home: Home) throws {
    let folder = RunFolder(path: path)
    guard FileManager.default.fileExists(atPath: folder.definition) else {
      throw try folder.holdsRun
        ? RunError.damaged(path: folder.definition, problem: "is missing")
        : RunError.nothingToResume(path: path)
    }
    var document = try ConfigurationDocument(path: folder.definition)
    if let budget { try document.replaceBudget(budget) }
    try self.init(
      definition: AgentDefinition(from: document.root), folder: folder, threads: threads, isResuming: true,
      home: home)
    // So that the next one who goes on need not give the budget again.
    if budget != nil { try folder.write(Data(definition.resolved.utf8), to: folder.definition) }
  }

  private init(
    definition: AgentDefinition, folder: RunFolder, threads: Int, isResuming: Bool, home: Home
  ) throws {
    self.definition = definition
    name = definition.name
    self.folder = folder
    self.threads = threads
    self.isResuming = isResuming
    seed = definition.seed
    budget = definition.budget
    evaluated = try GameDefinition(named: definition.game, home: home)
      .applying(definition.observation, of: definition.name)
    game = try evaluated.applying(definition.rules, of: definition.name)
    isAlone = try game.game.playerCount == 1
    opponent = try AgentSpecification(definition.evaluation.opponent, home: home)
    examples =
      if case .alphaGo(_, let path) = definition.learner { try GameAlbum(path).records } else { [] }
    initialWeights =
      isResuming || definition.initial.isEmpty
      ? nil : try Self.learner(definition.initial, home: home).weights
    try game.game.visit(
      LearnerCheck(definition: definition, gameName: game.id, initialWeights: initialWeights))
    if !isAlone { try evaluated.game.visit(OpponentCheck(opponent: opponent, definition: evaluated)) }
  }

  /// Whether the agent learns by search, so that its steps are positions.
  public var isSearching: Bool {
    switch definition.learner {
    case .alphaZero, .alphaGo: true
    case .dqn, .recurrentDQN, .tabular, .policyGradient: false
    }
  }

  /// Whether the game has one player, so that strength is a mean return.
  public let isAlone: Bool

  /// Trains until the budget is spent or Ctrl-C; `report` is called after every iteration.
  public func run(report: @escaping @Sendable (TrainingProgress) -> Void) throws -> TrainingProgress {
    try RecordKeeper.keep(rulesOf: game, in: folder.path)
    return try game.game.visit(Runner(session: self, report: report))
  }

  /// Whether the opponent can play the game: to be known before hours of training.
  private struct OpponentCheck: GameVisitor {
    let opponent: AgentSpecification
    let definition: GameDefinition
    func visit<G: Notation>(_ game: G) throws { _ = try opponent.factory(for: game, defined: definition) }
  }

  /// Whether the network can be built and begin as it is to, and the method suits the game, before a folder is made.
  private struct LearnerCheck: GameVisitor {
    let definition: AgentDefinition
    let gameName: String
    let initialWeights: String?
    func visit<G: Notation>(_ game: G) throws {
      try definition.play.validate(for: game, agent: definition.name, gameName: gameName)
      if let description = definition.networkDescription(for: game) {
        try description.validate()
        if let initialWeights { _ = try Network(description, seed: 0).adopt(from: initialWeights) }
      }
      switch definition.learner {
      case .alphaZero(let parameters): try parameters.validate(for: game, named: gameName)
      case .tabular(let parameters): try parameters.validate(for: game, named: gameName)
      case .alphaGo, .dqn, .recurrentDQN, .policyGradient: break
      }
    }
  }

  private struct Runner: GameVisitor {
    let session: TrainingSession
    let report: @Sendable (TrainingProgress) -> Void

    func visit<G: Notation>(_ game: G) throws -> TrainingProgress {
      let definition = session.definition
      let job = TrainingJob(
        game: game, gameName: session.game.id, rulesFingerprint: session.game.fingerprint,
        agentName: session.name, seed: session.seed, threads: session.threads, budget: session.budget,
        folder: session.folder, evaluationSteps: definition.evaluation.steps,
        checkpointSeconds: definition.checkpointSeconds)
      let hooks = TrainingHooks(
        report: report, notice: { Terminal.log($0) }, isInterrupted: { Interruption.isRequested },
        evaluate: { model, step in
          try session.strength(
            of: model, in: session.evaluated.game(as: G.self, for: session.name), step: step)
        })
      switch definition.learner {
      case .alphaZero(let parameters):
        return try AlphaZeroRun(
          job: job, parameters: parameters, initialWeights: session.initialWeights, hooks: hooks,
          isResuming: session.isResuming
        ).run()
      case .alphaGo(let parameters, let source):
        return try AlphaGoRun(
          job: job, parameters: parameters, examples: session.examples, source: source,
          hooks: hooks, isResuming: session.isResuming
        ).run()
      case .dqn(let parameters):
        return try DQNRun(
          job: job, parameters: parameters, hooks: hooks, isResuming: session.isResuming
        ).run()
      case .recurrentDQN(let parameters):
        return try RecurrentDQNRun(
          job: job, parameters: parameters, hooks: hooks, isResuming: session.isResuming
        ).run()
      case .tabular(let parameters):
        return try TabularRun(
          job: job, parameters: parameters, hooks: hooks, isResuming: session.isResuming
        ).run()
      case .policyGradient(let parameters):
        return try PolicyGradientRun(
          job: job, parameters: parameters, hooks: hooks, isResuming: session.isResuming
        ).run()
      }
    }
  }

  /// The score from 0 to 1 against the fixed opponent, or the mean return of an episode.
  private func strength<G: Notation>(of model: TrainedModel, in game: G, step: Int) throws -> Double? {
    let trained = TrainedAgent(definition: definition, model: model)
    let player = AgentFactory<G>(name: name) { trained.makeAgent(for: game) }
    let isAlone = game.playerCount == 1
    let match = Match(
      game, defined: evaluated, between: player,
      and: isAlone ? player : try opponent.factory(for: game, defined: evaluated),
      plan: MatchPlan(games: definition.evaluation.games, seed: seed &+ UInt64(step), threads: threads))
    let result = try match.run()
    if result.wasInterrupted || result.games == 0 { return nil }
    return isAlone ? result.returns[0].mean : result.tally.score
  }
}

extension ConfigurationDocument {
  /// Puts a budget from the command line in the place of the file's.
  fileprivate mutating func replaceBudget(_ budget: Budget) throws {
    if let steps = budget.steps {
      try set("budget.steps=\(steps)", option: "--steps")
      try set("budget.time=\"\"", option: "--steps")
    } else if let seconds = budget.seconds {
      try set("budget.time=\"\(seconds)s\"", option: "--for")
      try set("budget.steps=0", option: "--for")
    }
  }
}
