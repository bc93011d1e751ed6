import Environments
import Replay
import TensorCore

extension AlphaZeroParameters {
  /// The policy and value network for a game: values within -1...1 where two players oppose each other.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    NetworkDescription(
      planes: game.observationShape.planes, rows: game.observationShape.rows,
      columns: game.observationShape.columns, torso: network,
      heads: .policyValue(actions: game.actionCount, valueRange: game.playerCount == 2 ? .tanh : .linear),
      widths: headWidths,
      auxiliary: AuxiliaryHeads(
        reply: training.replyWeight > 0, ownership: training.ownershipWeight > 0 && game is any Scored,
        score: training.scoreWeight > 0 && game is any Scored))
  }
}

extension AuxiliaryHeads {
  /// The targets that these heads are trained on.
  var targets: AuxiliaryTargets.Kinds {
    var kinds: AuxiliaryTargets.Kinds = []
    if reply { kinds.insert(.reply) }
    if ownership { kinds.insert(.ownership) }
    if score { kinds.insert(.score) }
    return kinds
  }
}

extension PolicyGradientParameters {
  /// The policy and value network for a game; its values are any numbers.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    NetworkDescription(
      planes: game.observationShape.planes, rows: game.observationShape.rows,
      columns: game.observationShape.columns, torso: network,
      heads: .policyValue(actions: game.actionCount, valueRange: .linear), widths: headWidths)
  }
}

extension RecurrentDQNParameters {
  /// The network of action values for a game.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    NetworkDescription(
      planes: game.observationShape.planes, rows: game.observationShape.rows,
      columns: game.observationShape.columns, torso: .recurrent(hidden: hidden, memory: memory),
      heads: .actionValues(actions: game.actionCount))
  }
}

extension AlphaGoParameters {
  /// The policy network for a game, and the value network, which has the same form.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    var parameters = AlphaZeroParameters(network: network)
    parameters.headWidths = headWidths
    return parameters.networkDescription(for: game)
  }
}

extension DQNParameters {
  /// The network of action values for a game.
  public func networkDescription<G: Game>(for game: G) -> NetworkDescription {
    NetworkDescription(
      planes: game.observationShape.planes, rows: game.observationShape.rows,
      columns: game.observationShape.columns, torso: network,
      heads: .actionValues(actions: game.actionCount, head: head == ActionValueHead() ? nil : head),
      widths: headWidths)
  }
}
