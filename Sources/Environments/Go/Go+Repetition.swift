extension Go.State {
  /// What the history holds for a board with a side to move next.
  @inline(__always)
  private static func entry(_ board: UInt64, _ next: GoStone, _ rule: GoRepetition) -> UInt64 {
    rule == .situationalSuperko && next == .white ? board ^ 0xA24B_AED4_963E_E407 : board
  }

  /// Takes note of the position as it stands. Returns whether it was there already. O(1), amortised.
  @inline(__always)
  @discardableResult
  mutating func remember(_ rule: GoRepetition) -> Bool {
    if rule == .simpleKo { return false }
    let entry = Self.entry(board, toMove, rule)
    var slot = Int(truncatingIfNeeded: entry >> 32) & (slots - 1)
    while history[slot] != 0 {
      if history[slot] == entry { return true }
      slot = (slot + 1) & (slots - 1)
    }
    history[slot] = entry
    seen &+= entry
    return false
  }

  /// Whether the side to move may not make this board. O(1), amortised.
  @inline(__always)
  mutating func repeats(_ board: UInt64, _ rule: GoRepetition) -> Bool {
    if rule == .simpleKo { return board == boardBefore }
    let entry = Self.entry(board, toMove.opponent, rule)
    var slot = Int(truncatingIfNeeded: entry >> 32) & (slots - 1)
    while history[slot] != 0 {
      if history[slot] == entry { return true }
      slot = (slot + 1) & (slots - 1)
    }
    return false
  }

  /// Keeps the present board as the latest of a number of earlier boards.
  @inline(__always)
  mutating func keepBoard(_ count: Int) {
    if count == 0 { return }
    for index in (1..<count).reversed() { recent[index] = recent[index - 1] }
    recent[0] = occupied
  }

  /// A hash of the boards kept.
  func recentKey(boards: Int) -> UInt64 {
    var key: UInt64 = 0
    for index in 0..<boards {
      for colour in 0..<2 {
        for word in 0..<words { key = Random.mix(key &+ recent[index][colour].bits[word]) }
      }
    }
    return key
  }
}
