import Environments

extension GameRecord {
  /// Who gave the game up, which is no action: the comment says so, and the status stays `running`.
  public var resigned: Player? {
    get {
      status == .running ? Player.allCases.first { comment == Self.comment(onResignationOf: $0) } : nil
    }
    set { comment = newValue.map(Self.comment(onResignationOf:)) ?? "" }
  }

  private static func comment(onResignationOf player: Player) -> String {
    player == .first ? "the first player resigned" : "the second player resigned"
  }

  /// The result, from the first player's view, of a game for two that was decided before its end, since a player
  /// resigned or the value of the last state was proven; nil for any other.
  /// - Parameter mover: who moves in the last state.
  public func earlyResult(toMove mover: Player) -> Float? {
    if let resigned { return resigned == .first ? -1 : 1 }
    guard status == .running, let finalValue else { return nil }
    return mover == .first ? finalValue : -finalValue
  }
}
