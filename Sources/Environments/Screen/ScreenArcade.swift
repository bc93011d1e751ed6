/// An arcade game on a screen of 160 x 210 pixels, 60 frames a second: the frame that all of them share.
///
/// It repeats actions, makes them stick, counts lives and score, raises the level, cuts long episodes off,
/// and shows the game as pictures or as features (`ScreenOptions`). The rules are in `ScreenRules`.
public struct ScreenArcade: Game {
  /// All that a picture shows.
  struct Moment: Sendable, BitwiseCopyable {
    var board: ScreenGame.Board
    var tally: ScreenTally
  }

  public struct State: Sendable {
    /// The last two frames of each of the last four steps, the newest first. Boards are small, pictures are
    /// not: whoever observes the state draws it.
    var moments: InlineArray<8, Moment>
    var frames: UInt32 = 0
    /// What the hand does now; it may stick.
    var joystick = Joystick.nothing
    var isOver = false

    /// Score, lives and level.
    public var tally: ScreenTally { moments[0].tally }
  }

  public let rules: ScreenGame
  public let options: ScreenOptions
  let tables: PictureTables

  /// Throws `RuleError` for options out of range.
  public init(_ rules: ScreenGame, options: ScreenOptions = ScreenOptions()) throws(RuleError) {
    try options.validate()
    self.rules = rules
    self.options = options
    tables = PictureTables(rules.palette)
  }

  public var playerCount: Int { 1 }
  public var actionCount: Int { rules.actionCount }
  public var observationShape: ObservationShape {
    switch options.observation {
    case .screen: ObservationShape(planes: 4, rows: ScreenPicture.side, columns: ScreenPicture.side)
    case .features: ObservationShape(planes: rules.featureCount, rows: 1, columns: 1)
    }
  }
  public var isStochastic: Bool { true }

  public func start(using random: inout Random) -> State {
    let lives = rules.usualLives == 0 ? 0 : options.lives ?? rules.usualLives
    let tally = ScreenTally(lives: UInt8(lives), level: UInt8(options.difficulty))
    let board = rules.start(level: options.difficulty, using: &random)
    return State(moments: InlineArray(repeating: Moment(board: board, tally: tally)))
  }

  public func playerToMove(in state: State) -> Player { .first }

  public func legalActions(in state: State) -> ActionBits<1> {
    var actions = ActionBits<1>()
    if !state.isOver { actions.bits[0] = 1 << UInt64(actionCount) - 1 }
    return actions
  }

  public func step(_ state: inout State, taking action: Action, using random: inout Random) -> Transition {
    precondition(!state.isOver && action.index < actionCount, "illegal action")
    let chosen = rules.joystick(for: action.index)
    for index in (2..<8).reversed() { state.moments[index] = state.moments[index - 2] }
    var reward: Int32 = 0
    var status = Status.running
    for _ in 0..<options.actionRepeat {
      state.moments[1] = state.moments[0]
      // Each frame of a step may stick (Machado et al. 2018, section 5.2).
      if options.stickyProbability == 0 || random.uniform() >= options.stickyProbability {
        state.joystick = chosen
      }
      let event = rules.advance(
        &state.moments[0].board, joystick: state.joystick, level: Int(state.tally.level), using: &random)
      reward += event.reward
      if count(event, in: &state.moments[0].tally) { status = .terminated }
      state.frames &+= 1
      if let limit = options.frameLimit, status == .running, Int(state.frames) >= limit {
        status = .truncated
      }
      if status.isOver { break }
    }
    state.isOver = status.isOver
    return Transition(
      reward: Float(options.clipsRewards ? reward.signum() : reward), status: status)
  }

  public func untruncated(_ state: State) -> State {
    var state = state
    state.isOver = false
    return state
  }

  /// Keeps the tally; true when the game has ended.
  private func count(_ event: ScreenEvent, in tally: inout ScreenTally) -> Bool {
    tally.score += event.reward
    if event.hasClearedStage && options.isRamping { tally.level = min(tally.level + 1, 9) }
    if event.hasLostLife { tally.lives -= 1 }
    return event.isOver || (event.hasLostLife && tally.lives == 0)
  }

  /// Hashes the newest frame. Older ones are left out like the frame count: what lies ahead does not depend
  /// on them.
  public func key(of state: State) -> UInt64 {
    var hash = BoardHash()
    hash.add(rules.key(of: state.moments[0].board))
    hash.add(state.tally.score)
    hash.add(state.tally.lives)
    hash.add(state.tally.level)
    hash.add(state.isOver)
    if options.stickyProbability > 0 { hash.add(UInt64(state.joystick.rawValue)) }
    return hash.value
  }
}
