/// Space Invaders on the full screen: six rows of six invaders march down upon a cannon behind three shields.
///
/// Invaders are worth 30, 25, 20, 15, 10 and 5 from the top row, the mystery ship 200. They march faster the
/// fewer they are, and drop bombs; shots and bombs erode the shields. A bomb that hits costs one of three
/// lives; invaders that reach the cannon end the game. A wave shot down is followed by the next one, with
/// ramping lower and faster.
public struct ScreenInvaders: ScreenRules {
  /// A shot or bomb; its place is that of its upper left corner. 2 pixels wide, 6 high.
  struct Missile: Hashable, Sendable, BitwiseCopyable {
    var x: Int16 = 0
    var y: Int16 = 0
    /// What is left of the last frame's way, in 1/256 pixel.
    var rest: Int16 = 0
    var isFlying = false
  }

  public struct Board: Sendable, BitwiseCopyable {
    var cannon = Slider(at: .pixels(24))
    var shot = Missile()
    var bombs = InlineArray<3, Missile>(repeating: Missile())
    /// Bit 6 x row + column of each invader alive; row 0 is the upper one.
    var invaders = ScreenInvaders.fullWave
    /// The upper left corner of the formation, in pixels.
    var formationX: Int16 = 34
    var formationY: Int16
    /// Of the march: 1 right, -1 left.
    var direction: Int16 = 1
    /// Which of two poses the invaders strike.
    var isStepping = false
    /// Frames until the next step of the march, and until the next bomb may drop.
    var marchWait: Int16 = 30
    var bombWait: Int16 = 90
    /// Blocks of 2 x 2 pixels, bit 8 x row + column from the upper left.
    var shields = InlineArray<3, UInt64>(repeating: ScreenInvaders.wholeShield)
    /// Where the mystery ship is, where it flies (0: nowhere), and frames until it comes.
    var shipX: Subpixels = 0
    var shipDirection: Int8 = 0
    var shipWait: Int16
    /// Frames for which the game stands still: the cannon has been hit, or the next wave comes.
    var pause: Int16 = 0
    /// Where something was shot down last, in pixels, and frames for which that shows.
    var blastX: Int16 = 0
    var blastY: Int16 = 0
    var blastTime: Int16 = 0

    /// Invaders alive, 0 to 36.
    public var invaderCount: Int { invaders.nonzeroBitCount }
  }

  static let fullWave: UInt64 = 1 << 36 - 1
  /// The invaders of the leftmost column.
  static let column: UInt64 = 0x4104_1041
  static let spacingX = 16
  static let spacingY = 14
  static let invaderWidth = 12
  static let invaderHeight = 8
  static let shieldTop = 152
  static let cannonTop = 182
  static let ground = 192
  static let shipTop = 20
  static let shipWidth = 14
  static let rail = Subpixels.pixels(4) ... .pixels(144)

  public init() {}

  public var actionCount: Int { 6 }
  public var usualLives: Int { 3 }

  /// Nothing, fire, left, right, left with fire and right with fire.
  public func joystick(for index: Int) -> Joystick { Joystick.allCases[index] }

  /// Worth of an invader.
  static func worth(row: Int) -> Int32 { 30 - 5 * Int32(row) }

  static func shieldLeft(_ index: Int) -> Int { 26 + 46 * index }

  public func start(level: Int, using random: inout Random) -> Board {
    Board(formationY: Self.firstRow(level: level), shipWait: Self.newShipWait(using: &random))
  }

  /// Where the upper row of a new wave marches.
  static func firstRow(level: Int) -> Int16 { 34 + 6 * Int16(min(level, 5)) }

  static func newShipWait(using random: inout Random) -> Int16 { Int16(random.integer(in: 900..<1500)) }

  public func advance(
    _ board: inout Board, joystick: Joystick, level: Int, using random: inout Random
  ) -> ScreenEvent {
    var event = ScreenEvent()
    if board.blastTime > 0 { board.blastTime -= 1 }
    if board.pause > 0 {
      board.pause -= 1
      if board.pause == 0 { resume(&board, level: level) }
      return event
    }
    board.cannon.advance(
      push: joystick.horizontal, acceleration: .hundredths(50), topSpeed: .hundredths(175), on: Self.rail)
    fire(&board, joystick: joystick)
    moveShot(&board, event: &event)
    flyShip(&board, using: &random)
    march(&board, level: level, event: &event)
    dropBombs(&board, level: level, using: &random)
    moveBombs(&board, level: level, event: &event)
    // A hit in the very frame that clears the wave has made a pause of its own.
    if board.invaders == 0 {
      event.hasClearedStage = true
      board.pause = max(board.pause, 60)
    }
    return event
  }

  /// After a hit the cannon starts again from the left; a wave that is gone is followed by the next.
  private func resume(_ board: inout Board, level: Int) {
    if board.invaders != 0 {
      board.cannon = Slider(at: .pixels(24))
      return
    }
    board.invaders = Self.fullWave
    board.formationX = 34
    board.formationY = Self.firstRow(level: level)
    board.direction = 1
    for index in board.shields.indices { board.shields[index] = Self.wholeShield }
    for index in board.bombs.indices { board.bombs[index].isFlying = false }
    board.shot.isFlying = false
  }

  private func fire(_ board: inout Board, joystick: Joystick) {
    guard joystick.isFiring, !board.shot.isFlying else { return }
    board.shot = Missile(
      x: Int16(board.cannon.place.pixel + 5), y: Int16(Self.cannonTop - 6), isFlying: true)
  }

  private func march(_ board: inout Board, level: Int, event: inout ScreenEvent) {
    board.marchWait -= 1
    guard board.marchWait <= 0, board.invaders != 0 else { return }
    board.marchWait = Int16(max(2 + board.invaderCount * 3 / 4 - level, 2))
    board.isStepping.toggle()
    let (left, right) = Self.edges(of: board)
    if board.direction > 0 ? right + 2 > 156 : left - 2 < 4 {
      board.direction = -board.direction
      board.formationY += 6
      if Self.bottom(of: board) >= Self.cannonTop { event.isOver = true }
    } else {
      board.formationX += 2 * board.direction
    }
    trample(&board)
  }

  /// Left and right edge of the invaders alive, in pixels.
  private static func edges(of board: Board) -> (left: Int, right: Int) {
    var (first, last) = (5, 0)
    for index in 0..<6 where board.invaders & column << UInt64(index) != 0 {
      first = min(first, index)
      last = index
    }
    let x = Int(board.formationX)
    return (x + first * spacingX, x + last * spacingX + invaderWidth)
  }

  /// The row of pixels below the lowest invader.
  static func bottom(of board: Board) -> Int {
    let row = (63 - board.invaders.leadingZeroBitCount) / 6
    return Int(board.formationY) + row * spacingY + invaderHeight
  }

  /// The invader at a place, as the number of its bit, or nil.
  static func invader(of board: Board, x: Int, y: Int) -> Int? {
    let (left, top) = (x - Int(board.formationX), y - Int(board.formationY))
    guard left >= 0, top >= 0, left % spacingX < invaderWidth, top % spacingY < invaderHeight else {
      return nil
    }
    let (row, column) = (top / spacingY, left / spacingX)
    guard row < 6, column < 6, board.invaders >> UInt64(row * 6 + column) & 1 == 1 else { return nil }
    return row * 6 + column
  }
}
