/// The rules of an environment, as a value: one player, or two with opposed interests.
///
/// Every learner and every search is written against this protocol alone. A state is a plain value, so
/// copying it saves it, and all chance comes from the random source that is passed in. One equation serves
/// them all: `value = reward + discount * (same mover ? next : -next)`, where the reward belongs to the
/// player who moved and `next` is 0 only after `terminated`; a truncated episode bootstraps.
public protocol Game: Sendable {
  associatedtype State: Sendable
  associatedtype Actions: ActionSet

  /// 1 or 2.
  var playerCount: Int { get }
  /// Actions are numbered from 0 to `actionCount - 1`.
  var actionCount: Int { get }
  /// The planes that `observe` fills: [planes, rows, columns].
  var observationShape: ObservationShape { get }
  /// Whether `step` draws from its random source.
  var isStochastic: Bool { get }

  /// A first state; draws from `random` where the game starts at random.
  func start(using random: inout Random) -> State
  /// Whose move it is. Meaningful while the episode runs.
  func playerToMove(in state: State) -> Player
  /// The actions `step` accepts. Never empty while the episode runs, empty once it has ended.
  func legalActions(in state: State) -> Actions
  /// A uniformly random member of `legalActions`, which is not empty: of all legal actions, each as likely as
  /// any other. Games that can draw without listing them all override this, as random playouts live on it.
  func randomLegalAction(in state: State, using random: inout Random) -> Action
  /// Plays a legal action of the player to move; an illegal one is a broken precondition.
  func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition
  /// Takes a uniformly random legal action: `randomLegalAction` and `step` in one, with the same draws. Games
  /// with large states, or where an action drawn need not be checked, override this for fast playouts.
  func stepRandomly(_ state: inout State, using random: inout Random) -> Transition
  /// A state in which an episode was cut off, as it would be had the episode gone on: what learners bootstrap from.
  /// It has legal actions, and otherwise looks like `state`. Games that cut episodes off override this.
  func untruncated(_ state: State) -> State
  /// Writes the state as the player to move sees it: `observationShape.count` values from -1 to 1,
  /// in the order [planes, rows, columns]; every element is written.
  func observe(_ state: State, into planes: inout MutableSpan<Float>)
  /// A 64-bit hash of everything that affects the future: equal states have equal keys.
  func key(of state: State) -> UInt64
  /// A quick guess of the return of a running state, from the view of the player to move: between -1 and 1,
  /// and 0, as by default, if a game has none. For searches that stop before the end.
  func estimate(of state: State) -> Float
}

extension Game {
  @inline(__always)
  public func estimate(of state: State) -> Float { 0 }

  @inline(__always)
  public func untruncated(_ state: State) -> State { state }

  @inline(__always)
  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    legalActions(in: state).randomAction(using: &random)
  }

  @inline(__always)
  public func stepRandomly(_ state: inout State, using random: inout Random) -> Transition {
    let action = randomLegalAction(in: state, using: &random)
    return step(&state, taking: action, using: &random)
  }
}

/// Planes, rows and columns of an observation.
public struct ObservationShape: Hashable, Sendable {
  public var planes: Int
  public var rows: Int
  public var columns: Int

  public init(planes: Int, rows: Int, columns: Int) {
    self.planes = planes
    self.rows = rows
    self.columns = columns
  }

  /// Number of values: planes x rows x columns.
  public var count: Int { planes * rows * columns }
}

/// One of two sides; the only player of a single-player game is `first`.
public enum Player: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case first, second

  public var opponent: Player { self == .first ? .second : .first }
  public var index: Int { Int(rawValue) }
}

/// A numbered action of a game.
public struct Action: Hashable, Sendable, BitwiseCopyable, ExpressibleByIntegerLiteral {
  public let rawValue: UInt16

  public init(_ index: Int) { rawValue = UInt16(index) }
  public init(integerLiteral value: UInt16) { rawValue = value }

  public var index: Int { Int(rawValue) }
}

/// What a step brought: the reward of the player who moved, and whether the episode goes on.
public struct Transition: Hashable, Sendable {
  public var reward: Float
  public var status: Status

  public init(reward: Float = 0, status: Status = .running) {
    self.reward = reward
    self.status = status
  }
}

/// `terminated` states have no future; `truncated` ones were merely cut off, so learners bootstrap from them.
public enum Status: UInt8, Hashable, Sendable {
  case running, terminated, truncated

  public var isOver: Bool { self != .running }
}
