/// The colours of all drawings of boards.
enum BoardInk: Int, CaseIterable, Sendable {
  // Wooden boards.
  case wood, woodShade, woodLine
  // Stones and chess pieces.
  case black, charcoal, gloss, white, whiteShade
  // Squares, and the frame around them.
  case lightSquare, darkSquare, frame
  // Othello's cloth.
  case green, greenShade, greenLine
  // The rest, by name.
  case blue, blueShade, paper, paperLine, red, redShade, yellow, yellowShade

  var colour: ScreenColour {
    switch self {
    case .wood: ScreenColour(0xE3B76B)
    case .woodShade: ScreenColour(0xB98D48)
    case .woodLine: ScreenColour(0x6B4A1E)
    case .black: ScreenColour(0x1C1C20)
    case .charcoal: ScreenColour(0x43444C)
    case .gloss: ScreenColour(0x55565E)
    case .white: ScreenColour(0xFAF8F2)
    case .whiteShade: ScreenColour(0xB9B4AA)
    case .lightSquare: ScreenColour(0xEEDBB8)
    case .darkSquare: ScreenColour(0xB38862)
    case .frame: ScreenColour(0x5D402C)
    case .green: ScreenColour(0x2E8B57)
    case .greenShade: ScreenColour(0x227045)
    case .greenLine: ScreenColour(0x174D30)
    case .blue: ScreenColour(0x2B5FC4)
    case .blueShade: ScreenColour(0x1D438F)
    case .paper: ScreenColour(0xF4F1EA)
    case .paperLine: ScreenColour(0xA9A498)
    case .red: ScreenColour(0xDE433C)
    case .redShade: ScreenColour(0xA62A28)
    case .yellow: ScreenColour(0xF7CE3E)
    case .yellowShade: ScreenColour(0xC99A1B)
    }
  }
}
