import Environments
import Replay

/// A recorded game with an agent's judgement of every move.
public struct GameAnalysis: Sendable {
  /// Number of the game in its file, from 1.
  public let number: Int
  public let gameID: String
  public let gameTitle: String
  public let playerCount: Int
  /// Who played, and how it ended.
  public let heading: String
  /// The agent that judged, as it is written on the command line.
  public let agent: String
  public let moves: [MoveJudgement]
  /// Drawings of all positions, the start first: one more than there are moves.
  public let drawings: [String]
  /// One a player.
  public let players: [PlayerSummary]
  /// Values from the first player's view: before each move, and at the end (the result, or the last judgement
  /// of a game that was cut off).
  public let values: [Double]
  /// What a loss is measured against: see `MoveQuality`.
  public let scale: Double
  /// Return of the first player; the result of a game for two that was decided early.
  public let result: Double
  public let status: Status
  /// Points the first player is ahead at the end, in games that end with points.
  public let margin: Double?

  /// Index of the move that gave most away; nil if all moves were good.
  public var worst: Int? {
    guard let worst = moves.indices.max(by: { moves[$0].loss < moves[$1].loss }),
      moves[worst].quality != .good
    else { return nil }
    return worst
  }

  /// Index of the turning point: the move after which the winner was ahead for good; nil in a drawn or unfinished
  /// game, or if the winner led from the start. In a game of one player the move that changed the value most.
  public var turningPoint: Int? {
    guard playerCount == 2 else {
      let changes = moves.indices.map { abs(values[$0 + 1] + moves[$0].reward - values[$0]) }
      guard let largest = changes.max(), largest > 0 else { return nil }
      return changes.firstIndex(of: largest)
    }
    guard status != .truncated, result != 0 else { return nil }
    return moves.indices.last { values[$0] * result <= 0 }
  }

  /// How many moves of all players were of a quality.
  public func count(of quality: MoveQuality) -> Int { players.reduce(0) { $0 + $1.count(of: quality) } }
}
