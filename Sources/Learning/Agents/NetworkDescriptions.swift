import Environments
import TensorCore

extension AlphaZeroParameters {
  /// The policy and value network for a game: values within -1...1 where two players oppose each other.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    NetworkDescription(
      planes: game.observationShape.planes, rows: game.observationShape.rows,
      columns: game.observationShape.columns, torso: network,
      heads: .policyValue(actions: game.actionCount, valueRange: game.playerCount == 2 ? .tanh : .linear))
  }
}

extension DQNParameters {
  /// The network of action values for a game.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    NetworkDescription(
      planes: game.observationShape.planes, rows: game.observationShape.rows,
      columns: game.observationShape.columns, torso: network,
      heads: .actionValues(actions: game.actionCount))
  }
}
