import Environments

/// Alpha-beta search to a fixed depth, or as deep as it can in some seconds: for two players without chance.
public final class AlphaBetaAgent<Subject: Game>: Agent, Timed {
  public var seconds: Double?
  private let depth: Int
  private var search: AlphaBeta<Subject>

  /// Searches `depth` plies at most; remembers `tableEntries` positions.
  public init(game: Subject, depth: Int, tableEntries: Int = 1 << 20, seconds: Double? = nil) {
    precondition(depth >= 1, "a search needs a depth of at least one")
    precondition(game.playerCount == 2 && !game.isStochastic, "alpha-beta is for two players without chance")
    self.depth = depth
    self.seconds = seconds
    search = AlphaBeta(game: game, tableEntries: tableEntries)
  }

  /// Positions met by the last decision.
  public var nodes: Int { search.nodes }

  public func begin(_ state: Subject.State, random: Random) { search.reset() }

  /// The value is 1 or -1 where the end is proven, else the estimate at the horizon.
  public func decide(in state: Subject.State) -> Decision {
    let finding = search.search(state, depth: depth, seconds: seconds)
    let value = AlphaBeta<Subject>.value(of: finding.score)
    let line = search.line(from: state, limit: finding.depth)
    return Decision(
      action: finding.action, value: value, isProven: abs(finding.score) > AlphaBeta<Subject>.proven,
      candidates: [Candidate(action: finding.action, share: 1, value: value, line: line)])
  }

  /// Plies to the end that the score of a state proves, from the view of its player to move: positive if it
  /// is won, negative if it is lost, nil if nothing is proven.
  public func distanceToEnd(of state: Subject.State) -> Int? {
    let score = search.search(state, depth: depth, seconds: seconds).score
    guard abs(score) > AlphaBeta<Subject>.proven else { return nil }
    let plies = Int(AlphaBeta<Subject>.win - abs(score))
    return score > 0 ? plies : -plies
  }

  public func follow(_ action: Action, to state: Subject.State) {}
}
