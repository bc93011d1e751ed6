/// When an agent gives a game up: it has expected no more than so little for some moves running.
public struct Resignation: Hashable, Sendable {
  /// Its own value, from -1 to 0, at which a game is lost.
  public var value: Float
  /// So many of its moves running.
  public var moves: Int

  public init(value: Float, moves: Int = 3) {
    precondition(-1...0 ~= value && moves >= 1, "a value from -1 to 0 and at least one move")
    self.value = value
    self.moves = moves
  }
}
