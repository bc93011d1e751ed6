/// Who may still castle where, as the side to move sees it.
struct ChessCastling: OptionSet, Hashable, Sendable {
  var rawValue: UInt8 = 0

  static let ownShort = ChessCastling(rawValue: 1)
  static let ownLong = ChessCastling(rawValue: 2)
  static let otherShort = ChessCastling(rawValue: 4)
  static let otherLong = ChessCastling(rawValue: 8)

  /// Home squares of the own king, of both rooks, and of those of the other side.
  static let ownKing: UInt64 = 1 << 4
  static let ownRooks: (short: UInt64, long: UInt64) = (1 << 7, 1)
  static let otherKing: UInt64 = 1 << 60
  static let otherRooks: (short: UInt64, long: UInt64) = (1 << 63, 1 << 56)

  /// Squares that must be empty.
  static let ownPaths: (short: UInt64, long: UInt64) = (0x60, 0x0E)

  /// Rights go when king or rook leaves its square, or something takes the rook there.
  @inline(__always)
  mutating func lose(touching squares: UInt64) {
    if squares & (Self.ownKing | Self.ownRooks.short) != 0 { rawValue &= ~1 }
    if squares & (Self.ownKing | Self.ownRooks.long) != 0 { rawValue &= ~2 }
    if squares & (Self.otherKing | Self.otherRooks.short) != 0 { rawValue &= ~4 }
    if squares & (Self.otherKing | Self.otherRooks.long) != 0 { rawValue &= ~8 }
  }

  /// As the other side sees it.
  @inline(__always)
  mutating func turn() { rawValue = rawValue >> 2 | (rawValue & 3) << 2 }

  /// A random number for the rights, which does not depend on who looks at them.
  @inline(__always)
  func hash(isBlackToMove: Bool) -> UInt64 {
    var absolute = self
    if isBlackToMove { absolute.turn() }
    return Random.mix(UInt64(absolute.rawValue | 1 << 5) &* 0xA24B_AED4_963E_E407)
  }
}
