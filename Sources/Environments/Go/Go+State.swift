/// What is on a point of the padded board.
enum GoStone: UInt8, Hashable, Sendable {
  case empty, black, white, wall

  /// The other colour of a stone.
  var opponent: GoStone { self == .black ? .white : .black }
}

/// A chain of stones, kept at its root point. Liberties are counted once for every stone that touches them;
/// with the sum and the sum of squares of their points it is known in O(1) whether they are all one point.
struct GoChain: Hashable, Sendable {
  /// The hashes of its stones, combined.
  var hash: UInt64 = 0
  var sum: UInt32 = 0
  var squares: UInt32 = 0
  var liberties: UInt16 = 0
  var size: UInt16 = 0

  mutating func addLiberty(_ point: Int) {
    liberties &+= 1
    sum &+= UInt32(truncatingIfNeeded: point)
    squares &+= UInt32(truncatingIfNeeded: point &* point)
  }

  mutating func removeLiberty(_ point: Int) {
    liberties &-= 1
    sum &-= UInt32(truncatingIfNeeded: point)
    squares &-= UInt32(truncatingIfNeeded: point &* point)
  }

  /// One liberty exactly: then, and only then, the bound of Cauchy and Schwarz is reached. One point
  /// touches a chain at most four times.
  var isInAtari: Bool {
    liberties <= 4 && UInt64(liberties) &* UInt64(squares) == UInt64(sum) &* UInt64(sum)
  }
}

extension Go {
  /// A position with its history, without references: copying it saves it. The board is padded: the point of
  /// (row, column) is (row + 1) x (side + 1) + column + 1, and one column of walls serves both edges.
  public struct State: Sendable {
    var stones: InlineArray<points, GoStone>
    /// Root point of the chain of each stone, and the next stone of the chain, in a circle.
    var roots = InlineArray<points, UInt16>(repeating: 0)
    var links = InlineArray<points, UInt16>(repeating: 0)
    /// Valid at roots.
    var chains = InlineArray<points, GoChain>(repeating: GoChain())
    /// Colours (1 black, 2 white) that have been taken off a point at some time.
    var vacated = InlineArray<points, UInt8>(repeating: 0)
    /// Earlier boards (or situations), an open-addressing table in which 0 is a free slot.
    var history = InlineArray<slots, UInt64>(repeating: 0)
    /// All entries of the history, combined without order.
    var seen: UInt64 = 0
    /// Zobrist hash (1970) of the board, and of the board before the last action.
    var board: UInt64 = 0x9E37_79B9_7F4A_7C15
    var boardBefore: UInt64 = 0
    var toMove = GoStone.black
    var isOver = false
    /// Passes at the end of the game so far, 0 to 2.
    public internal(set) var passes: UInt8 = 0
    /// Moves and passes so far.
    public internal(set) var plies: UInt16 = 0
    /// Padded point of the last move, 0 if there was none or it was a pass.
    var lastPoint: UInt16 = 0
    /// Stones taken so far by each side; suicides count for the opponent.
    var prisoners = InlineArray<2, UInt16>(repeating: 0)
    let stride: Int

    init(side: Int) {
      stride = side + 1
      stones = InlineArray(repeating: .wall)
      for row in 1...side {
        for column in 1...side { stones[row * stride + column] = .empty }
      }
    }

    /// Stones a side has taken so far.
    public func prisoners(of player: Player) -> Int { Int(prisoners[player.index]) }

    /// A random number for each colour on each point.
    static func hash(_ stone: GoStone, _ point: Int) -> UInt64 {
      Random.mix(UInt64(truncatingIfNeeded: point &* 4 &+ Int(stone.rawValue)) &* 0xD1B5_4A32_D192_ED03)
    }

    @inline(__always)
    func neighbour(_ index: Int, of point: Int) -> Int {
      switch index {
      case 0: point &- stride
      case 1: point &- 1
      case 2: point &+ 1
      default: point &+ stride
      }
    }

    @inline(__always)
    func touchesEmpty(_ point: Int) -> Bool {
      stones[point &- 1] == .empty || stones[point &+ 1] == .empty || stones[point &- stride] == .empty
        || stones[point &+ stride] == .empty
    }

    /// The hash of the board if the side to move plays on an empty point, and whether that is suicide.
    @inline(__always)
    func boardAfter(_ point: Int) -> (board: UInt64, isSuicide: Bool) {
      var isSafe = false
      var captured: UInt64 = 0
      var own: UInt64 = 0
      // Chains met already; the same one is met again if the point touches it twice.
      var met = InlineArray<4, UInt16>(repeating: 0)
      for index in 0..<4 {
        let next = neighbour(index, of: point)
        let stone = stones[next]
        if stone == .empty { isSafe = true }
        if stone == .empty || stone == .wall { continue }
        let root = roots[next]
        let chain = chains[Int(root)]
        let isInAtari = chain.isInAtari
        if (stone == toMove) != isInAtari { isSafe = true }
        if !isInAtari || root == met[0] || root == met[1] || root == met[2] { continue }
        met[index] = root
        if stone == toMove { own ^= chain.hash } else { captured ^= chain.hash }
      }
      return isSafe ? (board ^ Self.hash(toMove, point) ^ captured, false) : (board ^ own, true)
    }

    mutating func pass() {
      boardBefore = board
      lastPoint = 0
      passes += 1
      plies += 1
      toMove = toMove.opponent
    }

    /// Plays a legal move of the side to move.
    mutating func play(at point: Int) {
      boardBefore = board
      let opponent = toMove.opponent
      found(at: point)
      for index in 0..<4 {
        let next = neighbour(index, of: point)
        if stones[next] == toMove && roots[next] != roots[point] { join(Int(roots[next]), Int(roots[point])) }
      }
      for index in 0..<4 {
        let next = neighbour(index, of: point)
        if stones[next] == opponent && chains[Int(roots[next])].liberties == 0 {
          remove(Int(roots[next]), takenBy: toMove)
        }
      }
      if chains[Int(roots[point])].liberties == 0 { remove(Int(roots[point]), takenBy: opponent) }
      lastPoint = UInt16(point)
      passes = 0
      plies += 1
      toMove = opponent
    }

    /// Puts down a stone as a chain of its own; its neighbours lose a liberty.
    private mutating func found(at point: Int) {
      var chain = GoChain(hash: Self.hash(toMove, point), size: 1)
      board ^= chain.hash
      stones[point] = toMove
      roots[point] = UInt16(point)
      links[point] = UInt16(point)
      for index in 0..<4 {
        let next = neighbour(index, of: point)
        switch stones[next] {
        case .empty: chain.addLiberty(next)
        case .wall: break
        default: chains[Int(roots[next])].removeLiberty(point)
        }
      }
      chains[point] = chain
    }

    /// Makes two chains one, at the root of the larger. O(size of the smaller).
    private mutating func join(_ first: Int, _ second: Int) {
      let (small, large) = chains[first].size < chains[second].size ? (first, second) : (second, first)
      let chain = chains[small]
      chains[large].hash ^= chain.hash
      chains[large].sum &+= chain.sum
      chains[large].squares &+= chain.squares
      chains[large].liberties &+= chain.liberties
      chains[large].size += chain.size
      var stone = small
      repeat {
        roots[stone] = UInt16(large)
        stone = Int(links[stone])
      } while stone != small
      // Exchanging one link of each makes one circle of two.
      (links[small], links[large]) = (links[large], links[small])
    }

    /// Takes a chain off the board. O(its size).
    private mutating func remove(_ root: Int, takenBy taker: GoStone) {
      board ^= chains[root].hash
      prisoners[taker == .black ? 0 : 1] += chains[root].size
      var stone = root
      repeat {
        vacated[stone] |= stones[stone].rawValue
        stones[stone] = .empty
        for index in 0..<4 {
          let next = neighbour(index, of: stone)
          if stones[next] == .black || stones[next] == .white {
            chains[Int(roots[next])].addLiberty(stone)
          }
        }
        stone = Int(links[stone])
      } while stone != root
    }
  }
}
