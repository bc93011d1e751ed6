/// A set of points of a board whose rows are one column apart, so that moving all points by one or by a row
/// never leads from one edge to the other: the bit of (row, column) is row x (side + 1) + column.
struct GoPointSet<let words: Int>: Sendable {
  var bits = InlineArray<words, UInt64>(repeating: 0)

  @inline(__always)
  func contains(_ bit: Int) -> Bool { bits[bit >> 6] >> UInt64(bit & 63) & 1 == 1 }

  @inline(__always)
  mutating func insert(_ bit: Int) { bits[bit >> 6] |= 1 << UInt64(bit & 63) }

  @inline(__always)
  mutating func remove(_ bit: Int) { bits[bit >> 6] &= ~(1 << UInt64(bit & 63)) }

  var isEmpty: Bool {
    for word in bits.indices where bits[word] != 0 { return false }
    return true
  }

  var count: Int {
    var count = 0
    for word in bits.indices { count += bits[word].nonzeroBitCount }
    return count
  }

  /// The set of the smallest bit alone; empty for an empty set.
  var firstAlone: Self {
    var result = Self()
    for word in bits.indices where bits[word] != 0 {
      result.bits[word] = bits[word] & (0 &- bits[word])
      break
    }
    return result
  }

  @inline(__always)
  func forEach(_ body: (_ bit: Int) -> Void) {
    for word in bits.indices {
      var rest = bits[word]
      while rest != 0 {
        body(word << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }

  @inline(__always)
  func union(_ other: Self) -> Self { combined(with: other) { $0 | $1 } }
  @inline(__always)
  func intersection(_ other: Self) -> Self { combined(with: other) { $0 & $1 } }
  @inline(__always)
  func subtracting(_ other: Self) -> Self { combined(with: other) { $0 & ~$1 } }

  @inline(__always)
  private func combined(with other: Self, _ operation: (UInt64, UInt64) -> UInt64) -> Self {
    var result = Self()
    for word in bits.indices { result.bits[word] = operation(bits[word], other.bits[word]) }
    return result
  }

  static func == (left: Self, right: Self) -> Bool {
    for word in left.bits.indices where left.bits[word] != right.bits[word] { return false }
    return true
  }

  /// The points one column and one row away; also bits outside of the board.
  @inline(__always)
  func neighbours(stride: Int) -> Self {
    var result = Self()
    let (row, rest) = (UInt64(stride), UInt64(64 - stride))
    for word in bits.indices {
      let here = bits[word]
      let below = word > 0 ? bits[word - 1] : 0
      let above = word + 1 < words ? bits[word + 1] : 0
      result.bits[word] =
        here << 1 | here >> 1 | here << row | here >> row
        | below >> 63 | below >> rest | above << 63 | above << rest
    }
    return result
  }

  /// The points of `region` that are joined to this set, which lies within it. O(longest way x words).
  @inline(__always)
  func flooded(within region: Self, stride: Int) -> Self {
    var reached = self
    while true {
      let next = reached.union(reached.neighbours(stride: stride)).intersection(region)
      if next == reached { return reached }
      reached = next
    }
  }
}
