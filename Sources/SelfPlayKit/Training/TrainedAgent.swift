import Environments
import Foundation
import Learning
import Search
import TensorCore

/// What was learned and how it plays, ready to make agents for any number of workers.
public struct TrainedAgent: Sendable {
  public let definition: AgentDefinition
  /// Shared by all agents made from it, and only read.
  public let model: TrainedModel

  public init(definition: AgentDefinition, model: TrainedModel) {
    self.definition = definition
    self.model = model
  }

  /// Loads the weights of an agent for a game; without a file they are fresh ones.
  ///
  /// Throws `TensorFileError` for a bad file, and `RegistryError` if there is none, or if it or the way of playing is
  /// for another game.
  public init<G: Game>(
    _ name: String, definition: AgentDefinition, weights: String?, for game: G, gameName: String
  ) throws {
    self.definition = definition
    try definition.play.validate(for: game, agent: name, gameName: gameName)
    guard let weights else {
      model = try definition.freshModel(for: game)
      return
    }
    guard FileManager.default.fileExists(atPath: weights) else {
      throw RegistryError(
        problem: "agent '\(name)' has no weights: \(weights) is missing",
        remedy: Self.remedy(forAgent: name, withoutWeights: weights))
    }
    let expected = definition.networkDescription(for: game)
    let fits: Bool
    switch definition.learner {
    case .alphaZero, .dqn, .recurrentDQN, .policyGradient:
      let network = try Network.load(from: weights)
      fits = network.description == expected
      model = .network(network)
    case .alphaGo:
      let pair = try NetworkPair.load(from: weights)
      fits = pair.policy.description == expected && pair.value.description == expected
      model = .pair(pair)
    case .tabular:
      let table = try ActionValueTable(contentsOf: weights)
      fits = table.actionCount == game.actionCount
      model = .table(table)
    }
    guard fits else { throw RegistryError.misfit(agent: name, of: definition.game, game: gameName) }
  }

  /// A search with the rule that the network was trained with.
  private func guided<G: Game, Rule: SelectionRule>(
    by network: Network, rule: Rule, _ parameters: AlphaZeroParameters, game: G
  ) -> AnyAgent<G> {
    let play = definition.play
    return AnyAgent(
      GuidedAgent(
        game: game,
        evaluator: NetworkEvaluator(
          game: game, network: network, capacity: 1, precision: play.precision, symmetry: play.symmetry),
        simulations: play.simulations,
        parameters: SearchParameters(
          rule: rule, discount: parameters.search.discount, solves: play.solves,
          nodeLimit: play.nodeLimit ?? .max, sharesEvaluations: parameters.search.sharesEvaluations),
        temperature: play.temperature, seconds: play.seconds))
  }

  /// Advice to train an agent, or to go on with a run that was stopped before it had learned anything.
  private static func remedy(forAgent name: String, withoutWeights weights: String) -> String {
    let plain = name.prefix { $0 != "@" }
    let folder = URL(fileURLWithPath: weights).deletingLastPathComponent().standardized
    let isFolder = plain.contains("/") && folder == URL(fileURLWithPath: String(plain)).standardized
    return isFolder
      ? "go on with the run: selfplay train --resume \(plain)" : "train it: selfplay train \(plain)"
  }

  /// A new agent that shares nothing that changes with any other.
  public func makeAgent<G: Game>(for game: G) -> AnyAgent<G> {
    func averse<A: DrawAverse>(_ game: A) -> AnyAgent<G>? {
      AnyAgent(DrawAverseAgent(game: game, base: makePlainAgent(for: game))) as? AnyAgent<G>
    }
    guard definition.play.losesDraws, let game = game as? any DrawAverse, let agent = averse(game) else {
      return makePlainAgent(for: game)
    }
    return agent
  }

  /// One to which a draw is a draw.
  private func makePlainAgent<G: Game>(for game: G) -> AnyAgent<G> {
    let play = definition.play
    switch (model, definition.learner) {
    case (.table(let table), _):
      return AnyAgent(TabularAgent(game: game, table: table, epsilon: play.epsilon))
    case (.network(let network), .recurrentDQN(let parameters)):
      return AnyAgent(
        ActionValueAgent(
          game: game, network: network, epsilon: play.epsilon, transform: parameters.transform,
          precision: play.precision))
    case (.network(let network), .policyGradient):
      return AnyAgent(
        PolicyAgent(
          game: game, network: network, temperature: play.temperature, precision: play.precision))
    case (.network(let network), .alphaZero) where play.simulations == 0:
      return AnyAgent(
        PolicyAgent(
          game: game, network: network, temperature: play.temperature, precision: play.precision))
    case (.pair(let pair), .alphaGo) where play.simulations == 0:
      return AnyAgent(
        PolicyAgent(
          game: game, network: pair.policy, temperature: play.temperature, precision: play.precision))
    case (.pair(let pair), .alphaGo(let parameters, _)):
      let networks = NetworkPairEvaluator(
        game: game, networks: pair, capacity: 1, precision: play.precision)
      return AnyAgent(
        PUCTAgent(
          game: game,
          evaluator: MixedEvaluator(
            game: game, judge: networks, playoutShare: parameters.search.playoutWeight),
          simulations: play.simulations,
          parameters: SearchParameters(rule: PUCT(initial: parameters.search.exploration)),
          temperature: play.temperature, seconds: play.seconds))
    case (.network(let network), .alphaZero(let parameters)):
      switch parameters.search.kind {
      case .puct: return guided(by: network, rule: parameters.rule, parameters, game: game)
      case .gumbel: return guided(by: network, rule: parameters.gumbel, parameters, game: game)
      }
    case (.pair, _): preconditionFailure("two networks that no pipeline made")
    case (.network(let network), _):
      return AnyAgent(
        ActionValueAgent(
          game: game, network: network, epsilon: play.epsilon, precision: play.precision))
    }
  }
}

extension AgentDefinition.Play {
  /// Throws `RegistryError` for a way of playing that a game does not know.
  func validate<G: Game>(for game: G, agent: String, gameName: String) throws {
    guard losesDraws, !(game is any DrawAverse) else { return }
    throw RegistryError(
      problem: "agent '\(agent)' has play.draws_lose, which has no effect in \(gameName)",
      remedy: "leave it out; it is for Go")
  }
}

extension AgentDefinition {
  /// What the agent has learned before any training.
  func freshModel<G: Game>(for game: G) throws -> TrainedModel {
    guard let description = networkDescription(for: game) else {
      return .table(ActionValueTable(actionCount: game.actionCount))
    }
    let network = try Network(description, seed: seed)
    guard case .alphaGo = learner else { return .network(network) }
    return .pair(NetworkPair(policy: network, value: try Network(description, seed: ~seed)))
  }

  /// The network of this agent for a game; nil for one that learns a table.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription? {
    switch learner {
    case .alphaZero(let parameters): parameters.networkDescription(for: game)
    case .alphaGo(let parameters, _): parameters.networkDescription(for: game)
    case .dqn(let parameters): parameters.networkDescription(for: game)
    case .recurrentDQN(let parameters): parameters.networkDescription(for: game)
    case .tabular: nil
    case .policyGradient(let parameters): parameters.networkDescription(for: game)
    }
  }
}
