extension Breakthrough {
  /// Pieces, and how far the foremost and all of them have come, of the mover against the opponent.
  public func estimate(of state: State) -> Float {
    let difference = strength(of: .first, state.first) - strength(of: .second, state.second)
    let scale = Float(2 * columns * rows)
    return max(-0.95, min(0.95, (state.toMove == .first ? difference : -difference) / scale))
  }

  /// A piece counts as the rows of the board, and its way as the square of its rows.
  private func strength(of player: Player, _ pieces: UInt64) -> Float {
    let line: UInt64 = 1 << UInt64(columns) - 1
    var sum = 0
    for row in 0..<rows {
      let count = (pieces >> UInt64(row * columns) & line).nonzeroBitCount
      let way = player == .first ? row : rows - 1 - row
      sum += count * (2 * rows + way * way)
    }
    return Float(sum) / 2
  }
}
