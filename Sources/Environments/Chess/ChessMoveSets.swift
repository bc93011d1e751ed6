/// The moves of the side to move, as sets of the squares they lead to, one set for each direction.
///
/// No two pieces but knights arrive at one square from the same direction, as the nearer stands in the way of
/// the other. So the sets hold every move once, are made for all pieces at a time, and are counted without
/// listing. Pins and checks are taken care of; only the king's own steps are not yet known to be safe.
struct ChessMoveSets {
  /// Arrivals of pawns and sliders, by `ChessDirection`.
  private(set) var along = InlineArray<8, UInt64>(repeating: 0)
  /// Arrivals of pawns on the last rank: straight on, to the right, to the left. They are in `along` too.
  private(set) var promotions = InlineArray<3, UInt64>(repeating: 0)
  /// Knights that may move, and where to.
  private(set) var knights: UInt64
  private(set) var knightTargets: UInt64
  /// Squares that the king could step or castle to if they are not attacked.
  var king: UInt64

  private static let lastRank: UInt64 = 0xFF << 56
  private static let thirdRank: UInt64 = 0xFF << 16
  private static let seventhRank: UInt64 = 0xFF << 48

  @inline(__always)
  init(_ board: ChessBoard) {
    let square = board.king
    let empty = ~board.occupied
    let free = ~board.pinned
    knights = board.own & board.knights & free
    king = ChessGeometry.kingMoves(from: board.own & board.kings) & ~board.own
    // What a check leaves: everything, taking the checker or stepping between, or the king's moves alone.
    var targets = ~board.own
    if board.checkers == 0 {
      king |= Self.castlingTargets(board)
    } else if board.checkers & (board.checkers &- 1) == 0 {
      targets &= ChessGeometry.between(square, board.checkers.trailingZeroBitCount) | board.checkers
    } else {
      targets = 0
    }
    knightTargets = targets

    // A pinned piece may move on the line on which it is pinned.
    let vertical = free | ChessGeometry.file(of: square)
    let horizontal = free | ChessGeometry.rank(of: square)
    let rising = free | ChessGeometry.risingDiagonal(through: square)
    let falling = free | ChessGeometry.fallingDiagonal(through: square)
    addSlides(board.own & board.straights, .north, vertical, empty, targets)
    addSlides(board.own & board.straights, .east, horizontal, empty, targets)
    addSlides(board.own & board.straights, .south, vertical, empty, targets)
    addSlides(board.own & board.straights, .west, horizontal, empty, targets)
    addSlides(board.own & board.diagonals, .northEast, rising, empty, targets)
    addSlides(board.own & board.diagonals, .southEast, falling, empty, targets)
    addSlides(board.own & board.diagonals, .southWest, rising, empty, targets)
    addSlides(board.own & board.diagonals, .northWest, falling, empty, targets)

    let pawns = board.own & board.pawns
    let single = ChessDirection.north.shift(pawns & vertical) & empty
    let double = ChessDirection.north.shift(single & Self.thirdRank) & empty
    let right = ChessDirection.northEast.shift(pawns & rising) & board.other & targets
    let left = ChessDirection.northWest.shift(pawns & falling) & board.other & targets
    along[0] |= (single | double) & targets
    along[1] |= right
    along[7] |= left
    if pawns & Self.seventhRank != 0 {
      promotions = [single & targets & Self.lastRank, right & Self.lastRank, left & Self.lastRank]
    }
    if board.enPassantCapturers != 0 {
      let target: UInt64 = 1 &<< UInt64(board.enPassantSquare)
      along[1] |= ChessDirection.northEast.shift(board.enPassantCapturers) & target
      along[7] |= ChessDirection.northWest.shift(board.enPassantCapturers) & target
    }
  }

  @inline(__always)
  private mutating func addSlides(
    _ sliders: UInt64, _ direction: ChessDirection, _ free: UInt64, _ empty: UInt64, _ targets: UInt64
  ) {
    along[direction.rawValue] = direction.slide(sliders & free, through: empty) & targets
  }

  /// Where the king would castle to, if nothing attacks its way.
  @inline(__always)
  private static func castlingTargets(_ board: ChessBoard) -> UInt64 {
    var result: UInt64 = 0
    if board.castling.contains(.ownShort) && board.occupied & ChessCastling.ownPaths.short == 0 {
      result |= 1 << 6
    }
    if board.castling.contains(.ownLong) && board.occupied & ChessCastling.ownPaths.long == 0 {
      result |= 1 << 2
    }
    return result
  }

  /// Whether any piece but the king can move.
  var hasMoveBesidesKing: Bool {
    var all: UInt64 = 0
    for direction in along.indices { all |= along[direction] }
    if all != 0 { return true }
    return ChessGeometry.knightMoves(from: knights) & knightTargets != 0
  }
}

extension ChessBoard {
  /// Whether the king's step, or his way when he castles, is not attacked.
  @inline(__always)
  func isSafe(forKingTo target: Int) -> Bool {
    let from = king
    let without = occupied & ~(1 &<< UInt64(truncatingIfNeeded: from))
    if isAttacked(target, occupied: without, by: other) { return false }
    if abs(target &- from) != 2 { return true }
    return !isAttacked((target &+ from) / 2, occupied: without, by: other)
  }

  /// All moves, with those of the king that are safe only.
  func legalMoves() -> ChessMoveSets {
    var moves = ChessMoveSets(self)
    var rest = moves.king
    while rest != 0 {
      let target = rest.trailingZeroBitCount
      if !isSafe(forKingTo: target) { moves.king &= ~(1 << UInt64(target)) }
      rest &= rest &- 1
    }
    return moves
  }

  /// Whether the side to move has a legal move.
  @inline(__always)
  func hasLegalMove() -> Bool { hasObviousMove || searchLegalMove() }

  /// Whether a piece that is not pinned can go one step (a knight: one jump), without check: almost always
  /// so.
  @inline(__always)
  private var hasObviousMove: Bool {
    if checkers != 0 { return false }
    let free = own & ~pinned
    if ChessDirection.north.shift(free & pawns) & ~occupied != 0 { return true }
    let (straight, diagonal) = (free & straights, free & diagonals)
    let steps =
      ChessDirection.north.shift(straight) | ChessDirection.east.shift(straight)
      | ChessDirection.south.shift(straight) | ChessDirection.west.shift(straight)
      | ChessDirection.northEast.shift(diagonal) | ChessDirection.southEast.shift(diagonal)
      | ChessDirection.southWest.shift(diagonal) | ChessDirection.northWest.shift(diagonal)
      | ChessGeometry.knightMoves(from: free & knights)
    return steps & ~own != 0
  }

  private func searchLegalMove() -> Bool {
    let moves = ChessMoveSets(self)
    if moves.hasMoveBesidesKing { return true }
    var rest = moves.king
    while rest != 0 {
      if isSafe(forKingTo: rest.trailingZeroBitCount) { return true }
      rest &= rest &- 1
    }
    return false
  }
}
