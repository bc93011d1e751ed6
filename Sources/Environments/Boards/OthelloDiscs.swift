/// A set of cells of an Othello board: bit `row * 8 + column` on a board of any side, so that the eight
/// directions are shifts by constants.
///
/// Lines are followed for a whole board at once by parallel prefix fills: after steps of one, one, two and
/// two cells the reach is six, the longest line there is (Kogge and Stone 1973, as computer chess uses it).
struct OthelloDiscs: Hashable, Sendable {
  var bits: UInt64

  init(bits: UInt64) { self.bits = bits }
  init(cell: Int) { bits = 1 << UInt64(truncatingIfNeeded: cell) }

  /// All cells of a board in the upper left corner of 8 x 8.
  init(side: Int) {
    bits = 0
    for row in 0..<side { bits |= (1 << UInt64(side) - 1) << UInt64(row * 8) }
  }

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }
  func contains(_ other: OthelloDiscs) -> Bool { bits & other.bits != 0 }
  func union(_ other: OthelloDiscs) -> OthelloDiscs { OthelloDiscs(bits: bits | other.bits) }
  mutating func formUnion(_ other: OthelloDiscs) { bits |= other.bits }
  mutating func subtract(_ other: OthelloDiscs) { bits &= ~other.bits }

  /// Cells of lines that lead off sideways cannot lie in the first and last column of 8.
  private static let inner: UInt64 = 0x7E7E_7E7E_7E7E_7E7E

  /// The empty cells of `board` where a disc of this side would enclose discs of the opponent.
  @inline(__always)
  func moves(against opponent: OthelloDiscs, on board: OthelloDiscs) -> OthelloDiscs {
    let sideways = opponent.bits & Self.inner
    let reached =
      Self.ends(of: bits, through: sideways, 1) | Self.ends(of: bits, through: opponent.bits, 8)
      | Self.ends(of: bits, through: sideways, 7) | Self.ends(of: bits, through: sideways, 9)
    return OthelloDiscs(bits: reached & board.bits & ~(bits | opponent.bits))
  }

  /// The opponent's discs that turn over when this side puts down a disc.
  @inline(__always)
  func flipped(by disc: OthelloDiscs, against opponent: OthelloDiscs) -> OthelloDiscs {
    let sideways = opponent.bits & Self.inner
    return OthelloDiscs(
      bits: Self.enclosed(from: disc.bits, to: bits, through: sideways, 1)
        | Self.enclosed(from: disc.bits, to: bits, through: opponent.bits, 8)
        | Self.enclosed(from: disc.bits, to: bits, through: sideways, 7)
        | Self.enclosed(from: disc.bits, to: bits, through: sideways, 9))
  }

  /// The cells behind unbroken lines through `discs`, both ways along a direction.
  @inline(__always)
  private static func ends(of start: UInt64, through discs: UInt64, _ step: UInt64) -> UInt64 {
    let (up, down) = lines(from: start, through: discs, step)
    return up << step | down >> step
  }

  /// The lines through `discs` that begin beside `start` and end beside `target`.
  @inline(__always)
  private static func enclosed(
    from start: UInt64, to target: UInt64, through discs: UInt64, _ step: UInt64
  ) -> UInt64 {
    let (up, down) = lines(from: start, through: discs, step)
    return (up << step & target != 0 ? up : 0) | (down >> step & target != 0 ? down : 0)
  }

  /// The discs reached from `start` in unbroken lines, towards higher and towards lower bits.
  @inline(__always)
  private static func lines(
    from start: UInt64, through discs: UInt64, _ step: UInt64
  ) -> (up: UInt64, down: UInt64) {
    var up = discs & (start &<< step)
    var down = discs & (start &>> step)
    up |= discs & (up &<< step)
    down |= discs & (down &>> step)
    let upPairs = discs & (discs &<< step)
    let downPairs = discs & (discs &>> step)
    up |= upPairs & (up &<< (2 &* step))
    down |= downPairs & (down &>> (2 &* step))
    up |= upPairs & (up &<< (2 &* step))
    down |= downPairs & (down &>> (2 &* step))
    return (up, down)
  }
}
