extension Go {
  /// Exact under every rule, superko included. O(points).
  public func legalActions(in state: State) -> ActionBits<words> {
    if state.isOver { return ActionBits() }
    var state = state
    var actions = packed(state.legalPoints(on: board, moveRules))
    actions.insert(pass)
    return actions
  }

  /// The cells of points: row by row, without the column between the rows.
  private func packed(_ points: GoPointSet<words>) -> ActionBits<words> {
    var actions = ActionBits<words>()
    let row: UInt64 = 1 << UInt64(side) &- 1
    for index in 0..<side {
      let (from, to) = (index * (side + 1), index * side)
      var bits = points.bits[from >> 6] >> UInt64(from & 63)
      let next = (from >> 6) + 1
      // A shift by 64 leaves nothing.
      if next < words { bits |= points.bits[next] << UInt64(64 - (from & 63)) }
      bits &= row
      actions.bits[to >> 6] |= bits << UInt64(to & 63)
      if (to & 63) + side > 64 { actions.bits[(to >> 6) + 1] |= bits >> UInt64(64 - (to & 63)) }
    }
    return actions
  }

  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    var state = state
    let point = state.randomPoint(moveRules, using: &random)
    return point == 0 ? pass : Action(cell(of: point))
  }

  /// Draws without listing all legal actions, and asks only once whether a move is legal.
  public func stepRandomly(_ state: inout State, using random: inout Random) -> Transition {
    let point = state.randomPoint(moveRules, using: &random)
    if point == 0 {
      state.pass(moveRules)
    } else {
      _ = state.play(at: point, moveRules)
      state.remember(rules.repetition)
    }
    return transition(to: &state)
  }

  /// Whether the player to move may take an action. O(1), save that a capture which may repeat a board costs
  /// its size.
  public func isLegal(_ action: Action, in state: State) -> Bool {
    if state.isOver || action.index > side * side { return false }
    if action == pass { return true }
    let point = point(ofCell: action.index)
    var state = state
    return state.stones[point] == .empty && state.mayPlay(at: point, moveRules)
  }
}

// What only looks at a state is `mutating` all the same where speed counts, so that it works on the state where
// it lies: values of some kilobytes are copied for other calls.
extension Go.State {
  /// A uniformly random legal move, or 0 for the pass: drawn from the empty points and the pass until it is
  /// legal, so all that are legal are equally likely.
  @inline(__always)
  mutating func randomPoint(_ rules: GoMoveRules, using random: inout Random) -> Int {
    precondition(!isOver, "no action is legal in a finished game")
    let count = Int(truncatingIfNeeded: emptyCount)
    while true {
      let rank = random.integer(below: count &+ 1)
      if rank == count { return 0 }
      let point = Int(truncatingIfNeeded: empties[rank])
      if mayPlay(at: point, rules) { return point }
    }
  }

  /// All legal points of `board`, the whole of which is given.
  mutating func legalPoints(on board: GoPointSet<words>, _ rules: GoMoveRules) -> GoPointSet<words> {
    let empty = board.subtracting(occupied[0]).subtracting(occupied[1])
    let open = empty.intersection(empty.neighbours(stride: stride)).subtracting(vacated[toMove.colour])
    var legal = open
    for word in 0..<words {
      var rest = empty.bits[word] & ~open.bits[word]
      while rest != 0 {
        let bit = (word << 6) + rest.trailingZeroBitCount
        if mayPlay(at: bit + stride + 1, rules) { legal.insert(bit) }
        rest &= rest - 1
      }
    }
    return legal
  }

  /// Whether the player to move may play on an empty point.
  @inline(__always)
  mutating func mayPlay(at point: Int, _ rules: GoMoveRules) -> Bool {
    // An earlier board with a stone here can only come back where such a stone has been taken off.
    let isNew = !vacated[toMove.colour].contains(bit(point))
    if isNew && touchesEmpty(point) { return true }
    let outcome = outcome(at: point)
    if outcome.isSuicide && !rules.allowsSuicide { return false }
    if isNew && !outcome.isSuicide { return true }
    let board = boardAfter(point, outcome)
    return !repeats(board, rules.repetition)
  }
}

/// What a move does, before it is made.
struct GoOutcome {
  /// No liberty is left to the stone after all captures.
  var isSuicide: Bool
  /// Which neighbours are stones of the opponent without another liberty: bits for above, left, right, below.
  var captures: UInt8
}

extension Go.State {
  @inline(__always)
  mutating func touchesEmpty(_ point: Int) -> Bool {
    let sides = stones[point &- stride] == .empty || stones[point &+ stride] == .empty
    return sides || stones[point &- 1] == .empty || stones[point &+ 1] == .empty
  }

  /// What a move of the side to move on an empty point does. O(1), and almost free of branches, as nobody can
  /// guess what stands around a random point.
  @inline(__always)
  mutating func outcome(at point: Int) -> GoOutcome {
    let (above, left, right, below) = (point &- stride, point &- 1, point &+ 1, point &+ stride)
    let (first, second, third, fourth) = (roots[above], roots[left], roots[right], roots[below])
    let pairs = (
      same(first, second), same(first, third), same(first, fourth), same(second, third), same(second, fourth),
      same(third, fourth)
    )
    // A chain has no other liberty exactly if all its contacts are with this point.
    let isLast = (
      flag(contacts(first) == 1 &+ pairs.0 &+ pairs.1 &+ pairs.2),
      flag(contacts(second) == 1 &+ pairs.0 &+ pairs.3 &+ pairs.4),
      flag(contacts(third) == 1 &+ pairs.1 &+ pairs.3 &+ pairs.5),
      flag(contacts(fourth) == 1 &+ pairs.2 &+ pairs.4 &+ pairs.5)
    )
    let opponent = toMove.opponent
    let captures =
      (isLast.0 & flag(stones[above] == opponent)) | (isLast.1 & flag(stones[left] == opponent)) << 1
      | (isLast.2 & flag(stones[right] == opponent)) << 2 | (isLast.3 & flag(stones[below] == opponent)) << 3
    let friends =
      (flag(stones[above] == toMove) & ~isLast.0) | (flag(stones[left] == toMove) & ~isLast.1)
      | (flag(stones[right] == toMove) & ~isLast.2) | (flag(stones[below] == toMove) & ~isLast.3)
    return GoOutcome(isSuicide: captures | friends == 0 && !touchesEmpty(point), captures: captures)
  }

  @inline(__always)
  private mutating func contacts(_ root: Place) -> Place { chains[Int(truncatingIfNeeded: root)].contacts }

  /// The hash of the board after a move on an empty point. O(stones taken).
  @inline(__always)
  mutating func boardAfter(_ point: Int, _ outcome: GoOutcome) -> UInt64 {
    if outcome.isSuicide { return boardAfterSuicide(point) }
    let board = board ^ Self.hash(toMove, point)
    return outcome.captures == 0 ? board : board ^ captured(by: point, outcome.captures)
  }

  /// The hash of all stones of the neighbouring chains chosen by four bits. O(stones).
  private mutating func captured(by point: Int, _ captures: UInt8) -> UInt64 {
    var hash: UInt64 = 0
    // Chains met already; the same one is met again if the point touches it twice.
    var met = InlineArray<4, Int>(repeating: 0)
    var index = 0
    Self.forEachNeighbour(of: point, stride: stride) { next in
      let root = root(next)
      if captures >> UInt8(index) & 1 == 1 && root != met[0] && root != met[1] && root != met[2] {
        met[index] = root
        hash ^= chainHash(root)
      }
      index += 1
    }
    return hash
  }

  private mutating func boardAfterSuicide(_ point: Int) -> UInt64 {
    var own: UInt8 = 0
    var index: UInt8 = 0
    Self.forEachNeighbour(of: point, stride: stride) { next in
      own |= flag(stones[next] == toMove) << index
      index += 1
    }
    return board ^ captured(by: point, own)
  }

  private mutating func chainHash(_ root: Int) -> UInt64 {
    var hash: UInt64 = 0
    var stone = root
    repeat {
      hash ^= Self.hash(stones[stone], stone)
      stone = link(stone)
    } while stone != root
    return hash
  }
}

/// 1 for equal places: in place of a branch.
@inline(__always)
private func same<Place: GoPlace>(_ left: Place, _ right: Place) -> Place { left == right ? 1 : 0 }

/// 1 for true.
@inline(__always)
private func flag(_ condition: Bool) -> UInt8 { condition ? 1 : 0 }
