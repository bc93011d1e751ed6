/// A set of cells in `words` words, without allocation: bit `row * columns + column` of a board of any size.
struct BitBoard<let words: Int>: Sendable {
  var bits: InlineArray<words, UInt64>

  /// No cells.
  @inline(__always)
  init() { bits = InlineArray(repeating: 0) }

  /// One cell.
  @inline(__always)
  init(cell: Int) {
    self.init()
    insert(cell)
  }

  /// The cells for which `isMember` holds.
  init(below count: Int, where isMember: (Int) -> Bool) {
    self.init()
    for cell in 0..<count where isMember(cell) { insert(cell) }
  }

  @inline(__always)
  var isEmpty: Bool {
    var union: UInt64 = 0
    for word in bits.indices { union |= bits[word] }
    return union == 0
  }

  @inline(__always)
  func contains(_ cell: Int) -> Bool { bits[cell >> 6] >> UInt64(cell & 63) & 1 == 1 }

  @inline(__always)
  mutating func insert(_ cell: Int) { bits[cell >> 6] |= 1 << UInt64(cell & 63) }

  @inline(__always)
  func intersects(_ other: Self) -> Bool {
    var common: UInt64 = 0
    for word in bits.indices { common |= bits[word] & other.bits[word] }
    return common != 0
  }

  @inline(__always)
  static func | (left: Self, right: Self) -> Self {
    var result = left
    for word in result.bits.indices { result.bits[word] |= right.bits[word] }
    return result
  }

  @inline(__always)
  static func & (left: Self, right: Self) -> Self {
    var result = left
    for word in result.bits.indices { result.bits[word] &= right.bits[word] }
    return result
  }

  @inline(__always)
  func subtracting(_ other: Self) -> Self {
    var result = self
    for word in result.bits.indices { result.bits[word] &= ~other.bits[word] }
    return result
  }

  /// Every cell `distance` bits higher, from 1 to 63; what runs over the last word is lost.
  @inline(__always)
  static func << (board: Self, distance: Int) -> Self {
    let distance = UInt64(truncatingIfNeeded: distance)
    var result = Self()
    var carry: UInt64 = 0
    for word in board.bits.indices {
      result.bits[word] = board.bits[word] &<< distance | carry
      carry = board.bits[word] &>> (0 &- distance)
    }
    return result
  }

  /// Every cell `distance` bits lower, from 1 to 63.
  @inline(__always)
  static func >> (board: Self, distance: Int) -> Self {
    let distance = UInt64(truncatingIfNeeded: distance)
    var result = Self()
    var carry: UInt64 = 0
    for word in board.bits.indices.reversed() {
      result.bits[word] = board.bits[word] &>> distance | carry
      carry = board.bits[word] &<< (0 &- distance)
    }
    return result
  }
}

extension BitBoard: Hashable {
  static func == (left: Self, right: Self) -> Bool {
    for word in left.bits.indices where left.bits[word] != right.bits[word] { return false }
    return true
  }

  func hash(into hasher: inout Hasher) {
    for word in bits.indices { hasher.combine(bits[word]) }
  }
}

extension BitBoard {
  /// Folds the cells into a hash.
  func mixed(into hash: UInt64) -> UInt64 {
    var hash = hash
    for word in bits.indices { hash = Random.mix(bits[word] ^ Random.mix(hash)) }
    return hash
  }
}
