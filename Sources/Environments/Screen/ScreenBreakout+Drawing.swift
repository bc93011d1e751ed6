extension ScreenBreakout {
  public var palette: ScreenPalette {
    ScreenPalette([
      0x8E8E96, 0xC84848, 0xC66C3A, 0xB47A30, 0xA2A22A, 0x48A048, 0x4A58D0, 0x58B8D8, 0xF4F0E0, 0, 0, 0, 0,
      0, 0,
    ])
  }

  private enum Colour {
    static let frame: UInt8 = 1
    /// Of the uppermost bricks; those of the rows below follow.
    static let bricks: UInt8 = 2
    static let paddle: UInt8 = 8
    static let ball: UInt8 = 9
  }

  public func draw(_ board: Board, tally: ScreenTally, onto canvas: inout ScreenCanvas) {
    canvas.fill(x: 0, y: 17, width: 160, height: 15, colour: Colour.frame)
    canvas.fill(x: 0, y: 32, width: 8, height: 164, colour: Colour.frame)
    canvas.fill(x: 152, y: 32, width: 8, height: 164, colour: Colour.frame)
    canvas.write(
      Int(tally.score), endingAt: 64, y: 4, scaleX: 4, scaleY: 2, digits: 3, colour: Colour.frame)
    canvas.write(Int(tally.lives), endingAt: 112, y: 4, scaleX: 4, scaleY: 2, colour: Colour.frame)
    canvas.write(Int(tally.level) + 1, endingAt: 144, y: 4, scaleX: 4, scaleY: 2, colour: Colour.frame)
    for row in 0..<6 { drawBricks(of: row, board.bricks[row], onto: &canvas) }
    let width = Self.paddleWidth(isNarrow: board.isNarrow).pixel
    canvas.fill(
      x: board.paddle.place.pixel, y: Self.paddleTop.pixel, width: width, height: 4, colour: Colour.paddle)
    guard board.wait == 0 else { return }
    canvas.fill(x: board.ball.x.pixel, y: board.ball.y.pixel, width: 2, height: 4, colour: Colour.ball)
  }

  /// Runs of bricks are one rectangle.
  private func drawBricks(of row: Int, _ bricks: UInt32, onto canvas: inout ScreenCanvas) {
    var rest = bricks
    while rest != 0 {
      let first = rest.trailingZeroBitCount
      let count = (~(rest >> UInt32(first))).trailingZeroBitCount
      canvas.fill(
        x: 8 + 8 * first, y: Self.wallTop.pixel + 6 * row, width: 8 * count, height: 6,
        colour: Colour.bricks + UInt8(row))
      rest &= ~((1 << UInt32(count) - 1) << UInt32(first))
    }
  }

  public var featureCount: Int { 10 + 6 * Self.columns }

  /// The paddle's place, its speed and whether it has shrunk; whether the ball is in play, its place across
  /// and down and its two speeds; lives and level; then 1 for each brick that stands, row by row.
  public func writeFeatures(of board: Board, tally: ScreenTally, to features: inout ScreenFeatures) {
    let isInPlay = board.wait == 0
    let ball = isInPlay ? board.ball : Ball(x: .pixels(79), y: .pixels(100))
    features.append(board.paddle.place, in: Self.left...(Self.right - Self.paddleWidth(isNarrow: true)))
    features.append(board.paddle.speed, in: .pixels(-4) ... .pixels(4))
    features.append(board.isNarrow)
    features.append(isInPlay)
    features.append(ball.x, in: Self.left...(Self.right - Ball.width))
    features.append(ball.y, in: Self.ceiling...Subpixels.pixels(210))
    features.append(ball.speedX, in: .pixels(-4) ... .pixels(4))
    features.append(ball.speedY, in: .pixels(-4) ... .pixels(4))
    features.append(Int(tally.lives), outOf: 9)
    features.append(Int(tally.level), outOf: 9)
    for row in 0..<6 {
      for column in 0..<Self.columns { features.append(board.bricks[row] >> UInt32(column) & 1 == 1) }
    }
  }

  public func key(of board: Board) -> UInt64 {
    var hash = BoardHash()
    hash.add(board.paddle)
    hash.add(board.ball)
    hash.add(board.wait)
    for row in board.bricks.indices { hash.add(board.bricks[row]) }
    hash.add(board.returns)
    hash.add(board.hasMetUpperRows)
    hash.add(board.isNarrow)
    return hash.value
  }
}
