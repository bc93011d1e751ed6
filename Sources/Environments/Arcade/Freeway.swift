/// MinAtar's Freeway: a chicken crosses eight lanes of cars in column 4, from row 9 to row 0. Arriving is worth 1
/// and brings new cars; a car that hits it sends it back. A game lasts 2501 steps.
/// Planes: chicken, cars, and what is behind a car by its speed, 1 (fast) to 5 (slow).
public struct Freeway: ArcadeBoard {
  var chicken: Int8 = 9
  /// Steps until the chicken can move again.
  var cooldown: Int8 = Self.movePeriod
  var framesLeft: Int16 = 2500
  /// Car k drives in row k + 1.
  var columns = InlineArray<8, Int8>(repeating: 0)
  /// Steps between two moves of a car; negative for cars that go left.
  var speeds = InlineArray<8, Int8>(repeating: 0)
  /// Steps until a car moves.
  var waits = InlineArray<8, Int8>(repeating: 0)

  private static let movePeriod: Int8 = 3
  private static let chickenColumn: Int8 = 4

  public static var planeCount: Int { 7 }

  public init(using random: inout some RandomSource) { drawSpeeds(using: &random) }

  private mutating func drawSpeeds(using random: inout some RandomSource) {
    for car in 0..<8 { speeds[car] = Int8(random.integer(in: 1..<6)) }
    waits = speeds
    for car in 0..<8 where random.uniform() <= 0.5 { speeds[car] = -speeds[car] }
  }

  public mutating func advance(
    taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool) {
    if cooldown == 0 && (action == .up || action == .down) {
      cooldown = Self.movePeriod
      chicken = action == .up ? max(chicken - 1, 0) : min(chicken + 1, 9)
    }
    var reward: Float = 0
    if chicken == 0 {
      reward = 1
      drawSpeeds(using: &random)
      chicken = 9
    }
    let isHitBefore = isHit
    moveCars()
    if isHitBefore || isHit { chicken = 9 }
    cooldown = max(cooldown - 1, 0)
    framesLeft -= 1
    return (reward, framesLeft < 0)
  }

  /// A car is on the chicken's cell.
  private var isHit: Bool { 1...8 ~= chicken && columns[Int(chicken) - 1] == Self.chickenColumn }

  /// Cars that have waited move one column, around the edge.
  private mutating func moveCars() {
    for car in 0..<8 {
      let isMoving = waits[car] == 0
      let column = columns[car] &+ (isMoving ? (speeds[car] > 0 ? 1 : -1) : 0)
      columns[car] = column < 0 ? 9 : column > 9 ? 0 : column
      waits[car] = isMoving ? max(speeds[car], 0 &- speeds[car]) : waits[car] &- 1
    }
  }

  public func observe(into planes: inout MutableSpan<Float>) {
    planes.mark(0, row: Int(chicken), column: Int(Self.chickenColumn))
    for car in 0..<8 {
      planes.mark(1, row: car + 1, column: Int(columns[car]))
      planes.mark(1 + Int(abs(speeds[car])), row: car + 1, column: columnBehind(car))
    }
  }

  private func columnBehind(_ car: Int) -> Int { (Int(columns[car]) + (speeds[car] > 0 ? 9 : 1)) % 10 }

  public var key: UInt64 {
    var (places, periods) = (UInt64(0), UInt64(0))
    for car in 0..<8 {
      places = places << 8 | UInt64(columns[car] << 3 | waits[car])
      periods = periods.packed(speeds[car])
    }
    let rest = UInt64(UInt16(bitPattern: framesLeft)).packed(chicken).packed(cooldown)
    return Random.mix(places ^ Random.mix(periods ^ Random.mix(rest)))
  }

  /// `@` chicken, `>` and `<` cars by direction, followed by the digit of their speed.
  public func symbol(row: Int, column: Int) -> Character {
    if row == chicken && column == Self.chickenColumn { return "@" }
    guard 1...8 ~= row else { return "." }
    let car = row - 1
    if column == columns[car] { return speeds[car] > 0 ? ">" : "<" }
    return column == columnBehind(car) ? Character("\(abs(speeds[car]))") : "."
  }

  public var statusLine: String? { "frames left \(max(framesLeft, 0))" }
}
