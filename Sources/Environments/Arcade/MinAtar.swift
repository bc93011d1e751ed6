/// The arcade games of MinAtar (Young and Tian 2019): ten by ten cells, six actions, and sticky actions:
/// with some probability the last action is played again instead of the chosen one.
///
/// One type serves all five games, so that what is compiled per game is compiled once; a step chooses between
/// their rules by one switch.
public struct MinAtar: Game {
  public struct State: Sendable, BitwiseCopyable {
    public var board: Board
    /// The action played last, which may stick.
    public var lastAction: ArcadeAction
    var isOver = false
    var frames: UInt32 = 0
  }

  public let game: ArcadeGame
  /// Probability that the last action is played again.
  public let stickyProbability: Double
  /// Whether enemies come faster and more often as an episode goes on, in the games where they can.
  public let rampsDifficulty: Bool
  /// Steps after which an episode is truncated, or nil.
  public let frameLimit: Int?
  /// The actions by their number.
  private let actions: InlineArray<6, ArcadeAction>
  public let actionCount: Int

  /// Without the actions that the game ignores if `onlyUsefulActions`; the others are then numbered anew, in
  /// order. Throws `RuleError` for a probability or a limit out of range.
  public init(
    _ game: ArcadeGame, stickyProbability: Double = 0.1, rampsDifficulty: Bool = true,
    frameLimit: Int? = 10_000, onlyUsefulActions: Bool = false
  ) throws(RuleError) {
    guard 0...1 ~= stickyProbability else {
      throw RuleError("minatar: the sticky action probability \(stickyProbability) must be from 0 to 1")
    }
    if let frameLimit, !(1...Int(UInt32.max) ~= frameLimit) {
      throw RuleError("minatar: the frame limit \(frameLimit) must be from 1 to \(UInt32.max)")
    }
    self.game = game
    self.stickyProbability = stickyProbability
    self.rampsDifficulty = rampsDifficulty
    self.frameLimit = frameLimit
    let chosen = onlyUsefulActions ? game.usefulActions : ArcadeAction.allCases
    actionCount = chosen.count
    actions = InlineArray { $0 < chosen.count ? chosen[$0] : .nothing }
  }

  public var playerCount: Int { 1 }
  public var observationShape: ObservationShape {
    ObservationShape(planes: game.planeCount, rows: 10, columns: 10)
  }
  /// Every step draws whether the last action sticks, even if that never happens.
  public var isStochastic: Bool { true }

  public func start(using random: inout Random) -> State { start(using: &random, remembering: .nothing) }

  /// A first state in which `lastAction` may stick.
  public func start(using random: inout some RandomSource, remembering lastAction: ArcadeAction) -> State {
    State(board: Board(game, using: &random), lastAction: lastAction)
  }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var legal = ActionBits<1>()
    if !state.isOver { legal.bits[0] = 1 << UInt64(actionCount) - 1 }
    return legal
  }

  public func randomLegalAction(in state: State, using random: inout Random) -> Action {
    Action(random.integer(below: actionCount))
  }

  public func step(
    _ state: inout State, taking action: Action, using random: inout some RandomSource
  ) -> Transition {
    precondition(!state.isOver && action.index < actionCount, "illegal action")
    if random.uniform() >= stickyProbability { state.lastAction = actions[action.index] }
    let (reward, isOver) = state.board.advance(
      taking: state.lastAction, ramping: rampsDifficulty, using: &random)
    var status = isOver ? Status.terminated : .running
    if let frameLimit {
      state.frames += 1
      if !isOver && Int(state.frames) >= frameLimit { status = .truncated }
    }
    state.isOver = status.isOver
    return Transition(reward: reward, status: status)
  }

  public func untruncated(_ state: State) -> State {
    var state = state
    state.isOver = false
    return state
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    planes.update(repeating: 0)
    state.board.observe(into: &planes)
  }

  /// The frame count is left out: a truncated episode is cut off, what lies ahead does not depend on it.
  public func key(of state: State) -> UInt64 {
    let remembered = stickyProbability > 0 ? UInt64(state.lastAction.rawValue) : 0
    return Random.mix(state.board.key ^ Random.mix(remembered | (state.isOver ? 8 : 0)))
  }
}

extension MinAtar: Notation {
  /// `nothing`, `left`, `up`, `right`, `down` or `fire`.
  public func name(of action: Action, in state: State) -> String { "\(actions[action.index])" }

  /// The cells, and a line with what they do not show where there is something.
  public func draw(_ state: State) -> String {
    let board = state.board.contents
    let rows = (0..<10).map { row in String((0..<10).map { board.symbol(row: row, column: $0) }) }
    return (rows + (board.statusLine.map { [$0] } ?? [])).joined(separator: "\n")
  }
}
