import Environments
import Foundation
import Learning
import Search
import TensorCore

/// A network and how it plays, ready to make agents for any number of workers.
public struct TrainedAgent: Sendable {
  public let definition: AgentDefinition
  /// Shared by all agents made from it, and only read.
  public let network: Network

  public init(definition: AgentDefinition, network: Network) {
    self.definition = definition
    self.network = network
  }

  /// Loads the weights of an agent for a game; without a file the network is a fresh one.
  ///
  /// Throws `TensorFileError` for a bad file, and `RegistryError` if there is none or it is for another game.
  public init<G: Game>(
    _ name: String, definition: AgentDefinition, weights: String?, for game: G, gameName: String
  ) throws {
    self.definition = definition
    let expected = definition.networkDescription(for: game)
    guard let weights else {
      network = try Network(expected, seed: definition.seed)
      return
    }
    guard FileManager.default.fileExists(atPath: weights) else {
      throw RegistryError(
        problem: "agent '\(name)' has no weights: \(weights) is missing",
        remedy: "train it: selfplay train \(name)")
    }
    network = try Network.load(from: weights)
    guard network.description == expected else {
      throw RegistryError(
        problem: "agent '\(name)' has a network for \(definition.game), which does not fit \(gameName)",
        remedy: "choose --game \(definition.game), or an agent that was trained for \(gameName)")
    }
  }

  /// A new agent that shares nothing that changes with any other.
  public func makeAgent<G: Game>(for game: G) -> any Agent<G> {
    let play = definition.play
    switch definition.learner {
    case .alphaZero(let parameters):
      return PUCTAgent(
        game: game,
        evaluator: NetworkEvaluator(
          game: game, network: network, capacity: 1, precision: play.precision),
        simulations: play.simulations,
        parameters: SearchParameters(rule: parameters.rule, discount: parameters.search.discount),
        temperature: play.temperature)
    case .dqn:
      return ActionValueAgent(game: game, network: network, epsilon: play.epsilon)
    }
  }
}

extension AgentDefinition {
  /// The network of this agent for a game.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    switch learner {
    case .alphaZero(let parameters): parameters.networkDescription(for: game)
    case .dqn(let parameters): parameters.networkDescription(for: game)
    }
  }
}
