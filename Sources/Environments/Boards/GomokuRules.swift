/// Board and options of `Gomoku`.
public struct GomokuRules: Hashable, Sendable {
  /// Rows, and columns: 3 to 19.
  public var side: Int
  /// Stones in a row that win: 3 to `side`.
  public var length: Int
  /// Whether longer rows win nothing, as in standard gomoku; in free gomoku they win as well.
  public var isExact: Bool

  public init(side: Int = 15, length: Int = 5, isExact: Bool = false) {
    self.side = side
    self.length = length
    self.isExact = isExact
  }
}
