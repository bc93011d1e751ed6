/// How many games two agents play, from which seed, and how they begin and end.
public struct MatchPlan: Sendable {
  /// Where the first agent A sits.
  public enum Seating: String, Hashable, Sendable, CaseIterable {
    case first, second, alternate
  }

  /// Games, or in a game of one player episodes of each agent.
  public var games: Int
  public var seed: UInt64
  public var threads: Int
  /// Ends the match as soon as the test is decided.
  public var sequentialTest: SequentialTest?
  /// Whether records keep what the agents' searches found.
  public var keepsSearches: Bool
  /// Random plies that each pair of games begins with.
  public var openingPlies = 0
  public var seating = Seating.alternate
  /// When an agent gives up; nil for never.
  public var resignation: Resignation?
  /// Games played before: the match goes on with this number.
  public var gamesBefore = 0

  public init(
    games: Int, seed: UInt64 = 1, threads: Int = 1, sequentialTest: SequentialTest? = nil,
    keepsSearches: Bool = false
  ) {
    self.games = games
    self.seed = seed
    self.threads = threads
    self.sequentialTest = sequentialTest
    self.keepsSearches = keepsSearches
  }

  /// Who moves first in a game.
  func first(inGame index: Int) -> Contestant {
    switch seating {
    case .first: .a
    case .second: .b
    case .alternate: index.isMultiple(of: 2) ? .a : .b
    }
  }
}
