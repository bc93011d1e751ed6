import Environments
import Replay

extension AlphaZeroParameters {
  /// Throws `RuleError` if they do not suit the game, known as `name`, or the window takes more memory than it may.
  public func validate<G: Game>(for game: G, named name: String) throws(RuleError) {
    let isForTwo = gate.games + pastGames > 0 || training.valueLoss == .crossEntropy
    guard game.playerCount == 2 || !isForTwo else {
      throw RuleError(
        "\(name): it has one player; remove selfplay.gate_games, evaluation.past_games and the "
          + "training.value_loss cross_entropy")
    }
    let isSolvable = game.playerCount == 2 && !game.isStochastic && search.discount == 1
    guard isSolvable || selfPlay.solverNodes == 0 else {
      throw RuleError(
        "\(name): only games for two players, without chance and discount, are solved; remove selfplay.solver_nodes"
      )
    }
    let limit = training.memoryLimit << 20
    let needed = SampleWindow.bytes(
      capacity: training.window, observationShape: game.observationShape, actionCount: game.actionCount,
      auxiliary: networkDescription(for: game).auxiliary?.targets ?? [])
    guard limit == 0 || needed <= limit else {
      throw RuleError(
        "\(name): training.window takes \((needed + 1 << 20 - 1) >> 20) MiB, training.memory_limit is "
          + "\(training.memoryLimit); choose a smaller window, or a higher limit")
    }
  }
}
