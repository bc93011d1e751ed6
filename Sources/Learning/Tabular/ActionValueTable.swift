import Environments

/// The values of all actions of the states met so far, a row for each key of a state.
///
/// Rows are numbered in the order in which they were added. Illegal actions have the value -infinity, so that the
/// largest value of a row is that of a legal action.
public struct ActionValueTable: Hashable, Sendable {
  public let actionCount: Int
  /// [rows]: the keys that `Game.key(of:)` gives the states.
  public private(set) var keys: [UInt64] = []
  /// [rows, actionCount], from the view of the player to move.
  public package(set) var values: [Float] = []
  private var rows: [UInt64: Int] = [:]

  public init(actionCount: Int) { self.actionCount = actionCount }

  /// Takes rows from elsewhere; nil if a key appears twice or the sizes differ.
  init?(actionCount: Int, keys: [UInt64], values: [Float]) {
    guard values.count == keys.count * actionCount else { return nil }
    self.actionCount = actionCount
    self.keys = keys
    self.values = values
    rows = Dictionary(zip(keys, keys.indices)) { first, _ in first }
    guard rows.count == keys.count else { return nil }
  }

  /// The row of a key, or nil if no such state was met.
  public func row(of key: UInt64) -> Int? { rows[key] }

  /// The row of a key, which is added with `value` for the legal actions if it is new.
  package mutating func row(of key: UInt64, legal: some ActionSet, value: Float) -> Int {
    if let row = rows[key] { return row }
    let row = keys.count
    rows[key] = row
    keys.append(key)
    values.append(contentsOf: repeatElement(-.infinity, count: actionCount))
    legal.forEach { values[row * actionCount + $0.index] = value }
    return row
  }

  /// The first action of highest value.
  public func bestAction(inRow row: Int) -> Action {
    var best = 0
    for action in 1..<max(actionCount, 1) where self[row, action] > self[row, best] { best = action }
    return Action(best)
  }

  /// The value of an action, -infinity if it is illegal.
  public subscript(row: Int, action: Int) -> Float {
    get { values[row * actionCount + action] }
    set { values[row * actionCount + action] = newValue }
  }

  /// The highest value of a row.
  func highest(inRow row: Int) -> Float { self[row, bestAction(inRow: row).index] }

  /// The mean of the legal actions' values.
  func mean(ofRow row: Int) -> Float {
    var (sum, count) = (Float(0), 0)
    for action in 0..<actionCount where self[row, action] > -.infinity {
      sum += self[row, action]
      count += 1
    }
    return sum / Float(count)
  }
}
