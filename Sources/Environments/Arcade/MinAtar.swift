/// One of the miniature arcade games on 10 x 10 cells, without the wrapper all of them share.
public protocol ArcadeRules: Sendable {
  associatedtype Board: Hashable, Sendable

  /// Planes of an observation.
  var planeCount: Int { get }
  func start(using random: inout some RandomSource) -> Board
  /// Plays one frame.
  func advance(
    _ board: inout Board, taking action: ArcadeAction, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool)
  /// Sets the occupied cells, [planes, 10, 10], of planes that are all 0.
  func observe(_ board: Board, into planes: inout MutableSpan<Float>)
  func key(of board: Board) -> UInt64
  /// What a cell shows.
  func symbol(of board: Board, row: Int, column: Int) -> Character
}

/// The six actions of every arcade game; a game ignores those it has no use for.
public enum ArcadeAction: UInt8, Hashable, Sendable, CaseIterable {
  case nothing, left, up, right, down, fire
}

/// The arcade games of MinAtar (Young and Tian 2019): ten by ten cells, six actions, and sticky actions:
/// with some probability the last action is played again instead of the chosen one.
public struct MinAtar<Rules: ArcadeRules>: Game {
  public struct State: Hashable, Sendable {
    public var board: Rules.Board
    /// The action played last, which may stick.
    public var lastAction: ArcadeAction
    var isOver = false
    var frames: UInt32 = 0
  }

  public let rules: Rules
  /// Probability that the last action is played again.
  public let stickyProbability: Double
  /// Steps after which an episode is truncated, or nil.
  public let frameLimit: Int?

  public init(
    _ rules: Rules, stickyProbability: Double = 0.1, frameLimit: Int? = 10_000
  ) throws(RuleError) {
    guard 0...1 ~= stickyProbability else {
      throw RuleError("minatar: the sticky action probability \(stickyProbability) must be from 0 to 1")
    }
    if let frameLimit, !(1...Int(UInt32.max) ~= frameLimit) {
      throw RuleError("minatar: the frame limit \(frameLimit) must be from 1 to \(UInt32.max)")
    }
    self.rules = rules
    self.stickyProbability = stickyProbability
    self.frameLimit = frameLimit
  }

  public var playerCount: Int { 1 }
  public var actionCount: Int { ArcadeAction.allCases.count }
  public var observationShape: ObservationShape {
    ObservationShape(planes: rules.planeCount, rows: 10, columns: 10)
  }
  /// Every step draws whether the last action sticks, even if that never happens.
  public var isStochastic: Bool { true }

  public func start(using random: inout Random) -> State { start(using: &random, remembering: .nothing) }

  /// A first state in which `lastAction` may stick.
  public func start(using random: inout some RandomSource, remembering lastAction: ArcadeAction) -> State {
    State(board: rules.start(using: &random), lastAction: lastAction)
  }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 0b11_1111 }
    return actions
  }

  public func step(
    _ state: inout State, taking action: Action, using random: inout some RandomSource
  ) -> Transition {
    guard !state.isOver, let chosen = ArcadeAction(rawValue: UInt8(truncatingIfNeeded: action.rawValue))
    else {
      preconditionFailure("illegal action")
    }
    if random.uniform() >= stickyProbability { state.lastAction = chosen }
    let (reward, isOver) = rules.advance(&state.board, taking: state.lastAction, using: &random)
    var status = isOver ? Status.terminated : .running
    if let frameLimit {
      state.frames += 1
      if !isOver && Int(state.frames) >= frameLimit { status = .truncated }
    }
    state.isOver = status.isOver
    return Transition(reward: reward, status: status)
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    for element in 0..<observationShape.count { planes[element] = 0 }
    rules.observe(state.board, into: &planes)
  }

  /// The frame count is left out: a truncated episode is cut off, what lies ahead does not depend on it.
  public func key(of state: State) -> UInt64 {
    let remembered = stickyProbability > 0 ? UInt64(state.lastAction.rawValue) : 0
    return Random.mix(rules.key(of: state.board) ^ Random.mix(remembered | (state.isOver ? 8 : 0)))
  }
}

extension MinAtar: Notation {
  /// `nothing`, `left`, `up`, `right`, `down` or `fire`.
  public func name(of action: Action, in state: State) -> String {
    "\(ArcadeAction.allCases[action.index])"
  }

  public func draw(_ state: State) -> String {
    (0..<10).map { row in
      String((0..<10).map { rules.symbol(of: state.board, row: row, column: $0) })
    }.joined(separator: "\n")
  }
}
