extension Othello {
  /// Corners, mobility and few discs at the frontier (Rosenbloom 1982), of the mover against the opponent.
  public func estimate(of state: State) -> Float {
    let opponentMoves = state.other.moves(against: state.own, on: board)
    let corners = Float(cornerCount(of: state.own) - cornerCount(of: state.other))
    let mobility = Self.balance(state.moves.count, opponentMoves.count)
    let frontier = Self.balance(frontierCount(of: state.other, state), frontierCount(of: state.own, state))
    return max(-0.95, min(0.95, 0.2 * corners + 0.3 * mobility + 0.15 * frontier))
  }

  /// From -1 to 1: how much larger the first number is.
  private static func balance(_ own: Int, _ other: Int) -> Float {
    own + other == 0 ? 0 : Float(own - other) / Float(own + other)
  }

  private func cornerCount(of discs: OthelloDiscs) -> Int {
    let last = UInt64(side - 1)
    let corners: UInt64 = 1 | 1 << last | (1 | 1 << last) << (last * 8)
    return (discs.bits & corners).nonzeroBitCount
  }

  /// Discs next to an empty cell.
  private func frontierCount(of discs: OthelloDiscs, _ state: State) -> Int {
    let notFirst: UInt64 = 0xFEFE_FEFE_FEFE_FEFE
    let notLast: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let empty = board.bits & ~(state.own.bits | state.other.bits)
    let row = empty | (empty << 1 & notFirst) | (empty >> 1 & notLast)
    return (discs.bits & (row | row << 8 | row >> 8)).nonzeroBitCount
  }
}
