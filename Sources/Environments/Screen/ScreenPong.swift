/// Table tennis against an opponent of the console's kind: the first to 21 points wins, a point is worth 1 or
/// -1, so that games are worth -21 to 21.
///
/// The agent holds the right paddle. Where the ball meets a paddle decides its angle, and it gains speed with
/// every return. The opponent follows the ball with limited speed and aims with a fresh error at every rally:
/// steep balls beat it.
public struct ScreenPong: ScreenRules {
  public struct Board: Hashable, Sendable, BitwiseCopyable {
    var player = Slider(at: ScreenPong.rail.middle)
    var opponent: Subpixels = ScreenPong.rail.middle
    /// How far from its middle the opponent wants to meet the ball.
    var aim: Subpixels = 0
    var ball = Ball()
    /// Frames until the ball is served; 0 while it is in play.
    var wait: Int16 = ScreenPong.serveWait
    /// Who receives the next serve: 1 the player, -1 the opponent.
    var receiver: Int8
    /// Returns of this rally.
    var returns: UInt8 = 0
    /// Points of the player.
    public internal(set) var points: UInt8 = 0
    public internal(set) var opponentPoints: UInt8 = 0
  }

  static let top = Subpixels.pixels(34)
  static let bottom = Subpixels.pixels(196)
  static let paddleHeight = Subpixels.pixels(16)
  static let rail = top...(bottom - paddleHeight)
  /// The sides of the paddles that meet the ball.
  static let playerFace = Subpixels.pixels(140)
  static let opponentFace = Subpixels.pixels(20)
  static let serveWait: Int16 = 45
  static let pointsToWin: UInt8 = 21

  public init() {}

  public var actionCount: Int { 3 }
  public var usualLives: Int { 0 }

  /// Nothing, up and down.
  public func joystick(for index: Int) -> Joystick { index == 0 ? .nothing : index == 1 ? .up : .down }

  public func start(level: Int, using random: inout Random) -> Board {
    Board(receiver: random.integer(below: 2) == 0 ? 1 : -1)
  }

  public func advance(
    _ board: inout Board, joystick: Joystick, level: Int, using random: inout Random
  ) -> ScreenEvent {
    board.player.advance(
      push: joystick.vertical, acceleration: .hundredths(75), topSpeed: .pixels(3), on: Self.rail)
    moveOpponent(&board, level: level)
    if board.wait > 0 {
      board.wait -= 1
      if board.wait == 0 { serve(&board, using: &random) }
      return ScreenEvent()
    }
    moveBall(&board, using: &random)
    return score(&board)
  }

  /// Follows the ball: at half speed while it flies away.
  private func moveOpponent(_ board: inout Board, level: Int) {
    guard board.wait == 0 else { return }
    let topSpeed = Subpixels.hundredths(135 + 15 * Int32(level))
    let speed = board.ball.speedX < 0 ? topSpeed : topSpeed / 2
    let target = board.ball.y + (Ball.height - Self.paddleHeight) / 2 + board.aim
    let way = min(max(target - board.opponent, -speed), speed)
    board.opponent = min(max(board.opponent + way, Self.rail.lowerBound), Self.rail.upperBound)
  }

  private func serve(_ board: inout Board, using random: inout Random) {
    board.returns = 0
    board.aim = newAim(using: &random)
    let slope = Subpixels.hundredths(Int32(random.integer(in: 30..<120)))
    board.ball = Ball(
      x: .pixels(79), y: .pixels(Int32(random.integer(in: 60..<166))),
      speedX: .hundredths(150) * Subpixels(board.receiver),
      speedY: random.integer(below: 2) == 0 ? slope : -slope)
  }

  private func newAim(using random: inout Random) -> Subpixels {
    .hundredths(Int32(random.integer(in: -800..<801)))
  }

  private func moveBall(_ board: inout Board, using random: inout Random) {
    let before = board.ball
    board.ball.x += before.speedX
    board.ball.y += before.speedY
    let lowest = Self.bottom - Ball.height
    if board.ball.y < Self.top {
      board.ball.y = 2 * Self.top - board.ball.y
      board.ball.speedY = -board.ball.speedY
    } else if board.ball.y > lowest {
      board.ball.y = 2 * lowest - board.ball.y
      board.ball.speedY = -board.ball.speedY
    }
    let (edge, limit) = (board.ball.x + Ball.width, Self.playerFace)
    if before.speedX > 0 && before.x + Ball.width <= limit && edge > limit {
      if bounce(&board, from: board.player.place) {
        board.ball.x = 2 * limit - edge - Ball.width
        board.aim = newAim(using: &random)
      }
    } else if before.speedX < 0 && before.x >= Self.opponentFace && board.ball.x < Self.opponentFace {
      if bounce(&board, from: board.opponent) { board.ball.x = 2 * Self.opponentFace - board.ball.x }
    }
  }

  /// Turns the ball back if it meets the paddle: faster with every return, steeper towards the paddle's ends.
  private func bounce(_ board: inout Board, from paddle: Subpixels) -> Bool {
    let offset = board.ball.y + (Ball.height - Self.paddleHeight) / 2 - paddle
    let reach = (Ball.height + Self.paddleHeight) / 2
    guard abs(offset) < reach else { return false }
    board.returns = min(board.returns + 1, 40)
    let speed = Subpixels.hundredths(min(150 + 12 * Int32(board.returns), 320))
    board.ball.speedX = board.ball.speedX > 0 ? -speed : speed
    // At the very end of the paddle the ball leaves at 5/4 of its horizontal speed.
    board.ball.speedY = speed * offset / reach * 5 / 4
    return true
  }

  private func score(_ board: inout Board) -> ScreenEvent {
    var event = ScreenEvent()
    if board.ball.x < -Ball.width {
      board.points += 1
      event.reward = 1
      event.hasClearedStage = board.points % 5 == 0
    } else if board.ball.x > .pixels(Int32(ScreenCanvas.width)) {
      board.opponentPoints += 1
      event.reward = -1
    } else {
      return event
    }
    board.receiver = event.reward > 0 ? -1 : 1
    board.wait = Self.serveWait
    event.isOver = max(board.points, board.opponentPoints) >= Self.pointsToWin
    return event
  }
}

extension ClosedRange<Subpixels> {
  /// Half-way between the ends.
  var middle: Subpixels { (lowerBound + upperBound) / 2 }
}
