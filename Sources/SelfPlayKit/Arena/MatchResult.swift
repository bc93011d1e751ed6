import Environments
import Replay

/// Which of the two agents of a match.
public enum Contestant: Int, Hashable, Sendable, CaseIterable {
  case a, b

  public var other: Contestant { self == .a ? .b : .a }
}

/// One finished game of a match.
public struct MatchGame: Sendable {
  /// Number of the game in the match, from 0.
  public let index: Int
  /// Who moved first; in a game of one player, who played.
  public let first: Contestant
  /// Sum of the rewards from the view of the first agent A; in a game of one player, of who played.
  public let value: Double
  public let record: GameRecord
}

/// What a match has come to, from A's view.
public struct MatchResult: Sendable {
  public let names: [String]
  public let playerCount: Int
  /// Games, or episodes of each agent, that were asked for.
  public let planned: Int
  public internal(set) var asFirst = Tally()
  public internal(set) var asSecond = Tally()
  /// Returns in a game of one player, by `Contestant`.
  public internal(set) var returns = [ReturnStatistics(), ReturnStatistics()]
  /// A's return minus B's in the episodes with the same chances.
  public internal(set) var difference = ReturnStatistics()
  public internal(set) var plies = 0
  public internal(set) var games = 0
  public internal(set) var sequentialTest: SequentialTest?
  public internal(set) var wasInterrupted = false
  /// Games of which no earlier one has the same moves with the same sides.
  public var distinctGames: Int { seen.count }
  /// Hashes of them.
  private var seen: Set<Int> = []
  private var unpaired = 0.0

  init(names: [String], playerCount: Int, planned: Int, sequentialTest: SequentialTest?) {
    self.names = names
    self.playerCount = playerCount
    self.planned = planned
    self.sequentialTest = sequentialTest
  }

  public var tally: Tally { asFirst + asSecond }
  public var elo: EloEstimate? { EloEstimate(tally) }
  public var verdict: SequentialTest.Verdict? { sequentialTest?.verdict(tally) }

  /// Counts the next game, in the order of their numbers.
  mutating func add(_ game: MatchGame) {
    games += 1
    plies += game.record.actions.count
    var hasher = Hasher()
    hasher.combine(game.first)
    hasher.combine(game.record.actions)
    seen.insert(hasher.finalize())
    if playerCount == 1 {
      returns[game.first.rawValue].add(game.value)
      if game.first == .a { unpaired = game.value } else { difference.add(unpaired - game.value) }
    } else if game.first == .a {
      asFirst.add(returned: game.value)
    } else {
      asSecond.add(returned: game.value)
    }
  }
}
