import Environments

/// What an agent chose, and what it thought; all values are from the view of the player to move.
public struct Decision: Sendable {
  public var action: Action
  /// Expected return from -1 to 1 in two-player games, in reward units otherwise; nil if the agent has no
  /// opinion.
  public var value: Float?
  /// Whether the value is the outcome under best play, proven, rather than an estimate.
  public var isProven: Bool
  /// Candidates with their shares (adding up to 1) and values, best first; empty if the agent has none.
  public var candidates: [Candidate]
  /// Whether the agent gives the game up; then the action does not matter.
  public var resigns: Bool

  public init(
    action: Action, value: Float? = nil, isProven: Bool = false, candidates: [Candidate] = [],
    resigns: Bool = false
  ) {
    self.action = action
    self.value = value
    self.isProven = isProven
    self.candidates = candidates
    self.resigns = resigns
  }
}

/// One action an agent considered.
public struct Candidate: Sendable {
  public var action: Action
  public var visits: Int
  /// Share of the visits, or the policy's probability.
  public var share: Float
  /// The network's prior probability, where there is one.
  public var prior: Float?
  public var value: Float?
  /// The line the search expects, from this action on.
  public var line: [Action]

  public init(
    action: Action, visits: Int = 0, share: Float, prior: Float? = nil, value: Float? = nil,
    line: [Action] = []
  ) {
    self.action = action
    self.visits = visits
    self.share = share
    self.prior = prior
    self.value = value
    self.line = line
  }
}

/// Something that plays one game at a time: it begins, decides, and follows the moves of either side.
///
/// A class, because it owns trees, networks and external programs; each worker has its own.
public protocol Agent<Subject>: AnyObject {
  associatedtype Subject: Game
  /// Forgets the last game. All chance of the coming one is drawn from `random`.
  func begin(_ state: Subject.State, random: Random) throws
  /// Chooses for the player to move. The state is the one reached by `begin` and `follow`.
  func decide(in state: Subject.State) throws -> Decision
  /// Takes note of an action played by either side, and of the state it led to.
  func follow(_ action: Action, to state: Subject.State) throws
}
