import Environments
import Replay
import Search
import Foundation
import TensorCore

/// Plays games by policies alone, without search, many in lockstep: each round evaluates all states in which the
/// same network is to move as one batch.
struct PolicyGames<G: Game> {
  /// Who chooses a move.
  enum Chooser {
    /// The network with this number, which draws from its policy.
    case network(Int)
    /// Nobody: any legal action.
    case chance
  }

  let game: G
  private var evaluators: [NetworkEvaluator<G>]
  private var evaluations: Evaluations
  private let capacity: Int

  /// - Parameters:
  ///   - networks: how many take part in one call of `play`.
  ///   - capacity: the most games in lockstep.
  init(game: G, like network: Network, networks: Int, capacity: Int) {
    self.game = game
    self.capacity = capacity
    evaluators = (0..<networks).map { _ in
      NetworkEvaluator(game: game, network: network, capacity: capacity)
    }
    evaluations = Evaluations(capacity: capacity, actionCount: game.actionCount)
  }

  /// Plays all games to their end and adds moves, rewards and results to their records. `chooser` says who moves in
  /// a game; all chance of a game comes from its own streams.
  mutating func play(
    _ records: inout [GameRecord], by networks: [Network],
    chooser: (_ record: GameRecord, _ mover: Player) -> Chooser
  ) {
    precondition(networks.count <= evaluators.count && records.count <= capacity, "more games than planned")
    for (number, network) in networks.enumerated() { evaluators[number].load(network) }
    var chances = records.map(\.random)
    var choices = records.map { Random(seed: $0.seed, purpose: .agent, index: $0.stream) }
    var states = records.indices.map { game.start(using: &chances[$0]) }
    var running = Array(records.indices)
    while !running.isEmpty {
      var groups = [[Int]](repeating: [], count: networks.count)
      for index in running {
        switch chooser(records[index], game.playerToMove(in: states[index])) {
        case .network(let number): groups[number].append(index)
        case .chance:
          let action = game.randomLegalAction(in: states[index], using: &choices[index])
          records[index].append(action, game.step(&states[index], taking: action, using: &chances[index]))
        }
      }
      for (number, group) in groups.enumerated() where !group.isEmpty {
        evaluators[number].evaluate(group.map { states[$0] }, into: &evaluations)
        for (row, index) in group.enumerated() {
          let action = sample(row: row, in: states[index], using: &choices[index])
          records[index].append(action, game.step(&states[index], taking: action, using: &chances[index]))
        }
      }
      running.removeAll { records[$0].status.isOver }
    }
  }

  /// Draws a legal action from softmax(logits).
  private func sample(row: Int, in state: G.State, using random: inout Random) -> Action {
    let legal = game.legalActions(in: state)
    let first = row * game.actionCount
    var highest = -Float.infinity
    legal.forEach { highest = max(highest, evaluations.logits[first + $0.index]) }
    var total: Float = 0
    legal.forEach { total += exp(evaluations.logits[first + $0.index] - highest) }
    var rest = random.uniformFloat() * total
    var chosen = legal.action(atRank: 0)
    var isFound = false
    legal.forEach { action in
      if isFound { return }
      chosen = action
      rest -= exp(evaluations.logits[first + action.index] - highest)
      isFound = rest < 0
    }
    return chosen
  }
}
