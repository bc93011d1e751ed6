/// A set of cells in `words` words, without allocation: bit `row * columns + column` of a board of any size.
struct BitBoard<let words: Int>: Sendable {
  var bits: InlineArray<words, UInt64>

  /// No cells.
  @inline(__always)
  init() { bits = InlineArray(repeating: 0) }

  /// The cells for which `isMember` holds.
  init(below count: Int, where isMember: (Int) -> Bool) {
    self.init()
    for cell in 0..<count where isMember(cell) { insert(cell) }
  }

  @inline(__always)
  func contains(_ cell: Int) -> Bool { bits[cell >> 6] >> UInt64(cell & 63) & 1 == 1 }

  @inline(__always)
  mutating func insert(_ cell: Int) { bits[cell >> 6] |= 1 << UInt64(cell & 63) }

  /// 64 cells from a first one on; it may lie up to 64 cells before the board, where all are empty.
  @inline(__always)
  func window(from first: Int) -> UInt64 {
    let (word, shift) = (first >> 6, UInt64(first & 63))
    let low = word < 0 ? 0 : bits[word]
    let high = word + 1 < words ? bits[word + 1] : 0
    // In two steps, as a shift by 64 is none.
    return low &>> shift | (high &<< 1) &<< (63 &- shift)
  }

  @inline(__always)
  static func | (left: Self, right: Self) -> Self {
    var result = left
    for word in result.bits.indices { result.bits[word] |= right.bits[word] }
    return result
  }

  @inline(__always)
  func subtracting(_ other: Self) -> Self {
    var result = self
    for word in result.bits.indices { result.bits[word] &= ~other.bits[word] }
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
  /// A uniformly random cell below `count` that is in neither set; there must be one.
  ///
  /// Cells are drawn until one is free, which on all but small boards takes less than a search among them.
  @inline(__always)
  static func randomCell(
    below count: Int, outside first: Self, and second: Self, using random: inout Random
  ) -> Int {
    while true {
      let cell = random.integer(below: count)
      if !first.contains(cell) && !second.contains(cell) { return cell }
    }
  }

  /// Folds the cells into a hash.
  func mixed(into hash: UInt64) -> UInt64 {
    var hash = hash
    for word in bits.indices { hash = Random.mix(bits[word] ^ Random.mix(hash)) }
    return hash
  }
}
