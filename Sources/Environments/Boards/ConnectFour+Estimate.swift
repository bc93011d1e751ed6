extension ConnectFour {
  /// Open lines: free cells that would complete a line, of the mover less of the opponent.
  public func estimate(of state: State) -> Float {
    let other = state.occupied & ~state.own
    let free = board & ~state.occupied
    let difference =
      winningCells(of: state.own, free).nonzeroBitCount - winningCells(of: other, free).nonzeroBitCount
    return max(-0.9, min(0.9, 0.1 * Float(difference)))
  }

  /// The free cells that complete a line of some stones.
  private func winningCells(of stones: UInt64, _ free: UInt64) -> UInt64 {
    var cells: UInt64 = 0
    let steps: InlineArray<4, UInt64> = [1, UInt64(rows), UInt64(rows + 1), UInt64(rows + 2)]
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: length) { after in
      for direction in steps.indices {
        let step = steps[direction]
        // Cells that so many stones follow, or precede, in this direction; the empty row on top keeps columns apart.
        after[0] = ~0
        for count in 1..<length { after[count] = (after[count - 1] & stones) >> step }
        var before = ~UInt64(0)
        for count in 0..<length {
          cells |= before & after[length - 1 - count]
          before = (before & stones) << step
        }
      }
    }
    return cells & free
  }
}
