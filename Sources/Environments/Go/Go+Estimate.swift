extension Go {
  /// The margin of the board as it stands, as a share of the board.
  public func estimate(of state: State) -> Float {
    let share = margin(of: state) / Float(side * side)
    return max(-0.95, min(0.95, state.toMove == .black ? share : -share))
  }
}
