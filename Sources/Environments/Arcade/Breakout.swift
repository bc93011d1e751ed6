/// MinAtar's Breakout: a ball on diagonals, a paddle in row 9 and three rows of bricks, which come back when
/// all are gone. A brick is worth 1; missing the ball ends the game. Planes: paddle, ball, trail, bricks.
public struct Breakout: ArcadeRules {
  public struct Board: Hashable, Sendable {
    var ballRow: Int8 = 3
    var ballColumn: Int8
    /// Direction of the ball, 1 or -1 each.
    var rowStep: Int8 = 1
    var columnStep: Int8
    /// Where the ball was a step ago.
    var trailRow: Int8 = 3
    var trailColumn: Int8
    var paddle: Int8 = 4
    /// The ball has just met a brick, and may pass through the next one.
    var isStriking = false
    /// Bit (row - 1) * 10 + column of rows 1 to 3.
    var bricks: UInt32 = Self.wall

    static let wall: UInt32 = 1 << 30 - 1

    init(ballColumn: Int8, columnStep: Int8) {
      self.ballColumn = ballColumn
      self.columnStep = columnStep
      trailColumn = ballColumn
    }

    /// The bit of a cell, or 0 outside the rows of bricks.
    static func brick(row: Int8, column: Int8) -> UInt32 {
      1...3 ~= row ? 1 << UInt32((row - 1) * 10 + column) : 0
    }
  }

  public init() {}

  public var planeCount: Int { 4 }

  public func start(using random: inout some RandomSource) -> Board {
    random.integer(in: 0..<2) == 0
      ? Board(ballColumn: 0, columnStep: 1) : Board(ballColumn: 9, columnStep: -1)
  }

  public func advance(
    _ board: inout Board, taking action: ArcadeAction, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool) {
    if action == .left { board.paddle = max(board.paddle - 1, 0) }
    if action == .right { board.paddle = min(board.paddle + 1, 9) }
    board.trailRow = board.ballRow
    board.trailColumn = board.ballColumn
    var row = board.ballRow + board.rowStep
    var column = board.ballColumn + board.columnStep
    if !(0...9 ~= column) {
      column = min(max(column, 0), 9)
      board.columnStep = -board.columnStep
    }
    var (reward, isOver): (Float, Bool) = (0, false)
    let brick = board.bricks & Board.brick(row: max(row, 0), column: column)
    if row < 0 {
      row = 0
      board.rowStep = -board.rowStep
    } else if brick != 0 {
      if !board.isStriking {
        reward = 1
        board.bricks ^= brick
        row = board.ballRow
        board.rowStep = -board.rowStep
      }
    } else if row == 9 {
      isOver = !bounceOffPaddle(&board, row: &row, column: column)
    }
    board.isStriking = brick != 0
    board.ballRow = row
    board.ballColumn = column
    return (reward, isOver)
  }

  /// The ball arrives in the lowest row; false if it is missed.
  private func bounceOffPaddle(_ board: inout Board, row: inout Int8, column: Int8) -> Bool {
    if board.bricks == 0 { board.bricks = Board.wall }
    if board.ballColumn != board.paddle {
      if column != board.paddle { return false }
      board.columnStep = -board.columnStep
    }
    board.rowStep = -board.rowStep
    row = board.ballRow
    return true
  }

  public func observe(_ board: Board, into planes: inout MutableSpan<Float>) {
    planes[90 + Int(board.paddle)] = 1
    planes[100 + Int(board.ballRow) * 10 + Int(board.ballColumn)] = 1
    planes[200 + Int(board.trailRow) * 10 + Int(board.trailColumn)] = 1
    var rest = board.bricks
    while rest != 0 {
      planes[310 + rest.trailingZeroBitCount] = 1
      rest &= rest - 1
    }
  }

  public func key(of board: Board) -> UInt64 {
    let ball = UInt64(board.ballRow * 10 + board.ballColumn)
    let trail = UInt64(board.trailRow * 10 + board.trailColumn)
    let flags: UInt64 =
      (board.rowStep > 0 ? 1 : 0) | (board.columnStep > 0 ? 2 : 0) | (board.isStriking ? 4 : 0)
    return Random.mix(
      UInt64(board.bricks) | ball << 32 | trail << 40 | UInt64(board.paddle) << 48 | flags << 56)
  }

  /// `o` ball, `=` paddle, `#` brick, `*` trail.
  public func symbol(of board: Board, row: Int, column: Int) -> Character {
    let (row, column) = (Int8(row), Int8(column))
    if row == board.ballRow && column == board.ballColumn { return "o" }
    if row == 9 && column == board.paddle { return "=" }
    if board.bricks & Board.brick(row: row, column: column) != 0 { return "#" }
    if row == board.trailRow && column == board.trailColumn { return "*" }
    return "."
  }
}
