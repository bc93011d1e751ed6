/// One step in a table: what was done in which row, and what came of it.
struct Experience: Hashable, Sendable, Codable {
  var row: Int
  var action: Int
  /// Of the player who moved.
  var reward: Float
  /// The row of the state reached; nil after the end.
  var next: Int?
  /// Whether the state reached belongs to the same player: if not, its value counts negatively.
  var isSameMover = true

  /// reward + discount * (same mover ? value : -value), without a future after the end.
  func target(value: @autoclosure () -> Float, discount: Float) -> Float {
    guard next != nil else { return reward }
    return reward + discount * (isSameMover ? value() : -value())
  }
}
