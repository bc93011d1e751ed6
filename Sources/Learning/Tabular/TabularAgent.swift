import Environments
import Search

/// Plays the action to which a table gives the highest value, a random one in states that it does not have.
public final class TabularAgent<Subject: Game>: Agent {
  private let game: Subject
  private let table: ActionValueTable
  private let epsilon: Float
  private var random = Random(seed: 0, purpose: .agent)

  /// - Parameter epsilon: the probability of a random action.
  public init(game: Subject, table: ActionValueTable, epsilon: Float = 0) {
    precondition(table.actionCount == game.actionCount, "the table belongs to another game")
    self.game = game
    self.table = table
    self.epsilon = epsilon
  }

  public func begin(_ state: Subject.State, random: Random) { self.random = random }

  public func follow(_ action: Action, to state: Subject.State) {}

  public func decide(in state: Subject.State) -> Decision {
    let legal = game.legalActions(in: state)
    guard let row = table.row(of: game.key(of: state)) else {
      return Decision(action: legal.randomAction(using: &random))
    }
    let best = table.bestAction(inRow: row)
    // Keys of different states may agree, in files that someone else made.
    let isRandom = !legal.contains(best) || epsilon > 0 && random.uniformFloat() < epsilon
    let chosen = isRandom ? legal.randomAction(using: &random) : best
    let candidates = legal.array
      .sorted { table[row, $0.index] > table[row, $1.index] }
      .map { Candidate(action: $0, share: $0 == chosen ? 1 : 0, value: table[row, $0.index], line: [$0]) }
    return Decision(action: chosen, value: table[row, best.index], candidates: candidates)
  }
}
