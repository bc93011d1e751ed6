/// A set of cells of a 10 x 10 board, cell = row * 10 + column, in one word.
struct CellSet: Hashable, Sendable, BitwiseCopyable {
  private(set) var bits: UInt128 = 0

  private static let board: UInt128 = 1 << 100 - 1
  /// The cells of column 0: every tenth bit.
  private static let firstColumn: UInt128 = (0..<10).reduce(0) { $0 | 1 << ($1 * 10) }

  init() {}

  init(rows: Range<Int>, columns: Range<Int>) {
    for row in rows { for column in columns { insert(row * 10 + column) } }
  }

  private init(bits: UInt128) { self.bits = bits }

  var isEmpty: Bool { bits == 0 }
  var count: Int { bits.nonzeroBitCount }
  /// A hash of the set.
  var key: UInt64 {
    Random.mix(UInt64(truncatingIfNeeded: bits) ^ Random.mix(UInt64(truncatingIfNeeded: bits >> 64)))
  }

  func contains(_ cell: Int) -> Bool { bits >> cell & 1 == 1 }
  mutating func insert(_ cell: Int) { bits |= 1 << cell }

  static func & (left: CellSet, right: CellSet) -> CellSet { CellSet(bits: left.bits & right.bits) }
  mutating func subtract(_ other: CellSet) { bits &= ~other.bits }

  func occupies(column: Int) -> Bool { bits & Self.firstColumn << column != 0 }
  func occupies(row: Int) -> Bool { bits >> (row * 10) & 0x3FF != 0 }

  /// The lowest row in which `column` is occupied; nil if there is none.
  func lowestRow(column: Int) -> Int? {
    let cells = bits & Self.firstColumn << column
    return cells == 0 ? nil : (127 - cells.leadingZeroBitCount) / 10
  }

  /// Every cell moves one row up; the top row leaves.
  mutating func moveUp() { bits >>= 10 }
  /// Every cell moves one row down; the lowest row leaves.
  mutating func moveDown() { bits = bits << 10 & Self.board }
  /// Every cell moves one row down; the lowest row comes back on top.
  mutating func rollDown() { bits = (bits << 10 | bits >> 90) & Self.board }
  /// Every cell moves one column; nothing may stand in the edge column on that side.
  mutating func moveSideways(by step: Int) { bits = step > 0 ? bits << 1 : bits >> 1 }

  func forEach(_ body: (Int) -> Void) {
    var (low, high) = (UInt64(truncatingIfNeeded: bits), UInt64(truncatingIfNeeded: bits >> 64))
    while low != 0 {
      body(low.trailingZeroBitCount)
      low &= low - 1
    }
    while high != 0 {
      body(64 + high.trailingZeroBitCount)
      high &= high - 1
    }
  }
}

extension MutableSpan<Float> {
  /// Sets one cell of a plane of 10 x 10.
  mutating func mark(_ plane: Int, row: Int, column: Int) { self[plane * 100 + row * 10 + column] = 1 }
}

extension UInt64 {
  /// The word with a small number put behind what it holds; eight of them fill it.
  func packed(_ number: Int8) -> UInt64 { self << 8 | UInt64(UInt8(bitPattern: number)) }
}
