extension Go: Scored {
  /// Black's area less White's and less komi.
  public func margin(of state: State) -> Float {
    let areas = areas(of: state)
    return Float(areas[0].count - areas[1].count) - state.komi
  }

  public func ownership(of state: State) -> [Int8] {
    let areas = areas(of: state)
    var result = [Int8](repeating: 0, count: side * side)
    areas[0].forEach { result[cell(ofBit: $0)] = 1 }
    areas[1].forEach { result[cell(ofBit: $0)] = -1 }
    return result
  }

  /// Stones and the empty points that reach stones of one colour only; of a game that ended decided, what is
  /// pass-alive, with the dead stones inside. O(longest way through empty points).
  private func areas(of state: State) -> InlineArray<2, GoPointSet<words>> {
    if state.isDecided { return [passAliveArea(of: 0, in: state), passAliveArea(of: 1, in: state)] }
    let empty = board.subtracting(state.occupied[0]).subtracting(state.occupied[1])
    var reached = state.occupied
    for colour in 0..<2 {
      reached[colour] = reached[colour].flooded(within: empty.union(reached[colour]), stride: side + 1)
    }
    return [reached[0].subtracting(reached[1]), reached[1].subtracting(reached[0])]
  }

  /// Who keeps each cell even by passing for ever (Benson 1976): 1 Black, -1 White, 0 undecided; [rows x columns].
  public func passAliveOwnership(of state: State) -> [Int8] {
    var result = [Int8](repeating: 0, count: side * side)
    passAliveArea(of: 0, in: state).forEach { result[cell(ofBit: $0)] = 1 }
    passAliveArea(of: 1, in: state).forEach { result[cell(ofBit: $0)] = -1 }
    return result
  }
}
