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
}
