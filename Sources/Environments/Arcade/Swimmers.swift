/// Something that moves in a row of Seaquest, in two bytes: place, direction and timers.
package struct Swimmer: Hashable, Sendable, BitwiseCopyable {
  /// From the low end: 4 bits column, 4 row, 1 direction, 3 wait, 4 shot timer.
  private(set) var bits: UInt16

  /// The value of the shot timer of what never shoots.
  static let unarmed = 15

  init(cell: (row: Int, column: Int), goesRight: Bool, wait: Int = 0, shotTimer: Int = unarmed) {
    bits = UInt16(cell.column | cell.row << 4 | (goesRight ? 1 << 8 : 0) | wait << 9 | shotTimer << 12)
  }

  var column: Int {
    get { Int(bits & 15) }
    set { bits = bits & ~15 | UInt16(newValue) }
  }
  var row: Int { Int(bits >> 4 & 15) }
  /// 1 to the right, -1 to the left.
  var step: Int { bits >> 8 & 1 == 1 ? 1 : -1 }
  /// Where it came from, if that is on the board.
  var columnBehind: Int? { 0...9 ~= column - step ? column - step : nil }
  /// Steps until it moves.
  var wait: Int {
    get { Int(bits >> 9 & 7) }
    set { bits = bits & ~(7 << 9) | UInt16(newValue << 9) }
  }
  /// Steps until it shoots.
  var shotTimer: Int {
    get { Int(bits >> 12) }
    set { bits = bits & ~(15 << 12) | UInt16(newValue << 12) }
  }
  var isArmed: Bool { shotTimer != Self.unarmed }

  /// Row and column in one, to compare places.
  var cell: UInt16 { bits & 0xFF }

  /// Moves one column; false, and left where it was, if that is off the board.
  mutating func advance() -> Bool {
    guard 0...9 ~= column + step else { return false }
    column += step
    return true
  }
}

/// Swimmers in the order of their arrival, the oldest first.
package struct Swimmers<let capacity: Int>: Sendable, BitwiseCopyable {
  private var elements = InlineArray<capacity, Swimmer>(
    repeating: Swimmer(cell: (0, 0), goesRight: false))
  private var used: UInt8 = 0

  package var count: Int { Int(used) }

  subscript(index: Int) -> Swimmer {
    get { elements[index] }
    set { elements[index] = newValue }
  }

  mutating func append(_ swimmer: Swimmer) {
    elements[count] = swimmer
    used += 1
  }

  mutating func remove(at index: Int) {
    for later in index + 1..<count { elements[later - 1] = elements[later] }
    used -= 1
  }

  /// The oldest swimmer for which the test holds.
  func firstIndex(where test: (Swimmer) -> Bool) -> Int? {
    for index in 0..<count where test(elements[index]) { return index }
    return nil
  }

  /// A hash of the swimmers in their order.
  var key: UInt64 {
    var result = UInt64(used)
    for index in 0..<count { result = Random.mix(result &* 0x1_0001 ^ UInt64(elements[index].bits)) }
    return result
  }
}
