/// How good a move was, from what it gave away.
///
/// Losses are measured against a scale: 1 in a game of two players, where values go from -1 to 1, and in a game
/// of one player the largest value or the return of the episode. The thresholds are those Lichess uses on the same range.
public enum MoveQuality: String, Hashable, Sendable, CaseIterable {
  case good, inaccuracy, mistake, blunder

  /// The smallest loss, as a share of the scale, that is called this.
  public var threshold: Double {
    switch self {
    case .good: 0
    case .inaccuracy: 0.1
    case .mistake: 0.2
    case .blunder: 0.3
    }
  }

  /// Judges a loss, which is 0 or more.
  public init(loss: Double, scale: Double) {
    let share = scale > 0 ? loss / scale : 0
    self = Self.allCases.last { share >= $0.threshold } ?? .good
  }

  /// The sign that annotations use; empty for good moves.
  public var sign: String {
    switch self {
    case .good: ""
    case .inaccuracy: "?!"
    case .mistake: "?"
    case .blunder: "??"
    }
  }
}
