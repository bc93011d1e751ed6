/// Numbers from -1 to 1 that describe a board, in order. At most 128, held inline.
public struct ScreenFeatures: Sendable {
  private var values = InlineArray<128, Float>(repeating: 0)
  /// How many were written.
  public private(set) var count = 0

  init() {}

  public subscript(index: Int) -> Float { values[index] }

  /// Appends 1 or 0.
  mutating func append(_ flag: Bool) { append(clamped: flag ? 1 : 0) }

  /// Appends a whole number out of `limit`, as a share from 0 to 1.
  mutating func append(_ number: Int, outOf limit: Int) {
    append(clamped: Float(number) / Float(limit))
  }

  /// Appends a place or speed within `range`, mapped onto -1 to 1.
  mutating func append(_ value: Int32, in range: ClosedRange<Int32>) {
    let share = Float(value - range.lowerBound) / Float(range.upperBound - range.lowerBound)
    append(clamped: 2 * share - 1)
  }

  private mutating func append(clamped value: Float) {
    values[count] = min(max(value, -1), 1)
    count += 1
  }
}
