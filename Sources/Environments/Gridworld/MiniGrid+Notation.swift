extension MiniGrid: Notation {
  /// `left` and `right` turn, `forward` walks, `pickup`, `drop` and `toggle` handle what is ahead, `wait` waits.
  public func name(of action: Action, in state: State) -> String {
    ["left", "right", "forward", "pickup", "drop", "toggle", "wait"][action.index]
  }

  /// The world as a map, with the player as `>`, `v`, `<` or `^`; below it, what the player carries, and the
  /// colours of keys, balls, boxes and doors in reading order unless all are yellow.
  public func draw(_ state: State) -> String {
    var lines = (0..<rows).map { row in
      String(
        (0..<columns).map { column -> Character in
          let cell = row * columns + column
          return cell == state.position ? state.heading.symbol : state.cells[cell].tile.symbol
        })
    }
    if let thing = state.carries { lines.append("carries a \(thing.color.name) \(thing.tile)") }
    let colors = (0..<rows * columns).map { state.cells[$0] }.filter(\.tile.isColored).map(\.color)
    if colors.contains(where: { $0 != .yellow }) {
      lines.append("colours: " + colors.map(\.name).joined(separator: " "))
    }
    return lines.joined(separator: "\n")
  }
}
