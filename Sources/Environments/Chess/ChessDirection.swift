/// The eight directions of the queen, clockwise: the order of the planes of AlphaZero's policy (Silver et al.
/// 2018).
///
/// Boards are bit boards: bit `rank * 8 + file`, a1 = 0, h8 = 63, so a step is a shift.
enum ChessDirection: Int, CaseIterable {
  case north, northEast, east, southEast, south, southWest, west, northWest

  /// What a step adds to a square.
  @inline(__always)
  var step: Int { Self.step(rawValue) }

  @inline(__always)
  static func step(_ index: Int) -> Int {
    switch index {
    case 0: 8
    case 1: 9
    case 2: 1
    case 3: -7
    case 4: -8
    case 5: -9
    case 6: -1
    default: 7
    }
  }

  /// The number of the direction with these signs of files and ranks, which are not both 0.
  @inline(__always)
  static func index(files: Int, ranks: Int) -> Int {
    // Digit ranks * 3 + files + 4 of 5, 4, 3, 6, none, 2, 7, 0, 1.
    0x1_0720_6345 &>> ((ranks &* 3 &+ files &+ 4) &* 4) & 15
  }

  /// Squares that a step can arrive at; the others would be reached over the edge of the board.
  @inline(__always)
  var arrivals: UInt64 {
    switch self {
    case .north, .south: ~0
    case .northEast, .east, .southEast: 0xFEFE_FEFE_FEFE_FEFE
    case .southWest, .west, .northWest: 0x7F7F_7F7F_7F7F_7F7F
    }
  }

  /// All squares moved one step.
  @inline(__always)
  func shift(_ squares: UInt64) -> UInt64 { Self.shift(squares, by: step) & arrivals }

  /// Where pieces that slide this way arrive: empty squares up to the first occupied one, and that one.
  ///
  /// Kogge-Stone occluded fill (Steffan Westcott 2003): all pieces at once, in three doubling steps. No two
  /// pieces arrive at one square from the same direction, as the nearer stands in the way of the other.
  @inline(__always)
  func slide(_ pieces: UInt64, through empty: UInt64) -> UInt64 {
    var reached = pieces
    var open = empty & arrivals
    reached |= open & Self.shift(reached, by: step)
    open &= Self.shift(open, by: step)
    reached |= open & Self.shift(reached, by: 2 * step)
    open &= Self.shift(open, by: 2 * step)
    reached |= open & Self.shift(reached, by: 4 * step)
    return shift(reached)
  }

  /// The nearest of the `occupied` squares, looking back from a square that is not in the first row.
  @inline(__always)
  func origin(of square: Int, among occupied: UInt64) -> Int {
    var origin = square &- step
    while occupied &>> UInt64(origin) & 1 == 0 { origin &-= step }
    return origin
  }

  /// All squares moved by an amount, which must lead none over the edge.
  @inline(__always)
  static func shift(_ squares: UInt64, by amount: Int) -> UInt64 {
    amount > 0 ? squares &<< UInt64(amount) : squares &>> UInt64(-amount)
  }
}
