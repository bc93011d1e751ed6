extension GoRules {
  /// The cells of the fixed handicap of the Go Text Protocol (Farneback 2002, version 2): corners, then sides,
  /// then the centre, as far as the side has such points. A cell is row x side + column, row 0 on top.
  ///
  /// Throws for a number of stones that is not usual on a board of this side.
  public static func handicapCells(_ count: Int, side: Int) throws(RuleError) -> [Int] {
    if count == 0 { return [] }
    let most = side < 7 ? 0 : side % 2 == 0 || side == 7 ? 4 : 9
    guard 2...9 ~= count && count <= most else {
      let choice = most == 0 ? "0, as boards below 7 x 7 have no handicap points" : "0 or 2 to \(most)"
      throw RuleError("go: a handicap of \(count) on \(side) x \(side) is not usual; choose \(choice)")
    }
    let low = side < 13 ? 2 : 3
    let (high, middle) = (side - 1 - low, side / 2)
    // Rows and columns from the top left; Black's first stones are bottom left and top right.
    let corners = [(high, low), (low, high), (low, low), (high, high)]
    let sides = [(middle, low), (middle, high), (high, middle), (low, middle)]
    var points = Array(corners.prefix(count)) + sides.prefix(max(0, count / 2 * 2 - 4))
    if count > 4 && count % 2 == 1 { points.append((middle, middle)) }
    return points.map { $0.0 * side + $0.1 }
  }
}

extension Go {
  /// The board before the first move: empty, or with Black's handicap and White to move.
  public func start(using random: inout Random) -> State {
    var state = State(side: side, komi: rules.komi)
    if rules.komiSpread > 0 {
      let steps = Int(2 * rules.komiSpread)
      state.komi += Float(random.integer(below: steps + 1)) - rules.komiSpread
    }
    for bit in 0..<words * 64 where handicap.contains(bit) { state.set(.black, at: bit + side + 2) }
    if rules.handicap > 0 { state.toMove = .white }
    state.remember(rules.repetition)
    return state
  }
}
