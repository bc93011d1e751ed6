import Environments

/// What an agent says about one recorded move.
public struct MoveJudgement: Sendable {
  /// Number of the move, from 1.
  public let number: Int
  public let mover: Player
  public let action: Action
  /// Name of the move played.
  public let move: String
  /// Value of the position before the move with best play, from the first player's view: from -1 to 1 in a game
  /// of two players, the expected return of what is still to come in a game of one.
  public let value: Double
  /// The move the agent prefers, and its name.
  public let bestAction: Action
  public let best: String
  /// Names of the moves the agent expects, the best move first.
  public let line: [String]
  /// What the move played gives away against the best one, in points of value; 0 or more.
  public let loss: Double
  public let quality: MoveQuality
  /// Reward the move brought, of the mover.
  public let reward: Double

  /// Whether the agent would have played the same move.
  public var agrees: Bool { action == bestAction }

  /// The first player's chance of winning that stands for a value of a game of two players, a draw counting
  /// half; from 0 to 1.
  public static func chance(of value: Double) -> Double { min(max((value + 1) / 2, 0), 1) }
}

/// What the moves of one player add up to.
public struct PlayerSummary: Hashable, Sendable {
  public let name: String
  public let moves: Int
  /// Mean of what the moves gave away, in points of value; 0 without moves.
  public let meanLoss: Double
  /// How many moves were of each quality, in the order of `MoveQuality.allCases`.
  public let counts: [Int]
  /// Share of the moves that are the agent's own choice; 0 without moves.
  public let agreement: Double

  init(name: String, moves: [MoveJudgement]) {
    self.name = name
    self.moves = moves.count
    let count = Double(max(moves.count, 1))
    meanLoss = moves.reduce(0) { $0 + $1.loss } / count
    counts = MoveQuality.allCases.map { quality in moves.count { $0.quality == quality } }
    agreement = Double(moves.count(where: \.agrees)) / count
  }

  /// How many moves were of a quality.
  public func count(of quality: MoveQuality) -> Int {
    zip(MoveQuality.allCases, counts).first { $0.0 == quality }?.1 ?? 0
  }
}
