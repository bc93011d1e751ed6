/// What the empty board alone decides, worked out in registers: cheaper than tables, which a random game
/// keeps driving out of the nearest cache, and which Swift guards at every access.
enum ChessGeometry {
  @inline(__always)
  static func bit(_ square: Int) -> UInt64 { 1 &<< UInt64(truncatingIfNeeded: square) }

  /// Squares that knights attack. Where knights stand does not matter: all are moved at once.
  @inline(__always)
  static func knightMoves(from knights: UInt64) -> UInt64 {
    let (east, west) = (ChessDirection.east, ChessDirection.west)
    let beside = east.shift(knights) | west.shift(knights)
    let beyond = east.shift(east.shift(knights)) | west.shift(west.shift(knights))
    return beside &<< 16 | beside &>> 16 | beyond &<< 8 | beyond &>> 8
  }

  /// Squares that a king attacks.
  @inline(__always)
  static func kingMoves(from king: UInt64) -> UInt64 {
    let beside = ChessDirection.east.shift(king) | ChessDirection.west.shift(king)
    let row = beside | king
    return beside | row &<< 8 | row &>> 8
  }

  /// Squares from which a pawn of the other side attacks this one.
  @inline(__always)
  static func pawnsAttacking(_ square: UInt64) -> UInt64 {
    ChessDirection.northEast.shift(square) | ChessDirection.northWest.shift(square)
  }

  @inline(__always)
  static func file(of square: Int) -> UInt64 { 0x0101_0101_0101_0101 &<< UInt64(square & 7) }

  @inline(__always)
  static func rank(of square: Int) -> UInt64 { 0xFF &<< UInt64(square & 56) }

  /// The diagonal from the lower left to the upper right: the longest one, moved up or down.
  @inline(__always)
  static func risingDiagonal(through square: Int) -> UInt64 {
    let down = (square & 7) &- square &>> 3
    return shiftRanks(0x8040_2010_0804_0201, down: down)
  }

  /// The diagonal from the upper left to the lower right.
  @inline(__always)
  static func fallingDiagonal(through square: Int) -> UInt64 {
    let down = 7 &- (square & 7) &- square &>> 3
    return shiftRanks(0x0102_0408_1020_4080, down: down)
  }

  /// Squares strictly between two on a line, else none (Gerd Isenberg, Chess Programming Wiki, "Square
  /// Attacked By"): a file, rank or diagonal of six squares, picked by masks and moved to the lower square.
  @inline(__always)
  static func between(_ first: Int, _ second: Int) -> UInt64 {
    let all: UInt64 = ~0
    let gap = all &<< UInt64(truncatingIfNeeded: first) ^ all &<< UInt64(truncatingIfNeeded: second)
    let files = UInt64(bitPattern: Int64((second & 7) &- (first & 7)))
    let ranks = UInt64(bitPattern: Int64(((second | 7) &- first) &>> 3))
    var line = ((files & 7) &- 1) & 0x0001_0101_0101_0100
    line &+= 2 &* (((ranks & 7) &- 1) &>> 58)
    line &+= (((ranks &- files) & 15) &- 1) & 0x0040_2010_0804_0200
    line &+= (((ranks &+ files) & 15) &- 1) & 0x0002_0408_1020_4080
    line = line &* (gap & (0 &- gap))
    return line & gap
  }

  @inline(__always)
  private static func shiftRanks(_ squares: UInt64, down ranks: Int) -> UInt64 {
    let (down, up) = (max(ranks, 0), max(0 &- ranks, 0))
    return (squares &>> UInt64(truncatingIfNeeded: 8 &* down)) &<< UInt64(truncatingIfNeeded: 8 &* up)
  }
}
