extension ScreenPong {
  public var palette: ScreenPalette {
    ScreenPalette([
      0x8C8CA0, 0x3C3C50, 0xF0784A, 0x5CC88A, 0xF4F0E0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ])
  }

  private enum Colour {
    static let rail: UInt8 = 1
    static let net: UInt8 = 2
    static let opponent: UInt8 = 3
    static let player: UInt8 = 4
    static let ball: UInt8 = 5
  }

  public func draw(_ board: Board, tally: ScreenTally, onto canvas: inout ScreenCanvas) {
    canvas.fill(x: 0, y: 28, width: 160, height: 6, colour: Colour.rail)
    canvas.fill(x: 0, y: 196, width: 160, height: 6, colour: Colour.rail)
    for dash in 0..<20 { canvas.fill(x: 79, y: 36 + 8 * dash, width: 2, height: 4, colour: Colour.net) }
    canvas.write(
      Int(board.opponentPoints), endingAt: 56, y: 4, scaleX: 4, scaleY: 4, colour: Colour.opponent)
    canvas.write(Int(board.points), endingAt: 132, y: 4, scaleX: 4, scaleY: 4, colour: Colour.player)
    canvas.fill(x: 16, y: board.opponent.pixel, width: 4, height: 16, colour: Colour.opponent)
    canvas.fill(x: 140, y: board.player.place.pixel, width: 4, height: 16, colour: Colour.player)
    guard board.wait == 0 else { return }
    canvas.fill(x: board.ball.x.pixel, y: board.ball.y.pixel, width: 2, height: 4, colour: Colour.ball)
  }

  public var featureCount: Int { 10 }

  /// The player's place and speed, the opponent's place; whether the ball is in play, its place across and
  /// down and its two speeds; the points of the player and of the opponent.
  public func writeFeatures(of board: Board, tally: ScreenTally, to features: inout ScreenFeatures) {
    let isInPlay = board.wait == 0
    let ball = isInPlay ? board.ball : Ball(x: .pixels(79), y: .pixels(113))
    features.append(board.player.place, in: Self.rail)
    features.append(board.player.speed, in: .pixels(-3) ... .pixels(3))
    features.append(board.opponent, in: Self.rail)
    features.append(isInPlay)
    features.append(ball.x, in: 0 ... .pixels(160))
    features.append(ball.y, in: Self.top...(Self.bottom - Ball.height))
    features.append(ball.speedX, in: .pixels(-4) ... .pixels(4))
    features.append(ball.speedY, in: .pixels(-4) ... .pixels(4))
    features.append(Int(board.points), outOf: Int(Self.pointsToWin))
    features.append(Int(board.opponentPoints), outOf: Int(Self.pointsToWin))
  }

  public func key(of board: Board) -> UInt64 {
    var hash = BoardHash()
    hash.add(board.player)
    hash.add(board.opponent)
    hash.add(board.aim)
    hash.add(board.ball)
    hash.add(board.wait)
    hash.add(board.receiver)
    hash.add(board.returns)
    hash.add(board.points)
    hash.add(board.opponentPoints)
    return hash.value
  }
}
