/// MinAtar's Breakout: a ball on diagonals, a paddle in row 9 and three rows of bricks, which come back when
/// all are gone. A brick is worth 1; missing the ball ends the game. Planes: paddle, ball, trail, bricks.
public struct Breakout: ArcadeBoard {
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

  public static var planeCount: Int { 4 }

  public init(using random: inout some RandomSource) {
    let comesFromLeft = random.integer(in: 0..<2) == 0
    ballColumn = comesFromLeft ? 0 : 9
    columnStep = comesFromLeft ? 1 : -1
    trailColumn = ballColumn
  }

  /// The bit of a cell, or 0 outside the rows of bricks.
  private static func brick(row: Int8, column: Int8) -> UInt32 {
    1...3 ~= row ? 1 << UInt32((row - 1) * 10 + column) : 0
  }

  public mutating func advance(
    taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool) {
    if action == .left { paddle = max(paddle - 1, 0) }
    if action == .right { paddle = min(paddle + 1, 9) }
    trailRow = ballRow
    trailColumn = ballColumn
    var row = ballRow + rowStep
    var column = ballColumn + columnStep
    if !(0...9 ~= column) {
      column = min(max(column, 0), 9)
      columnStep = -columnStep
    }
    var (reward, isOver): (Float, Bool) = (0, false)
    let brick = bricks & Self.brick(row: max(row, 0), column: column)
    if row < 0 {
      row = 0
      rowStep = -rowStep
    } else if brick != 0 {
      if !isStriking {
        reward = 1
        bricks ^= brick
        row = ballRow
        rowStep = -rowStep
      }
    } else if row == 9 {
      isOver = !bounceOffPaddle(row: &row, column: column)
    }
    isStriking = brick != 0
    ballRow = row
    ballColumn = column
    return (reward, isOver)
  }

  /// The ball arrives in the lowest row; false if it is missed.
  private mutating func bounceOffPaddle(row: inout Int8, column: Int8) -> Bool {
    if bricks == 0 { bricks = Self.wall }
    if ballColumn != paddle {
      if column != paddle { return false }
      columnStep = -columnStep
    }
    rowStep = -rowStep
    row = ballRow
    return true
  }

  public func observe(into planes: inout MutableSpan<Float>) {
    planes[90 + Int(paddle)] = 1
    planes[100 + Int(ballRow) * 10 + Int(ballColumn)] = 1
    planes[200 + Int(trailRow) * 10 + Int(trailColumn)] = 1
    var rest = bricks
    while rest != 0 {
      planes[310 + rest.trailingZeroBitCount] = 1
      rest &= rest - 1
    }
  }

  public var key: UInt64 {
    let ball = UInt64(ballRow * 10 + ballColumn)
    let trail = UInt64(trailRow * 10 + trailColumn)
    let flags: UInt64 = (rowStep > 0 ? 1 : 0) | (columnStep > 0 ? 2 : 0) | (isStriking ? 4 : 0)
    return Random.mix(UInt64(bricks) | ball << 32 | trail << 40 | UInt64(paddle) << 48 | flags << 56)
  }

  /// `o` ball, `=` paddle, `#` brick, `*` trail.
  public func symbol(row: Int, column: Int) -> Character {
    let (row, column) = (Int8(row), Int8(column))
    if row == ballRow && column == ballColumn { return "o" }
    if row == 9 && column == paddle { return "=" }
    if bricks & Self.brick(row: row, column: column) != 0 { return "#" }
    if row == trailRow && column == trailColumn { return "*" }
    return "."
  }
}
