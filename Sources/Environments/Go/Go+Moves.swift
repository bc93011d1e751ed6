extension Go.State {
  mutating func pass(_ rules: GoMoveRules) {
    boardBefore = board
    keepBoard(Int(rules.boards))
    lastPoint = 0
    passes += 1
    plies += 1
    toMove = toMove.opponent
    remember(rules.repetition)
  }

  /// Plays on an empty point for the side to move. Returns whether that was suicide.
  @inline(__always)
  mutating func play(at point: Int, _ rules: GoMoveRules) -> Bool {
    let (own, opponent) = (toMove, toMove.opponent)
    boardBefore = board
    keepBoard(Int(rules.boards))
    set(own, at: point)
    Self.forEachNeighbour(of: point, stride: stride) { next in
      if stones[next] == opponent && chains[root(next)].contacts == 0 { remove(root(next), takenBy: own) }
    }
    let isSuicide = chains[root(point)].contacts == 0
    if isSuicide { remove(root(point), takenBy: opponent) }
    lastPoint = Place(truncatingIfNeeded: point)
    passes = 0
    plies &+= 1
    toMove = opponent
    return isSuicide
  }

  /// Puts a stone on an empty point and joins it to the chains of its colour; takes nothing off.
  @inline(__always)
  mutating func set(_ own: GoStone, at point: Int) {
    put(own, at: point)
    Self.forEachNeighbour(of: point, stride: stride) { next in
      if stones[next] == own && roots[next] != roots[point] { join(root(next), root(point)) }
    }
  }

  /// Puts down a stone as a chain of its own; its neighbours lose a liberty.
  @inline(__always)
  private mutating func put(_ stone: GoStone, at point: Int) {
    board ^= Self.hash(stone, point)
    stones[point] = stone
    occupied[stone.colour].insert(bit(point))
    emptyCount &-= 1
    let last = empties[Int(truncatingIfNeeded: emptyCount)]
    empties[link(point)] = last
    links[Int(truncatingIfNeeded: last)] = links[point]
    roots[point] = Place(truncatingIfNeeded: point)
    links[point] = Place(truncatingIfNeeded: point)
    var contacts: Place = 0
    Self.forEachNeighbour(of: point, stride: stride) { next in
      contacts &+= stones[next] == .empty ? 1 : 0
      chains[root(next)].contacts &-= 1
    }
    chains[point] = GoChain(contacts: contacts, size: 1)
  }

  /// Makes two chains one, at the root of the larger. O(size of the smaller).
  @inline(__always)
  private mutating func join(_ first: Int, _ second: Int) {
    let (small, large) = chains[first].size < chains[second].size ? (first, second) : (second, first)
    chains[large].contacts &+= chains[small].contacts
    chains[large].size &+= chains[small].size
    let root = Place(truncatingIfNeeded: large)
    var stone = small
    repeat {
      roots[stone] = root
      stone = link(stone)
    } while stone != small
    // Exchanging one link of each makes one circle of two.
    let next = links[small]
    links[small] = links[large]
    links[large] = next
  }

  /// Takes a chain off the board. O(its size).
  private mutating func remove(_ root: Int, takenBy taker: GoStone) {
    let colour = taker.opponent.colour
    prisoners[taker.colour] &+= UInt16(truncatingIfNeeded: chains[root].size)
    var stone = root
    repeat {
      let next = link(stone)
      board ^= Self.hash(taker.opponent, stone)
      stones[stone] = .empty
      roots[stone] = 0
      occupied[colour].remove(bit(stone))
      vacated[colour].insert(bit(stone))
      empties[Int(truncatingIfNeeded: emptyCount)] = Place(truncatingIfNeeded: stone)
      links[stone] = emptyCount
      emptyCount &+= 1
      Self.forEachNeighbour(of: stone, stride: stride) { next in chains[self.root(next)].contacts &+= 1 }
      stone = next
    } while stone != root
  }
}
