import Environments

/// A game whose chances are known, as a table: every state that can be reached, and what each action leads to.
///
/// Time limits are not part of it: what is solved is the game without an end by the clock.
public struct MarkovModel<State: Sendable>: Sendable {
  /// The states, the starts first.
  public private(set) var states: [State]
  /// The key of each state.
  public private(set) var keys: [UInt64]
  public let actionCount: Int
  /// [states, actions]: whether the action is legal there.
  private var isLegal: [Bool] = []
  /// Where the outcomes of each pair of state and action begin, and where the last ones end.
  private var offsets: [Int] = [0]
  private var outcomes: [Result] = []
  /// How many of the states are starts.
  private let startCount: Int

  private struct Result: Sendable {
    var probability: Double
    var reward: Double
    /// The number of the state reached, -1 after the end.
    var next: Int
    /// -1 if the state reached belongs to the other player.
    var sign: Double
  }

  /// Looks at every state that can be reached from `starts`, or from the game's own. Throws `RuleError` if an
  /// episode is cut off on the way.
  public init<G: Enumerable>(of game: G, from starts: [State]? = nil) throws(RuleError)
  where G.State == State {
    let starts = starts ?? game.starts
    states = starts
    keys = starts.map { game.key(of: $0) }
    startCount = starts.count
    actionCount = game.actionCount
    var numbers = Dictionary(zip(keys, keys.indices)) { first, _ in first }
    var number = 0
    while number < states.count {
      let state = states[number]
      let legal = game.legalActions(in: state)
      for action in 0..<actionCount {
        isLegal.append(legal.contains(Action(action)))
        if legal.contains(Action(action)) {
          for outcome in game.outcomes(of: state, taking: Action(action)) {
            guard outcome.transition.status != .truncated else {
              throw RuleError(
                "the step limit cuts episodes off before every state is reached; raise step_limit")
            }
            let isOver = outcome.transition.status == .terminated
            outcomes.append(
              Result(
                probability: outcome.probability, reward: Double(outcome.transition.reward),
                next: isOver ? -1 : add(outcome.state, game.key(of: outcome.state), to: &numbers),
                sign: game.playerToMove(in: outcome.state) == game.playerToMove(in: state) ? 1 : -1))
          }
        }
        offsets.append(outcomes.count)
      }
      number += 1
    }
  }

  private mutating func add(_ state: State, _ key: UInt64, to numbers: inout [UInt64: Int]) -> Int {
    if let known = numbers[key] { return known }
    numbers[key] = states.count
    states.append(state)
    keys.append(key)
    return states.count - 1
  }

  /// The expected return of an action, -infinity if it is illegal; `values` is [states], from the mover's view.
  public func value(of action: Int, in state: Int, values: [Double], discount: Double) -> Double {
    let pair = state * actionCount + action
    guard isLegal[pair] else { return -.infinity }
    var sum = 0.0
    for index in offsets[pair]..<offsets[pair + 1] {
      let outcome = outcomes[index]
      let next = outcome.next < 0 ? 0 : outcome.sign * values[outcome.next]
      sum += outcome.probability * (outcome.reward + discount * next)
    }
    return sum
  }

  /// The first action of highest value, with its value.
  public func best(in state: Int, values: [Double], discount: Double) -> (action: Int, value: Double) {
    var best = (action: 0, value: -Double.infinity)
    for action in 0..<actionCount {
      let value = value(of: action, in: state, values: values, discount: discount)
      if value > best.value { best = (action, value) }
    }
    return best
  }

  /// All actions whose value is within `tolerance` of the best.
  public func optimalActions(
    in state: Int, values: [Double], discount: Double, tolerance: Double = 1e-9
  ) -> [Int] {
    let best = best(in: state, values: values, discount: discount).value
    return (0..<actionCount).filter {
      value(of: $0, in: state, values: values, discount: discount) > best - tolerance
    }
  }

  /// The mean value of the starts.
  public func startValue(_ values: [Double]) -> Double {
    values[..<startCount].reduce(0, +) / Double(startCount)
  }

  /// The action values of all states, as agents play by them.
  public func table(values: [Double], discount: Double) -> ActionValueTable {
    let rows = states.indices.flatMap { state in
      (0..<actionCount).map { Float(value(of: $0, in: state, values: values, discount: discount)) }
    }
    return ActionValueTable(actionCount: actionCount, keys: keys, values: rows)
      ?? ActionValueTable(actionCount: actionCount)
  }
}
