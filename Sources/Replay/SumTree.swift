/// Whole numbers, the weights of leaves, in a tree of sixteen branches that keeps their sums: what a leaf weighs can be
/// changed, and the leaf found that covers a point of the total, in O(log n) without allocation. Sums of integers are
/// exact in any order, so the tree depends only on its leaves.
public struct SumTree: Hashable, Sendable {
  /// Number of leaves.
  public let count: Int
  /// The sum of all weights.
  public private(set) var total: UInt64 = 0

  /// [count], and zeros up to a multiple of sixteen.
  private var leaves: [UInt32]
  /// The sums of sixteen leaves each, then those of sixteen sums and so on up to one level of at most sixteen, each
  /// level with zeros up to a multiple of sixteen.
  private var sums: [UInt64]
  /// Where each level of sums begins, the lowest first.
  private let levels: [Int]

  /// All weights are zero. Sums stay exact for up to 2^31 leaves.
  public init(count: Int) {
    precondition(count > 0 && count <= 1 << 31, "a tree of \(count) leaves")
    self.count = count
    leaves = [UInt32](repeating: 0, count: Self.padded(count))
    var levels: [Int] = []
    var (size, nodes) = (leaves.count, 0)
    while size > 16 {
      size = Self.padded(size / 16)
      levels.append(nodes)
      nodes += size
    }
    self.levels = levels
    sums = [UInt64](repeating: 0, count: nodes)
  }

  private static func padded(_ count: Int) -> Int { (count + 15) & ~15 }

  /// Bytes of its memory.
  public var bytes: Int { leaves.count * 4 + sums.count * 8 }

  /// The weight of a leaf.
  public subscript(leaf: Int) -> UInt32 {
    get { leaves[leaf] }
    set {
      precondition(leaf >= 0 && leaf < count, "there is no leaf \(leaf)")
      let change = UInt64(newValue) &- UInt64(leaves[leaf])
      if change == 0 { return }
      leaves[leaf] = newValue
      // Modulo 2^64 the difference may be negative: the sums never are.
      total &+= change
      var node = leaf
      for start in levels {
        node >>= 4
        sums[start + node] &+= change
      }
    }
  }

  /// The leaf whose share of `0..<total` holds `point`, the leaves lying one after another. Leaves of weight zero
  /// are never found.
  public func leaf(at point: UInt64) -> Int {
    precondition(point < total, "the point \(point) lies beyond the total of \(total)")
    var rest = point
    var node = 0
    for level in levels.indices.reversed() {
      node = Self.branch(sums.span, from: levels[level] + node * 16, &rest) + node * 16
    }
    return Self.branch(leaves.span, from: node * 16, &rest) + node * 16
  }

  /// The first of sixteen numbers up to which their sum exceeds `rest`, which is reduced by those before. Counts
  /// without branches: a branch that is hard to foresee costs as much as sixteen sums.
  @inline(__always)
  private static func branch<Weight: FixedWidthInteger>(
    _ weights: Span<Weight>, from start: Int, _ rest: inout UInt64
  ) -> Int {
    var (index, sum, before) = (0, UInt64(0), UInt64(0))
    for i in 0..<16 {
      sum &+= UInt64(truncatingIfNeeded: weights[start + i])
      let isPassed = sum <= rest
      index &+= isPassed ? 1 : 0
      before = isPassed ? sum : before
    }
    rest &-= before
    return index
  }

  /// All weights, [count].
  public var weights: ArraySlice<UInt32> { leaves[..<count] }

  /// Whether every sum is that of what lies below it: what tests ask.
  package var isConsistent: Bool {
    var below = leaves.map { UInt64($0) }
    for (level, start) in levels.enumerated() {
      let end = level + 1 < levels.count ? levels[level + 1] : sums.count
      let these = Array(sums[start..<end])
      for node in these.indices {
        let expected = below.dropFirst(node * 16).prefix(16).reduce(0, +)
        if these[node] != expected { return false }
      }
      below = these
    }
    return below.reduce(0, +) == total
  }
}
