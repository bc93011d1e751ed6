import Environments

/// Negamax alpha-beta search with iterative deepening (Knuth and Moore 1975), a transposition table with
/// bounds, and the order hash move, killers (Akl and Newborn 1977), history (Schaeffer 1989).
///
/// For two players without chance, in games whose rewards come at the end. Quicker wins are better, slower
/// losses too. At the horizon a game's own `estimate` counts. Once warm a search allocates nothing.
struct AlphaBeta<Subject: Game> {
  /// What a search found, from the view of the player to move.
  struct Finding {
    var action: Action
    var score: Int32
    var depth: Int
  }

  /// A win at the root; each ply until then takes one off.
  static var win: Int32 { 1_000_000 }
  /// Scores beyond this one are proven.
  static var proven: Int32 { win - 10_000 }
  /// An estimate of 1.
  private static var unit: Float { 100_000 }

  private struct Move {
    var action: Action
    var rank: Int32
  }

  let game: Subject
  private(set) var nodes = 0
  private var table: TranspositionTable
  private var moves: [Move] = []
  /// Two actions a ply that last caused a cut-off.
  private var killers: [Action?]
  /// How often and how deep an action caused cut-offs; [player, action].
  private var history: [Int32]
  private var deadline: Deadline?
  private var isOutOfTime = false
  /// The rules draw nothing.
  private var unused = Random(seed: 0, purpose: .agent)

  init(game: Subject, tableEntries: Int) {
    self.game = game
    table = TranspositionTable(entries: tableEntries)
    killers = []
    history = [Int32](repeating: 0, count: 2 * game.actionCount)
  }

  /// Forgets everything, so that what comes next does not depend on what was.
  mutating func reset() {
    table.clear()
    for index in history.indices { history[index] = 0 }
  }

  /// Searches a running state, one ply deeper at a time, to a depth or until the time is up.
  mutating func search(_ state: Subject.State, depth: Int, seconds: Double?) -> Finding {
    deadline = seconds.map(Deadline.init(seconds:))
    isOutOfTime = false
    nodes = 0
    killers = [Action?](repeating: nil, count: 2 * (depth + 1))
    for index in history.indices { history[index] /= 8 }
    table.age()
    let legal = game.legalActions(in: state)
    var finding = Finding(action: legal.action(atRank: 0), score: 0, depth: 0)
    for limit in 1...depth {
      let score = value(of: state, depth: limit, alpha: -Self.win, beta: Self.win, ply: 0)
      if isOutOfTime { break }
      let best = table.entry(for: game.key(of: state))?.action ?? finding.action
      finding = Finding(action: best, score: score, depth: limit)
      if abs(score) > Self.proven { break }
    }
    return finding
  }

  /// The line that the table remembers from a state on.
  func line(from state: Subject.State, limit: Int) -> [Action] {
    var state = state
    var random = unused
    var line: [Action] = []
    while line.count < limit, let entry = table.entry(for: game.key(of: state)),
      game.legalActions(in: state).contains(entry.action)
    {
      line.append(entry.action)
      if game.step(&state, taking: entry.action, using: &random).status.isOver { break }
    }
    return line
  }

  /// The score as a value from -1 to 1.
  static func value(of score: Int32) -> Float {
    score > proven ? 1 : score < -proven ? -1 : Float(score) / unit
  }

  private mutating func value(
    of state: Subject.State, depth: Int, alpha: Int32, beta: Int32, ply: Int
  ) -> Int32 {
    nodes += 1
    if depth == 0 { return Int32((max(-1, min(1, game.estimate(of: state))) * Self.unit).rounded()) }
    if nodes & 255 == 0, deadline?.hasPassed == true { isOutOfTime = true }
    if isOutOfTime { return 0 }
    let key = game.key(of: state)
    let known = table.entry(for: key)
    // The root must name an action of its own, so it is never cut off by the table.
    if let known, ply > 0, Int(known.depth) >= depth {
      let score = Self.fromTable(known.score, ply: ply)
      switch known.bound {
      case .exact: return score
      case .lower where score >= beta: return score
      case .upper where score <= alpha: return score
      default: break
      }
    }
    return expand(
      state, key: key, hashAction: known?.action, depth: depth, alpha: alpha, beta: beta, ply: ply)
  }

  private mutating func expand(
    _ state: Subject.State, key: UInt64, hashAction: Action?, depth: Int, alpha: Int32, beta: Int32, ply: Int
  ) -> Int32 {
    let first = moves.count
    let mover = game.playerToMove(in: state)
    rankMoves(in: state, mover: mover, hashAction: hashAction, ply: ply)
    defer { moves.removeLast(moves.count - first) }
    let last = moves.count
    var best = -Self.win
    var bestAction = moves[first].action
    var lower = alpha
    for index in first..<last {
      let action = takeBest(from: index, to: last)
      let score = child(of: state, action, mover: mover, depth: depth, alpha: lower, beta: beta, ply: ply)
      if isOutOfTime { return 0 }
      if score > best { (best, bestAction) = (score, action) }
      lower = max(lower, score)
      if lower >= beta {
        noteCut(action, mover: mover, depth: depth, ply: ply)
        break
      }
    }
    let bound: TranspositionTable.Bound = best >= beta ? .lower : best > alpha ? .exact : .upper
    table.store(
      key, score: Self.toTable(best, ply: ply), action: bestAction, depth: depth, bound: bound)
    return best
  }

  /// The score of an action from the view of the player who takes it.
  private mutating func child(
    of state: Subject.State, _ action: Action, mover: Player, depth: Int, alpha: Int32, beta: Int32, ply: Int
  ) -> Int32 {
    var next = state
    let transition = game.step(&next, taking: action, using: &unused)
    if transition.status.isOver {
      nodes += 1
      let distance = Self.win - Int32(ply) - 1
      return transition.reward > 0 ? distance : transition.reward < 0 ? -distance : 0
    }
    if game.playerToMove(in: next) == mover {
      return value(of: next, depth: depth - 1, alpha: alpha, beta: beta, ply: ply + 1)
    }
    return -value(of: next, depth: depth - 1, alpha: -beta, beta: -alpha, ply: ply + 1)
  }

  private mutating func rankMoves(in state: Subject.State, mover: Player, hashAction: Action?, ply: Int) {
    let offset = mover.index * game.actionCount
    let (killer, other) = (killers[2 * ply], killers[2 * ply + 1])
    game.legalActions(in: state).forEach { action in
      let rank: Int32 =
        action == hashAction
        ? .max : action == killer ? .max - 1 : action == other ? .max - 2 : history[offset + action.index]
      moves.append(Move(action: action, rank: rank))
    }
  }

  /// Brings the best ranked of some moves to the front; among equals the first.
  private mutating func takeBest(from start: Int, to end: Int) -> Action {
    var best = start
    for index in start..<end where moves[index].rank > moves[best].rank { best = index }
    let move = moves[best]
    moves[best] = moves[start]
    moves[start] = move
    return move.action
  }

  private mutating func noteCut(_ action: Action, mover: Player, depth: Int, ply: Int) {
    if killers[2 * ply] != action {
      killers[2 * ply + 1] = killers[2 * ply]
      killers[2 * ply] = action
    }
    let index = mover.index * game.actionCount + action.index
    history[index] = min(history[index] + Int32(depth * depth), 1 << 30)
  }

  /// Distances to the end count from the node in the table, and from the root outside of it.
  private static func toTable(_ score: Int32, ply: Int) -> Int32 {
    score > proven ? score + Int32(ply) : score < -proven ? score - Int32(ply) : score
  }

  private static func fromTable(_ score: Int32, ply: Int) -> Int32 {
    score > proven ? score - Int32(ply) : score < -proven ? score + Int32(ply) : score
  }
}
