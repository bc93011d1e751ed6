extension ScreenArcade: Notation {
  /// The joystick's position, such as `left`.
  public func name(of action: Action, in state: State) -> String { rules.joystick(for: action.index).name }

  /// The screen as 21 lines of 40 characters, each the most prominent colour of 4 x 10 pixels: the one with
  /// the highest number. A line with score, lives and level comes first.
  public func draw(_ state: State) -> String {
    let canvas = canvas(of: state)
    let lives = rules.usualLives > 0 ? "lives \(state.tally.lives)  " : ""
    var lines = ["score \(state.tally.score)  \(lives)level \(state.tally.level)"]
    for row in 0..<ScreenCanvas.height / 10 {
      lines.append(
        String((0..<ScreenCanvas.width / 4).map { Self.symbol(of: canvas, row: row, column: $0) }))
    }
    return lines.joined(separator: "\n")
  }

  private static func symbol(of canvas: ScreenCanvas, row: Int, column: Int) -> Character {
    var colour: UInt8 = 0
    for y in row * 10..<row * 10 + 10 {
      for x in column * 4..<column * 4 + 4 { colour = max(colour, canvas[x, y]) }
    }
    return symbols[Int(colour)]
  }

  /// Empty, walls, nets, then what moves.
  private static let symbols: [Character] = Array(" #:XG@OABCDEFHIJ")
}
