import Environments

/// Proves whether a position is won, drawn or lost, where few positions are enough for that.
///
/// Alpha-beta search (Knuth and Moore 1975) to the end of the game, with a transposition table; the move with the best
/// `estimate` comes first. For two players without chance, in games whose rewards come at the end.
public struct Solver<Subject: Game> {
  private struct Child {
    var state: Subject.State
    var key: UInt64
    var action: Action
    var rank: Float
    /// Whether it is again the move of the player who moved.
    var isMovers: Bool
  }

  /// Results between `lower` and `upper` are told apart, from the view of the player to move; others are bounds.
  private struct Window {
    var lower: Int32 = -1
    var upper: Int32 = 1

    var opponents: Window { Window(lower: -upper, upper: -lower) }
  }

  /// Plies of the longest line: lines take memory on the stack.
  private static var depthLimit: Int { 500 }

  public let game: Subject
  private let nodeLimit: Int
  /// Positions met by the last call.
  public private(set) var nodes = 0
  private var isGivenUp = false
  private var table: TranspositionTable
  private var children: [Child] = []
  /// The rules draw nothing.
  private var unused = Random(seed: 0, purpose: .agent)

  /// - Parameter nodeLimit: positions that one call may meet.
  public init(game: Subject, nodeLimit: Int) {
    precondition(game.playerCount == 2 && !game.isStochastic, "a solver is for two players without chance")
    self.game = game
    self.nodeLimit = nodeLimit
    table = TranspositionTable(entries: nodeLimit / 4)
  }

  /// The result of a running state under best play, from the view of the player to move: 1, 0 or -1; nil where the
  /// positions were not enough, or a line of play was cut off. It does not depend on earlier calls.
  public mutating func value(of state: Subject.State) -> Float? {
    table.clear()
    (nodes, isGivenUp) = (0, false)
    let result = result(of: state, key: game.key(of: state), in: Window(), ply: 0)
    return isGivenUp ? nil : Float(result)
  }

  private mutating func result(
    of state: Subject.State, key: UInt64, in window: Window, ply: Int
  ) -> Int32 {
    let first = children.count
    defer { children.removeLast(children.count - first) }
    var best = expand(state, hashAction: table.entry(for: key)?.action)
    if nodes >= nodeLimit || ply == Self.depthLimit { isGivenUp = true }
    var bestAction: Action = 0
    for index in first..<children.count {
      if best >= window.upper || isGivenUp { break }
      let child = takeBest(from: index)
      let rest = Window(lower: max(window.lower, best), upper: window.upper)
      let result =
        child.isMovers
        ? result(of: child, in: rest, ply: ply) : -result(of: child, in: rest.opponents, ply: ply)
      if result > best { (best, bestAction) = (result, child.action) }
    }
    if !isGivenUp {
      // The nearer the root, the more there is below.
      let depth = 255 - min(ply, 254)
      table.store(key, score: best, action: bestAction, depth: depth, bound: Self.bound(of: best, in: window))
    }
    return best
  }

  private mutating func result(of child: Child, in window: Window, ply: Int) -> Int32 {
    if let known = table.entry(for: child.key) {
      switch known.bound {
      case .exact: return known.score
      case .lower where known.score >= window.upper: return known.score
      case .upper where known.score <= window.lower: return known.score
      default: break
      }
    }
    return result(of: child.state, key: child.key, in: window, ply: ply + 1)
  }

  /// What a result says: nothing is better than a win, and nothing worse than a loss.
  private static func bound(of result: Int32, in window: Window) -> TranspositionTable.Bound {
    if result == 1 || result == -1 { return .exact }
    return result >= window.upper ? .lower : result <= window.lower ? .upper : .exact
  }

  /// Adds the running states after a state's moves; returns the best result of the moves that end the game.
  private mutating func expand(_ state: Subject.State, hashAction: Action?) -> Int32 {
    let mover = game.playerToMove(in: state)
    var best: Int32 = -1
    game.legalActions(in: state).forEach { action in
      var next = state
      let transition = game.step(&next, taking: action, using: &unused)
      nodes += 1
      if transition.status.isOver {
        if transition.status == .truncated { isGivenUp = true }
        best = max(best, transition.reward > 0 ? 1 : transition.reward < 0 ? -1 : 0)
        return
      }
      let isMovers = game.playerToMove(in: next) == mover
      let estimate = game.estimate(of: next)
      children.append(
        Child(
          state: next, key: game.key(of: next), action: action,
          rank: action == hashAction ? 2 : isMovers ? estimate : -estimate, isMovers: isMovers))
    }
    return best
  }

  /// The best ranked of the children from `start` on, brought there; among equals the first.
  private mutating func takeBest(from start: Int) -> Child {
    var best = start
    for index in start..<children.count where children[index].rank > children[best].rank { best = index }
    children.swapAt(start, best)
    return children[start]
  }
}
