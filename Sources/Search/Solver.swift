import Environments

/// Proves whether a position is won, drawn or lost, where few positions are enough for that.
///
/// Alpha-beta search (Knuth and Moore 1975) to the end of the game, with a transposition table; the move with the best
/// `estimate` comes first. For two players without chance, in games whose rewards come at the end.
public struct Solver<Subject: Game> {
  /// A move that does not end the game.
  private struct Child: BitwiseCopyable {
    /// Of the state that it leads to.
    var key: UInt64
    var rank: Float
    var action: Action
    /// Whether it is again the move of the player who moved.
    var isMovers: Bool
  }

  /// Results between `lower` and `upper` are told apart, from the view of the player to move; others are bounds.
  private struct Window {
    var lower: Int32 = -1
    var upper: Int32 = 1

    var opponents: Window { Window(lower: -upper, upper: -lower) }
  }

  /// Plies of the longest line, which takes a state a ply and some of the stack.
  private static var depthLimit: Int { 500 }
  /// Most positions that the table remembers: 24 MiB.
  private static var tableLimit: Int { 1 << 20 }

  public let game: Subject
  private let nodeLimit: Int
  /// Positions met by the last call.
  public private(set) var nodes = 0
  private var isGivenUp = false
  private var table: TranspositionTable
  /// The line under way, by ply, and the moves of its states that are left to try.
  private var line: [Subject.State] = []
  private var children: [Child] = []
  /// The rules draw nothing.
  private var unused = Random(seed: 0, purpose: .agent)

  /// - Parameter nodeLimit: positions that one call may meet, apart from those that the last move adds.
  public init(game: Subject, nodeLimit: Int) {
    precondition(game.playerCount == 2 && !game.isStochastic, "a solver is for two players without chance")
    self.game = game
    self.nodeLimit = nodeLimit
    table = TranspositionTable(entries: min(nodeLimit / 4, Self.tableLimit))
  }

  /// The result of a running state under best play, from the view of the player to move: 1, 0 or -1; nil where the
  /// positions were not enough, or a line of play was cut off. It does not depend on earlier calls.
  public mutating func value(of state: Subject.State) -> Float? {
    table.forget()
    (nodes, isGivenUp) = (0, false)
    if line.isEmpty { line.append(state) } else { line[0] = state }
    let result = result(ofPly: 0, key: game.key(of: state), in: Window())
    return isGivenUp ? nil : Float(result)
  }

  /// The result of the state that the line has come to.
  private mutating func result(ofPly ply: Int, key: UInt64, in window: Window) -> Int32 {
    let first = children.count
    defer { children.removeLast(children.count - first) }
    var bestAction = table.newEntry(for: key)?.action
    var best = expand(ply, hashAction: bestAction)
    if nodes >= nodeLimit || ply == Self.depthLimit { isGivenUp = true }
    for index in first..<children.count {
      if best >= window.upper || isGivenUp { break }
      let child = takeBest(from: index)
      let rest = Window(lower: max(window.lower, best), upper: window.upper)
      let result =
        child.isMovers
        ? result(of: child, atPly: ply, in: rest) : -result(of: child, atPly: ply, in: rest.opponents)
      if result > best { (best, bestAction) = (result, child.action) }
    }
    if !isGivenUp {
      // The nearer the root, the more there is below.
      table.store(
        key, score: best, action: bestAction ?? 0, depth: 255 - min(ply, 254),
        bound: Self.bound(of: best, in: window))
    }
    return best
  }

  /// The result after a move, from the view of the player who moves then.
  private mutating func result(of child: Child, atPly ply: Int, in window: Window) -> Int32 {
    if let known = table.newEntry(for: child.key) {
      switch known.bound {
      case .exact: return known.score
      case .lower where known.score >= window.upper: return known.score
      case .upper where known.score <= window.lower: return known.score
      default: break
      }
    }
    enter(child, atPly: ply)
    return result(ofPly: ply + 1, key: child.key, in: window)
  }

  /// Takes the line on by a move.
  @inline(never)
  private mutating func enter(_ child: Child, atPly ply: Int) {
    if line.count == ply + 1 { line.append(line[ply]) } else { line[ply + 1] = line[ply] }
    _ = game.step(&line[ply + 1], taking: child.action, using: &unused)
  }

  /// What a result says: nothing is better than a win, and nothing worse than a loss.
  private static func bound(of result: Int32, in window: Window) -> TranspositionTable.Bound {
    if result == 1 || result == -1 { return .exact }
    return result >= window.upper ? .lower : result <= window.lower ? .upper : .exact
  }

  /// Adds the moves of a state of the line that do not end the game; returns the best result of those that do.
  @inline(never)
  private mutating func expand(_ ply: Int, hashAction: Action?) -> Int32 {
    let mover = game.playerToMove(in: line[ply])
    var best: Int32 = -1
    game.legalActions(in: line[ply]).forEach { action in
      var next = line[ply]
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
          key: game.key(of: next), rank: action == hashAction ? 2 : isMovers ? estimate : -estimate,
          action: action, isMovers: isMovers))
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
