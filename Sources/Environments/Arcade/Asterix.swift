/// MinAtar's Asterix: eight rows through which enemies and gold pass. Gold is worth 1; meeting an enemy ends the
/// game. With more difficulty things come more often and move faster. Planes: player, enemies, trail, gold.
public struct Asterix: ArcadeBoard {
  var row: Int8 = 5
  var column: Int8 = 5
  /// What passes through row k + 1 is in column k: bit k of the sets says whether there is anything, whether it
  /// goes right and whether it is gold.
  var columns = SIMD8<Int8>()
  var isOccupied: UInt8 = 0
  var goesRight: UInt8 = 0
  var isGold: UInt8 = 0
  var spawnPeriod: Int8 = 10
  var spawnTimer: Int8 = 10
  var movePeriod: Int8 = 5
  var moveTimer: Int8 = 5
  var rampTimer: Int8 = Self.rampPeriod
  var rampLevel: Int8 = 0

  private static let rampPeriod: Int8 = 100

  public static var planeCount: Int { 4 }

  public init(using random: inout some RandomSource) {}

  public mutating func advance(
    taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool) {
    if spawnTimer == 0 {
      spawn(using: &random)
      spawnTimer = spawnPeriod
    }
    switch action {
    case .left: column = max(column - 1, 0)
    case .right: column = min(column + 1, 9)
    case .up: row = max(row - 1, 1)
    case .down: row = min(row + 1, 8)
    case .nothing, .fire: break
    }
    var (reward, isOver) = meet()
    if moveTimer == 0 {
      moveTimer = movePeriod
      moveThings()
      let met = meet()
      reward += met.reward
      isOver = isOver || met.isOver
    }
    spawnTimer -= 1
    moveTimer -= 1
    if ramping && (spawnPeriod > 1 || movePeriod > 1) { ramp() }
    return (reward, isOver)
  }

  private mutating func spawn(using random: inout some RandomSource) {
    let entersLeft = random.uniform() < 0.5
    let isTreasure = random.uniform() < 1.0 / 3
    var free = ~isOccupied
    if free == 0 { return }
    for _ in 0..<random.integer(in: 0..<free.nonzeroBitCount) { free &= free - 1 }
    let slot = free.trailingZeroBitCount
    let bit: UInt8 = 1 << slot
    columns[slot] = entersLeft ? 0 : 9
    isOccupied |= bit
    goesRight = entersLeft ? goesRight | bit : goesRight & ~bit
    isGold = isTreasure ? isGold | bit : isGold & ~bit
  }

  /// The player takes gold, or runs into an enemy, on its own cell. Nothing else is in its row.
  private mutating func meet() -> (reward: Float, isOver: Bool) {
    let slot = Int(row) - 1
    let bit: UInt8 = 1 << slot
    guard isOccupied & bit != 0, columns[slot] == column else { return (0, false) }
    if isGold & bit == 0 { return (0, true) }
    isOccupied &= ~bit
    return (1, false)
  }

  /// Every thing moves one column in its direction; off the board it disappears.
  private mutating func moveThings() {
    var rest = isOccupied
    while rest != 0 {
      let slot = rest.trailingZeroBitCount
      rest &= rest - 1
      columns[slot] += step(of: slot)
      if !(0...9 ~= columns[slot]) { isOccupied &= ~(1 << slot) }
    }
  }

  private mutating func ramp() {
    if rampTimer >= 0 {
      rampTimer -= 1
      return
    }
    if rampLevel % 2 == 1 && movePeriod > 1 { movePeriod -= 1 }
    if spawnPeriod > 1 { spawnPeriod -= 1 }
    rampLevel += 1
    rampTimer = Self.rampPeriod
  }

  /// 1 to the right, -1 to the left.
  private func step(of slot: Int) -> Int8 { goesRight >> slot & 1 == 1 ? 1 : -1 }

  public func observe(into planes: inout MutableSpan<Float>) {
    planes.mark(0, row: Int(row), column: Int(column))
    var rest = isOccupied
    while rest != 0 {
      let slot = rest.trailingZeroBitCount
      rest &= rest - 1
      let column = Int(columns[slot])
      let trail = column - Int(step(of: slot))
      planes.mark(isGold >> slot & 1 == 1 ? 3 : 1, row: slot + 1, column: column)
      if 0...9 ~= trail { planes.mark(2, row: slot + 1, column: trail) }
    }
  }

  public var key: UInt64 {
    var things = UInt64(isOccupied) << 16 | UInt64(goesRight & isOccupied) << 8 | UInt64(isGold & isOccupied)
    for slot in 0..<8 {
      things = things << 4 | UInt64(isOccupied >> slot & 1 == 1 ? columns[slot] : 0)
    }
    let numbers = UInt64(0).packed(row).packed(column).packed(spawnPeriod).packed(spawnTimer)
      .packed(movePeriod).packed(moveTimer).packed(rampTimer).packed(rampLevel)
    return Random.mix(things ^ Random.mix(numbers))
  }

  public var difficulty: Int { Int(rampLevel) }

  /// `@` player, `>` and `<` enemies by direction, `$` gold, `-` trail.
  public func symbol(row: Int, column: Int) -> Character {
    if row == self.row && column == self.column { return "@" }
    guard 1...8 ~= row, isOccupied >> (row - 1) & 1 == 1 else { return "." }
    let place = Int(columns[row - 1])
    let step = Int(step(of: row - 1))
    if column == place { return isGold >> (row - 1) & 1 == 1 ? "$" : step > 0 ? ">" : "<" }
    return column == place - step ? "-" : "."
  }

  public var statusLine: String? { "level \(rampLevel)" }
}
