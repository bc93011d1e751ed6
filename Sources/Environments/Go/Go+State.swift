/// What is on a point of the padded board.
enum GoStone: UInt8, Hashable, Sendable {
  case empty, black, white, wall

  /// The other colour of a stone.
  var opponent: GoStone { self == .black ? .white : .black }
  /// 0 black, 1 white.
  @inline(__always)
  var colour: Int { Int(rawValue) &- 1 }
}

/// A chain of stones, kept at its root point.
struct GoChain<Place: GoPlace>: Sendable, BitwiseCopyable {
  /// Liberties, each counted once for every stone of the chain that touches it. So a point is the only liberty
  /// of a chain exactly if it touches the chain as often as this.
  var contacts: Place = 0
  var size: Place = 0
}

/// The number type for points of a padded board: the smallest one that has room.
///
/// It also has room for the contacts of a chain: of s stones there are at most 2s + 2, and at most four times the
/// liberties, so never more than 4/3 of the points of a board.
public typealias GoPlace = BitwiseCopyable & FixedWidthInteger & Sendable & UnsignedInteger

extension Go {
  /// A position with its history, without references: copying it saves it. The board is padded: the point of
  /// (row, column) is (row + 1) x (side + 1) + column + 1, and one column of walls serves both edges.
  public struct State: Sendable {
    var stones = InlineArray<points, GoStone>(repeating: .wall)
    /// Root point of the chain of each stone; 0, a wall, where there is none. What is written to the chain
    /// of 0 is never read: it spares the branches around the writing.
    var roots = InlineArray<points, Place>(repeating: 0)
    /// The next stone of the chain, in a circle; of an empty point its rank in `empties`.
    var links = InlineArray<points, Place>(repeating: 0)
    /// Valid at roots.
    var chains = InlineArray<points, GoChain<Place>>(repeating: GoChain())
    /// The empty points, in no order.
    var empties = InlineArray<points, Place>(repeating: 0)
    var emptyCount: Place = 0
    /// The points with stones of Black, and of White.
    var occupied = InlineArray<2, GoPointSet<words>>(repeating: GoPointSet())
    /// The points where a stone of Black, or of White, has been taken off at some time.
    var vacated = InlineArray<2, GoPointSet<words>>(repeating: GoPointSet())
    /// The boards before the last actions, the latest first: as many as the planes show.
    var recent = InlineArray<7, InlineArray<2, GoPointSet<words>>>(
      repeating: InlineArray(repeating: GoPointSet()))
    /// Earlier boards (or situations), an open-addressing table in which 0 is a free slot.
    var history = InlineArray<slots, UInt64>(repeating: 0)
    /// All entries of the history, combined without order.
    var seen: UInt64 = 0
    /// Zobrist hash (1970) of the board, and of the board before the last action.
    var board: UInt64 = 0x9E37_79B9_7F4A_7C15
    var boardBefore: UInt64 = 0
    var toMove = GoStone.black
    var isOver = false
    /// The game ended because every point is pass-alive for one of the players.
    var isDecided = false
    /// Passes at the end of the game so far, 0 to 2.
    public internal(set) var passes: UInt8 = 0
    /// Padded point of the last move, 0 if there was none or it was a pass.
    var lastPoint: Place = 0
    /// Moves and passes so far.
    public internal(set) var plies: UInt16 = 0
    /// Stones taken so far by each side; suicides count for the opponent.
    var prisoners = InlineArray<2, UInt16>(repeating: 0)
    /// Points that White is given in this game.
    public internal(set) var komi: Float
    private let width: UInt8

    init(side: Int, komi: Float) {
      self.komi = komi
      width = UInt8(side + 1)
      for row in 1...side {
        for column in 1...side {
          let point = row * (side + 1) + column
          stones[point] = .empty
          empties[Int(emptyCount)] = Place(point)
          links[point] = emptyCount
          emptyCount += 1
        }
      }
    }

    /// Stones a side has taken so far.
    public func prisoners(of player: Player) -> Int { Int(prisoners[player.index]) }

    /// From a point to the one below it.
    @inline(__always)
    var stride: Int { Int(width) }

    /// The bit of a padded point in a set of points.
    @inline(__always)
    func bit(_ point: Int) -> Int { point &- stride &- 1 }

    /// A random number for each colour on each point.
    @inline(__always)
    static func hash(_ stone: GoStone, _ point: Int) -> UInt64 {
      Random.mix(UInt64(truncatingIfNeeded: point &* 4 &+ Int(stone.rawValue)) &* 0xD1B5_4A32_D192_ED03)
    }

    /// Unrolled by hand: the compiler leaves a loop of four rounds as it is.
    @inline(__always)
    static func forEachNeighbour(of point: Int, stride: Int, _ body: (_ next: Int) -> Void) {
      body(point &- stride)
      body(point &- 1)
      body(point &+ 1)
      body(point &+ stride)
    }

    @inline(__always)
    mutating func root(_ point: Int) -> Int { Int(truncatingIfNeeded: roots[point]) }

    @inline(__always)
    mutating func link(_ point: Int) -> Int { Int(truncatingIfNeeded: links[point]) }
  }
}
