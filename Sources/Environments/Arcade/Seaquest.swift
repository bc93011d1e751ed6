/// MinAtar's Seaquest: a submarine shoots fish and enemy submarines, each worth 1, and takes divers aboard. It
/// has to come up for air with a diver; with six the air that is left is worth up to 10. With more difficulty
/// each surfacing makes enemies come more often and move faster.
/// Planes: front and back of the submarine, own bullets, trail, enemy bullets, fish, enemy submarines, oxygen,
/// divers aboard, divers.
public struct Seaquest: ArcadeBoard {
  var row: Int8 = 0
  var column: Int8 = 5
  var facesRight = false
  var isAtSurface = true
  var oxygen: Int16 = Self.fullOxygen
  /// Divers aboard; surfacing takes one more than a full load brings, so it can be negative.
  var diversAboard: Int8 = 0
  package var spawnPeriod: Int8 = 20
  var spawnTimer: Int8 = 20
  var diverTimer: Int8 = Self.diverPeriod
  package var movePeriod: Int8 = 5
  var reloadTimer: Int8 = 0
  var rampLevel: Int8 = 0
  /// The capacities are beyond what the periods allow. Enemies: one a step, for the 30 steps that they take to
  /// cross the board at full speed. Their bullets: one every 11 steps of an enemy's way, each gone after the 6
  /// columns left after the first shot or the 2 after the second. They keep a state of any game within 128
  /// bytes, which is copied without a call.
  package internal(set) var enemies = Swimmers<32>()
  var enemyBullets = Swimmers<12>()
  var bullets = Swimmers<3>()
  var divers = Swimmers<3>()

  static let fullOxygen: Int16 = 200
  static let capacityForDivers: Int8 = 6
  static let diverPeriod: Int8 = 30
  static let diverMovePeriod = 5
  static let reloadPeriod: Int8 = 5
  static let shotPeriod = 10

  public static var planeCount: Int { 10 }

  public init(using random: inout some RandomSource) {}

  /// Row and column of the submarine's front in one, as those of a swimmer.
  var cell: UInt16 { UInt16(row) << 4 | UInt16(column) }
  /// Tenths of the full supply, rounded down.
  var oxygenTenths: Int { max(Int(oxygen) * 10 / Int(Self.fullOxygen), 0) }

  public mutating func advance(
    taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool) {
    if spawnTimer == 0 {
      spawnEnemy(using: &random)
      spawnTimer = spawnPeriod
    }
    if diverTimer == 0 {
      let goesRight = random.uniform() < 0.5
      addDiver(goesRight: goesRight, row: random.integer(in: 1..<9))
      diverTimer = Self.diverPeriod
    }
    act(action)
    var reward = moveBullets()
    moveDivers()
    var isOver = moveEnemies(armed: true, reward: &reward)
    if moveEnemyBullets() { isOver = true }
    if moveEnemies(armed: false, reward: &reward) { isOver = true }
    spawnTimer = max(spawnTimer - 1, 0)
    diverTimer = max(diverTimer - 1, 0)
    reloadTimer = max(reloadTimer - 1, 0)
    if breathe(ramping: ramping, reward: &reward) { isOver = true }
    return (Float(reward), isOver)
  }

  private mutating func spawnEnemy(using random: inout some RandomSource) {
    let goesRight = random.uniform() < 0.5
    let isSubmarine = random.uniform() < 1.0 / 3
    let enemy = Swimmer(
      cell: (random.integer(in: 1..<9), goesRight ? 0 : 9), goesRight: goesRight, wait: Int(movePeriod),
      shotTimer: isSubmarine ? Self.shotPeriod : Swimmer.unarmed)
    if enemies.firstIndex(where: { $0.row == enemy.row && $0.step != enemy.step }) == nil {
      enemies.append(enemy)
    }
  }

  private mutating func addDiver(goesRight: Bool, row: Int) {
    divers.append(
      Swimmer(cell: (row, goesRight ? 0 : 9), goesRight: goesRight, wait: Self.diverMovePeriod))
  }

  private mutating func act(_ action: ArcadeAction) {
    switch action {
    case .fire where reloadTimer == 0:
      bullets.append(Swimmer(cell: (Int(row), Int(column)), goesRight: facesRight))
      reloadTimer = Self.reloadPeriod
    case .left:
      column = max(column - 1, 0)
      facesRight = false
    case .right:
      column = min(column + 1, 9)
      facesRight = true
    case .up: row = max(row - 1, 0)
    case .down: row = min(row + 1, 8)
    case .nothing, .fire: break
    }
  }

  /// The air supply, and coming up for air. True if it ends the game.
  private mutating func breathe(ramping: Bool, reward: inout Int) -> Bool {
    let isOutOfAir = oxygen <= 0
    if row > 0 {
      oxygen -= 1
      isAtSurface = false
      return isOutOfAir
    }
    if isAtSurface { return isOutOfAir }
    if diversAboard == 0 { return true }
    isAtSurface = true
    if diversAboard == Self.capacityForDivers {
      reward += oxygenTenths
      diversAboard = 0
    }
    oxygen = Self.fullOxygen
    diversAboard -= 1
    if ramping && (spawnPeriod > 1 || movePeriod > 2) {
      if rampLevel % 2 == 1 && movePeriod > 2 { movePeriod -= 1 }
      if spawnPeriod > 1 { spawnPeriod -= 1 }
      rampLevel += 1
    }
    return isOutOfAir
  }

  public var key: UInt64 {
    let place = UInt64(0).packed(row).packed(column).packed(diversAboard).packed(facesRight ? 1 : 0)
      .packed(isAtSurface ? 1 : 0)
    let numbers = UInt64(UInt16(bitPattern: oxygen)).packed(spawnPeriod).packed(spawnTimer)
      .packed(diverTimer).packed(movePeriod).packed(reloadTimer).packed(rampLevel)
    let swimmers =
      enemies.key ^ Random.mix(enemyBullets.key ^ Random.mix(bullets.key ^ Random.mix(divers.key)))
    return Random.mix(swimmers ^ Random.mix(numbers ^ Random.mix(place)))
  }

  public var difficulty: Int { Int(rampLevel) }
}
