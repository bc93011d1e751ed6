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
    for direction in steps.indices {
      let step = steps[direction]
      // The missing cell of a line is any of its cells; the empty row on top keeps columns apart.
      for gap in 0..<length {
        var run = ~UInt64(0)
        for cell in 0..<length {
          let shift = step &* UInt64(cell)
          run &= (cell == gap ? free : stones) >> shift
        }
        cells |= (run << (step &* UInt64(gap))) & free
      }
    }
    return cells
  }
}
