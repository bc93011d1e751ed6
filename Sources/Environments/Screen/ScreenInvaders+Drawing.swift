extension ScreenInvaders {
  public var palette: ScreenPalette {
    ScreenPalette([
      0x4E8A3E, 0xD88A3C, 0xE0D060, 0x9ED86A, 0x62C8C0, 0x7A9CF0, 0xB488F0, 0xE878C0, 0xE85454, 0xF0F0F0,
      0x58D878, 0xFFB040, 0, 0, 0,
    ])
  }

  private enum Colour {
    static let ground: UInt8 = 1
    static let shield: UInt8 = 2
    /// Of the upper row; those of the rows below follow.
    static let invaders: UInt8 = 3
    static let ship: UInt8 = 9
    static let missile: UInt8 = 10
    static let cannon: UInt8 = 11
    static let blast: UInt8 = 12
  }

  public func draw(_ board: Board, tally: ScreenTally, onto canvas: inout ScreenCanvas) {
    canvas.write(
      Int(tally.score), endingAt: 78, y: 4, scaleX: 3, scaleY: 2, digits: 4, colour: Colour.missile)
    canvas.write(Int(tally.level) + 1, endingAt: 150, y: 4, scaleX: 3, scaleY: 2, colour: Colour.ground)
    canvas.fill(x: 0, y: Self.ground, width: 160, height: 2, colour: Colour.ground)
    for life in 0..<max(Int(tally.lives) - 1, 0) {
      canvas.draw(Self.smallCannon, width: 8, x: 8 + 12 * life, y: 199, colour: Colour.cannon)
    }
    for index in board.shields.indices { drawShield(index, board.shields[index], onto: &canvas) }
    drawInvaders(of: board, onto: &canvas)
    if board.shipDirection != 0 {
      canvas.draw(Self.ship, width: 14, x: board.shipX.pixel, y: Self.shipTop, colour: Colour.ship)
    }
    if board.blastTime > 0 {
      canvas.draw(
        Self.burst, width: 12, x: Int(board.blastX), y: Int(board.blastY), colour: Colour.blast)
    }
    let isHit = board.pause > 0 && board.invaders != 0
    canvas.draw(
      isHit ? Self.burst : Self.cannon, width: 12, x: board.cannon.place.pixel, y: Self.cannonTop,
      colour: isHit ? Colour.blast : Colour.cannon)
    drawMissiles(of: board, onto: &canvas)
  }

  private func drawInvaders(of board: Board, onto canvas: inout ScreenCanvas) {
    var rest = board.invaders
    while rest != 0 {
      let (row, column) = rest.trailingZeroBitCount.quotientAndRemainder(dividingBy: 6)
      let sprite: InlineArray<8, UInt16> =
        switch row / 2 {
        case 0: board.isStepping ? Self.mothStepping : Self.moth
        case 1: board.isStepping ? Self.beetleStepping : Self.beetle
        default: board.isStepping ? Self.eyeStepping : Self.eye
        }
      canvas.draw(
        sprite, width: 12, x: Int(board.formationX) + column * Self.spacingX,
        y: Int(board.formationY) + row * Self.spacingY, colour: Colour.invaders + UInt8(row))
      rest &= rest - 1
    }
  }

  private func drawShield(_ index: Int, _ blocks: UInt64, onto canvas: inout ScreenCanvas) {
    var rest = blocks
    while rest != 0 {
      let block = rest.trailingZeroBitCount
      canvas.fill(
        x: Self.shieldLeft(index) + block % 8 * 2, y: Self.shieldTop + block / 8 * 2, width: 2, height: 2,
        colour: Colour.shield)
      rest &= rest - 1
    }
  }

  /// A shot is a line, a bomb winds.
  private func drawMissiles(of board: Board, onto canvas: inout ScreenCanvas) {
    if board.shot.isFlying {
      canvas.fill(x: Int(board.shot.x), y: Int(board.shot.y), width: 2, height: 6, colour: Colour.missile)
    }
    for index in board.bombs.indices where board.bombs[index].isFlying {
      let (x, y) = (Int(board.bombs[index].x), Int(board.bombs[index].y))
      for part in 0..<3 {
        let side = (part + y / 4) % 2
        canvas.fill(x: x - 1 + 2 * side, y: y + 2 * part, width: 2, height: 2, colour: Colour.missile)
      }
    }
  }

  private static let moth: InlineArray<8, UInt16> = [
    0b000001100000, 0b000011110000, 0b001111111100, 0b011001100110, 0b011111111110, 0b000101101000,
    0b001010010100, 0b010010010010,
  ]
  private static let mothStepping: InlineArray<8, UInt16> = [
    0b000001100000, 0b000011110000, 0b001111111100, 0b011001100110, 0b011111111110, 0b000101101000,
    0b000110011000, 0b001000000100,
  ]
  private static let beetle: InlineArray<8, UInt16> = [
    0b100000000001, 0b010011110010, 0b001111111100, 0b011101101110, 0b011111111110, 0b001101101100,
    0b011001100110, 0b110000000011,
  ]
  private static let beetleStepping: InlineArray<8, UInt16> = [
    0b001000000100, 0b010011110010, 0b101111111101, 0b111101101111, 0b011111111110, 0b001101101100,
    0b001101101100, 0b000110011000,
  ]
  private static let eye: InlineArray<8, UInt16> = [
    0b000011110000, 0b001111111100, 0b011110011110, 0b111101101111, 0b011110011110, 0b001111111100,
    0b001010010100, 0b010010010010,
  ]
  private static let eyeStepping: InlineArray<8, UInt16> = [
    0b000011110000, 0b001111111100, 0b011110011110, 0b111101101111, 0b011110011110, 0b001111111100,
    0b000101101000, 0b001001100100,
  ]
  private static let cannon: InlineArray<8, UInt16> = [
    0b000001100000, 0b000001100000, 0b000011110000, 0b001111111100, 0b011111111110, 0b111111111111,
    0b111111111111, 0b111111111111,
  ]
  private static let smallCannon: InlineArray<5, UInt16> = [
    0b00011000, 0b00011000, 0b01111110, 0b11111111, 0b11111111,
  ]
  private static let burst: InlineArray<8, UInt16> = [
    0b010000100010, 0b001001000100, 0b000100001000, 0b110000000011, 0b000101001000, 0b001000100100,
    0b010010010010, 0b000010000000,
  ]
  private static let ship: InlineArray<7, UInt16> = [
    0b00000111100000, 0b00011111111000, 0b00111111111100, 0b01101100110110, 0b11111111111111,
    0b00111011011100, 0b00010000001000,
  ]
}
