/// Breakout on the full screen: a paddle, a ball, and a wall of six rows of eighteen bricks, worth 7, 7, 4,
/// 4, 1 and 1 from the top. Five lives.
///
/// The ball gains speed with the fourth and twelfth return of a life and when it first meets the upper two
/// rows; the paddle shrinks to half when the ball reaches the ceiling. A wall that is gone stands again with
/// the next return, and with ramping the ball is faster then.
public struct ScreenBreakout: ScreenRules {
  public struct Board: Sendable, BitwiseCopyable {
    var paddle = Slider(at: ScreenBreakout.rail(isNarrow: false).middle)
    var ball = Ball()
    /// Frames until the ball launches itself; 0 while it is in play. The button launches it at once.
    var wait: Int16 = ScreenBreakout.launchWait
    /// Bit `column` of each row of bricks, the top row first.
    var bricks = InlineArray<6, UInt32>(repeating: ScreenBreakout.fullRow)
    /// Returns in this life.
    var returns: UInt8 = 0
    /// The ball has met the upper two rows, or the ceiling, in this life.
    var hasMetUpperRows = false
    var isNarrow = false

    /// Bricks left, 0 to 108.
    public var brickCount: Int {
      var count = 0
      for row in bricks.indices { count += bricks[row].nonzeroBitCount }
      return count
    }
  }

  static let left = Subpixels.pixels(8)
  static let right = Subpixels.pixels(152)
  static let ceiling = Subpixels.pixels(32)
  static let paddleTop = Subpixels.pixels(189)
  static let wallTop = Subpixels.pixels(57)
  static let brickWidth = Subpixels.pixels(8)
  static let brickHeight = Subpixels.pixels(6)
  static let columns = 18
  static let fullRow: UInt32 = 1 << 18 - 1
  static let launchWait: Int16 = 120

  public init() {}

  public var actionCount: Int { 4 }
  public var usualLives: Int { 5 }

  /// Nothing, fire, left and right.
  public func joystick(for index: Int) -> Joystick { Joystick.allCases[index] }

  static func paddleWidth(isNarrow: Bool) -> Subpixels { .pixels(isNarrow ? 8 : 16) }

  static func rail(isNarrow: Bool) -> ClosedRange<Subpixels> {
    left...(right - paddleWidth(isNarrow: isNarrow))
  }

  /// Worth of a brick.
  static func worth(row: Int) -> Int32 { row < 2 ? 7 : row < 4 ? 4 : 1 }

  public func start(level: Int, using random: inout Random) -> Board { Board() }

  public func advance(
    _ board: inout Board, joystick: Joystick, level: Int, using random: inout Random
  ) -> ScreenEvent {
    board.paddle.advance(
      push: joystick.horizontal, acceleration: .hundredths(75), topSpeed: .hundredths(350),
      on: Self.rail(isNarrow: board.isNarrow))
    if board.wait > 0 {
      board.wait = joystick.isFiring ? 0 : board.wait - 1
      if board.wait == 0 { launch(&board, level: level, using: &random) }
      return ScreenEvent()
    }
    var event = ScreenEvent()
    moveDown(&board, level: level, event: &event)
    moveAcross(&board, level: level, event: &event)
    if board.ball.y > .pixels(Int32(ScreenCanvas.height)) { loseBall(&board, event: &event) }
    return event
  }

  private func launch(_ board: inout Board, level: Int, using random: inout Random) {
    let speed = speed(of: board, level: level)
    let slope = speed * Subpixels(random.integer(in: 50..<101)) / 100
    board.ball = Ball(
      x: .pixels(Int32(random.integer(in: 24..<136))), y: .pixels(100),
      speedX: random.integer(below: 2) == 0 ? slope : -slope, speedY: speed)
  }

  /// Pixels down or up a frame.
  private func speed(of board: Board, level: Int) -> Subpixels {
    let pace: Int32 =
      board.hasMetUpperRows ? 260 : board.returns >= 12 ? 215 : board.returns >= 4 ? 170 : 130
    return .hundredths(pace + 8 * Int32(level))
  }

  private func moveDown(_ board: inout Board, level: Int, event: inout ScreenEvent) {
    let before = board.ball.y
    board.ball.y += board.ball.speedY
    if board.ball.y < Self.ceiling {
      board.ball.y = 2 * Self.ceiling - board.ball.y
      board.ball.speedY = -board.ball.speedY
      if !board.isNarrow {
        board.isNarrow = true
        board.paddle.place += Self.paddleWidth(isNarrow: true) / 2
      }
    } else if hitBrick(&board, event: &event) {
      board.ball.y = before
      board.ball.speedY = -board.ball.speedY
      setPace(&board, level: level)
    } else if before + Ball.height <= Self.paddleTop && board.ball.y + Ball.height > Self.paddleTop {
      meetPaddle(&board, level: level, event: &event)
    }
  }

  private func moveAcross(_ board: inout Board, level: Int, event: inout ScreenEvent) {
    let before = board.ball.x
    let limit = Self.right - Ball.width
    board.ball.x += board.ball.speedX
    if !(Self.left...limit ~= board.ball.x) {
      board.ball.x = 2 * (board.ball.x < Self.left ? Self.left : limit) - board.ball.x
      board.ball.speedX = -board.ball.speedX
    } else if hitBrick(&board, event: &event) {
      board.ball.x = before
      board.ball.speedX = -board.ball.speedX
      setPace(&board, level: level)
    }
  }

  /// Takes away the brick under the ball's middle, else the one under a corner; false if there is none.
  private func hitBrick(_ board: inout Board, event: inout ScreenEvent) -> Bool {
    let ball = board.ball
    guard ball.y + Ball.height > Self.wallTop, ball.y < Self.wallTop + 6 * Self.brickHeight else {
      return false
    }
    let rows = (ball.y, ball.y + Ball.height - 1)
    let columns = (ball.x, ball.x + Ball.width - 1)
    let middle = ball.x + Ball.width / 2
    let (front, back) = ball.speedY < 0 ? rows : (rows.1, rows.0)
    return takeBrick(&board, x: middle, y: front, event: &event)
      || takeBrick(&board, x: columns.0, y: front, event: &event)
      || takeBrick(&board, x: columns.1, y: front, event: &event)
      || takeBrick(&board, x: columns.0, y: back, event: &event)
      || takeBrick(&board, x: columns.1, y: back, event: &event)
  }

  private func takeBrick(_ board: inout Board, x: Subpixels, y: Subpixels, event: inout ScreenEvent) -> Bool {
    let row = Int((y - Self.wallTop) / Self.brickHeight)
    let brick: UInt32 = 1 << UInt32((x - Self.left) / Self.brickWidth)
    guard y >= Self.wallTop, row < 6, board.bricks[row] & brick != 0 else { return false }
    board.bricks[row] ^= brick
    event.reward += Self.worth(row: row)
    if row < 2 { board.hasMetUpperRows = true }
    return true
  }

  /// Where the ball meets the paddle decides its angle.
  private func meetPaddle(_ board: inout Board, level: Int, event: inout ScreenEvent) {
    let width = Self.paddleWidth(isNarrow: board.isNarrow)
    let offset = board.ball.x + (Ball.width - width) / 2 - board.paddle.place
    let reach = (Ball.width + width) / 2
    guard abs(offset) < reach else { return }
    board.returns = min(board.returns + 1, 12)
    if board.brickCount == 0 {
      for row in board.bricks.indices { board.bricks[row] = Self.fullRow }
      event.hasClearedStage = true
    }
    board.ball.y = 2 * (Self.paddleTop - Ball.height) - board.ball.y
    board.ball.speedY = -speed(of: board, level: level)
    // Never quite upright, as a ball on a vertical line would go on for ever; at most 5/4 of its vertical
    // speed.
    let side: Subpixels = offset >= 0 ? 1 : -1
    let share = max(abs(offset) * 5 / 4, reach / 8)
    board.ball.speedX = side * -board.ball.speedY * share / reach
  }

  /// Brings the ball to the speed that is due, along the way it flies.
  private func setPace(_ board: inout Board, level: Int) {
    let speed = speed(of: board, level: level)
    let before = abs(board.ball.speedY)
    guard speed != before else { return }
    board.ball.speedX = board.ball.speedX * speed / before
    board.ball.speedY = board.ball.speedY.signum() * speed
  }

  private func loseBall(_ board: inout Board, event: inout ScreenEvent) {
    event.hasLostLife = true
    board.wait = Self.launchWait
    board.returns = 0
    board.hasMetUpperRows = false
    guard board.isNarrow else { return }
    board.isNarrow = false
    let rail = Self.rail(isNarrow: false)
    let place = board.paddle.place - Self.paddleWidth(isNarrow: true) / 2
    board.paddle.place = min(max(place, rail.lowerBound), rail.upperBound)
  }
}
