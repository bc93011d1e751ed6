/// Board and options of `Hex`.
public struct HexRules: Hashable, Sendable {
  /// 1 to 19; the first player joins the first row and the last.
  public var rows: Int
  /// 1 to 19; the second player joins the first column and the last.
  public var columns: Int
  /// Whether the second player may take over the first stone instead of the first move of its own.
  public var allowsSwap: Bool

  public init(rows: Int = 11, columns: Int = 11, allowsSwap: Bool = false) {
    self.rows = rows
    self.columns = columns
    self.allowsSwap = allowsSwap
  }
}
