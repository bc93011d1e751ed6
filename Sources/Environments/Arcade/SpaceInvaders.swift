/// MinAtar's Space Invaders: a cannon in row 9 below a block of aliens that march from side to side, come down
/// at the edges and shoot. An alien is worth 1; being hit or reached ends the game. A new block appears when all
/// are gone, with more difficulty a faster one.
/// Planes: cannon, aliens, aliens going left, aliens going right, own bullets, enemy bullets.
public struct SpaceInvaders: ArcadeBoard {
  var aliens = Self.block
  var bullets = CellSet()
  var enemyBullets = CellSet()
  var cannon: Int8 = 5
  /// Where the aliens are heading, 1 or -1.
  var columnStep: Int8 = -1
  /// Steps between two moves of many aliens; few move faster.
  var movePeriod: Int8 = 12
  var moveTimer: Int8 = 12
  var shotTimer: Int8 = 10
  var reloadTimer: Int8 = 0
  var rampLevel: Int8 = 0

  private static let block = CellSet(rows: 0..<4, columns: 2..<8)
  private static let shotPeriod: Int8 = 10
  private static let reloadPeriod: Int8 = 5

  public static var planeCount: Int { 6 }

  public init(using random: inout some RandomSource) {}

  private var cannonCell: Int { 90 + Int(cannon) }

  public mutating func advance(
    taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool) {
    moveCannon(action)
    bullets.moveUp()
    enemyBullets.moveDown()
    var isOver = enemyBullets.contains(cannonCell) || aliens.contains(cannonCell)
    if moveTimer == 0 && moveAliens() { isOver = true }
    if shotTimer == 0 { shoot() }
    let hits = aliens & bullets
    aliens.subtract(hits)
    bullets.subtract(hits)
    reloadTimer = max(reloadTimer - 1, 0)
    moveTimer -= 1
    shotTimer -= 1
    if aliens.isEmpty {
      if ramping && movePeriod > 6 {
        movePeriod -= 1
        rampLevel += 1
      }
      aliens = Self.block
    }
    return (Float(hits.count), isOver)
  }

  private mutating func moveCannon(_ action: ArcadeAction) {
    switch action {
    case .fire where reloadTimer == 0:
      bullets.insert(cannonCell)
      reloadTimer = Self.reloadPeriod
    case .left: cannon = max(cannon - 1, 0)
    case .right: cannon = min(cannon + 1, 9)
    default: break
    }
  }

  /// One move of all aliens; true if it ends the game. Aliens that would leave below come back on top, which
  /// only the last observation shows.
  private mutating func moveAliens() -> Bool {
    moveTimer = min(Int8(aliens.count), movePeriod)
    var isOver = false
    if aliens.occupies(column: columnStep < 0 ? 0 : 9) {
      columnStep = -columnStep
      isOver = aliens.occupies(row: 9)
      aliens.rollDown()
    } else {
      aliens.moveSideways(by: Int(columnStep))
    }
    return isOver || aliens.contains(cannonCell)
  }

  /// The lowest alien of the column nearest to the cannon shoots; of two equally near ones the left.
  private mutating func shoot() {
    shotTimer = Self.shotPeriod
    for distance in 0..<10 {
      let (left, right) = (Int(cannon) - distance, Int(cannon) + distance)
      if left >= 0, let row = aliens.lowestRow(column: left) {
        return enemyBullets.insert(row * 10 + left)
      }
      if right < 10, let row = aliens.lowestRow(column: right) {
        return enemyBullets.insert(row * 10 + right)
      }
    }
  }

  public func observe(into planes: inout MutableSpan<Float>) {
    planes[cannonCell] = 1
    let heading = columnStep < 0 ? 200 : 300
    aliens.forEach {
      planes[100 + $0] = 1
      planes[heading + $0] = 1
    }
    bullets.forEach { planes[400 + $0] = 1 }
    enemyBullets.forEach { planes[500 + $0] = 1 }
  }

  public var key: UInt64 {
    let numbers = UInt64(0).packed(cannon).packed(columnStep).packed(movePeriod).packed(moveTimer)
      .packed(shotTimer).packed(reloadTimer).packed(rampLevel)
    return Random.mix(aliens.key ^ Random.mix(bullets.key ^ Random.mix(enemyBullets.key ^ numbers)))
  }

  public var difficulty: Int { Int(rampLevel) }

  /// `A` cannon, `M` alien, `^` own bullet, `!` enemy bullet.
  public func symbol(row: Int, column: Int) -> Character {
    let cell = row * 10 + column
    if cell == cannonCell { return "A" }
    if enemyBullets.contains(cell) { return "!" }
    if bullets.contains(cell) { return "^" }
    return aliens.contains(cell) ? "M" : "."
  }

  public var statusLine: String? {
    "aliens \(aliens.count) going \(columnStep < 0 ? "left" : "right"), level \(rampLevel)"
      + (reloadTimer > 0 ? ", reloading" : "")
  }
}
