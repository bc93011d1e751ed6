import Environments
import Search

/// Makes the agents of one player; every worker makes its own.
public struct AgentFactory<Subject: Notation>: Sendable {
  /// The agent as it was written on the command line.
  public let name: String
  /// A new agent that shares nothing that changes with any other.
  public let make: @Sendable () throws -> AnyAgent<Subject>

  public init(name: String, make: @escaping @Sendable () throws -> AnyAgent<Subject>) {
    self.name = name
    self.make = make
  }

  public init<Made: Agent & SendableMetatype>(name: String, make: @escaping @Sendable () throws -> Made)
  where Made.Subject == Subject {
    self.init(name: name) { AnyAgent(try make()) }
  }
}

extension AgentSpecification {
  /// How to make this agent for the game of a definition. Throws `RegistryError` for a person, whom nobody can make.
  public func factory<Subject: Notation>(
    for game: Subject, defined definition: GameDefinition
  ) throws -> AgentFactory<Subject> {
    guard let factory = try compiledFactory(for: definition) as? AgentFactory<Subject> else {
      throw RegistryError(
        problem: "agent '\(text)' is to play another game than \(definition.id), which its definition is of",
        remedy: "open the game by its definition's own 'game'")
    }
    return factory
  }

  /// The same, whatever the game: not generic, so that agents are compiled for their games here alone, not again in
  /// every module that asks for one.
  @inline(never)
  private func compiledFactory(for definition: GameDefinition) throws -> any Sendable {
    try definition.game.visit(FactoryMaker(specification: self, definition: definition))
  }

  private struct FactoryMaker: GameVisitor {
    let specification: AgentSpecification
    let definition: GameDefinition

    func visit<Subject: Notation>(_ game: Subject) throws -> any Sendable {
      try specification.specialisedFactory(for: game, defined: definition)
    }
  }

  private func specialisedFactory<Subject: Notation>(
    for game: Subject, defined definition: GameDefinition
  ) throws -> AgentFactory<Subject> {
    switch kind {
    case .random: return AgentFactory(name: text) { RandomAgent(game: game) }
    case .human:
      throw RegistryError(
        problem: "'human' needs a person", remedy: "use: selfplay play AGENT --game \(definition.id)")
    case .uct(let settings):
      try check(nodeLimit: settings.nodeLimit, for: game)
      return playouts(settings, for: game, discount: Float(definition.discount))
    case .alphaBeta(let settings):
      guard game.playerCount == 2, !game.isStochastic else {
        throw RegistryError(
          problem:
            "agent '\(text)' is for two players without chance, and \(definition.id) is another kind of game",
          remedy: "use uct:400")
      }
      return AgentFactory(name: text) {
        AlphaBetaAgent(
          game: game, depth: settings.depth, tableEntries: settings.tableEntries, seconds: settings.seconds)
      }
    case .gtp(let command):
      return try GTPAgents.factory(for: game, command: command, name: text, gameName: definition.id)
    case .trained(let agent, let weights):
      try check(nodeLimit: agent.play.nodeLimit, for: game)
      let seen = try observed(by: agent, game, defined: definition)
      let trained = try TrainedAgent(
        text, definition: agent, weights: weights, for: seen, gameName: definition.id)
      return AgentFactory(name: text) { trained.makeAgent(for: seen) }
    }
  }

  /// The game as the agent sees it.
  private func observed<Subject: Notation>(
    by agent: AgentDefinition, _ game: Subject, defined definition: GameDefinition
  ) throws -> Subject {
    if agent.observation.isEmpty { return game }
    do {
      return try definition.applying(agent.observation, of: text).game(as: Subject.self, for: text)
    } catch is ConfigurationError where agent.game != definition.id {
      throw RegistryError.misfit(agent: text, of: agent.game, game: definition.id)
    }
  }

  /// Tree search by playouts, with or without shared moves.
  private func playouts<Subject: Notation>(
    _ settings: UCTSettings, for game: Subject, discount: Float
  ) -> AgentFactory<Subject> {
    func factory<Rule: SelectionRule>(_ rule: Rule) -> AgentFactory<Subject> {
      AgentFactory(name: text) {
        PlayoutAgent(
          game: game, simulations: settings.simulations, discount: discount, rule: rule,
          reusesTree: settings.reusesTree, solves: settings.solves,
          nodeLimit: settings.nodeLimit ?? .max, seconds: settings.seconds)
      }
    }
    let exploration = Float(settings.exploration)
    guard let equivalence = settings.sharedEquivalence else { return factory(UCB1(constant: exploration)) }
    return factory(RAVE(constant: exploration, equivalence: Float(equivalence)))
  }

  /// A tree has to have room for its root and all actions of it.
  private func check<Subject: Game>(nodeLimit: Int?, for game: Subject) throws {
    guard let nodeLimit, nodeLimit <= game.actionCount else { return }
    throw RegistryError(
      problem:
        "agent '\(text)': node_limit \(nodeLimit) is too small for a game of \(game.actionCount) actions",
      remedy: "choose \(game.actionCount + 1) or more")
  }
}
