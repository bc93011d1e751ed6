import Environments

/// Solves small deterministic two-player games, or single-player ones, exactly by exhaustive search.
///
/// Every state is searched once and kept by its key. States must not repeat along a line of play.
public struct Minimax<Subject: Game> {
  public let game: Subject
  public let discount: Float
  private var values: [UInt64: Float] = [:]

  public init(game: Subject, discount: Float = 1) {
    precondition(!game.isStochastic, "chance has no minimax value")
    self.game = game
    self.discount = discount
  }

  /// Running states solved so far.
  public var solvedCount: Int { values.count }

  /// The return under best play, from the view of the player to move in a running state.
  public mutating func value(of state: Subject.State) -> Float {
    let key = game.key(of: state)
    if let known = values[key] { return known }
    var best = -Float.infinity
    for action in game.legalActions(in: state).array {
      best = max(best, value(of: action, in: state))
    }
    values[key] = best
    return best
  }

  /// The return after an action and best play, from the view of the player who takes it.
  public mutating func value(of action: Action, in state: Subject.State) -> Float {
    var next = state
    // Deterministic games leave the random source alone.
    var random = Random(seed: 0, purpose: .agent)
    let transition = game.step(&next, taking: action, using: &random)
    if transition.status.isOver { return transition.reward }
    let isSame = game.playerToMove(in: next) == game.playerToMove(in: state)
    let future = value(of: next)
    return transition.reward + discount * (isSame ? future : -future)
  }

  /// The actions that keep the value of a running state.
  public mutating func bestActions(in state: Subject.State) -> [Action] {
    let best = value(of: state)
    return game.legalActions(in: state).array.filter { value(of: $0, in: state) == best }
  }
}
