/// The arcade games on the full screen, as one type: what a search or learner is specialised for exists once.
public enum ScreenGame: ScreenRules {
  case pong(ScreenPong)
  case breakout(ScreenBreakout)
  case invaders(ScreenInvaders)

  /// The board of one of the games.
  public enum Board: Sendable, BitwiseCopyable {
    case pong(ScreenPong.Board)
    case breakout(ScreenBreakout.Board)
    case invaders(ScreenInvaders.Board)
  }

  public var actionCount: Int {
    switch self {
    case .pong(let rules): rules.actionCount
    case .breakout(let rules): rules.actionCount
    case .invaders(let rules): rules.actionCount
    }
  }

  public func joystick(for index: Int) -> Joystick {
    switch self {
    case .pong(let rules): rules.joystick(for: index)
    case .breakout(let rules): rules.joystick(for: index)
    case .invaders(let rules): rules.joystick(for: index)
    }
  }

  public var usualLives: Int {
    switch self {
    case .pong(let rules): rules.usualLives
    case .breakout(let rules): rules.usualLives
    case .invaders(let rules): rules.usualLives
    }
  }

  public var palette: ScreenPalette {
    switch self {
    case .pong(let rules): rules.palette
    case .breakout(let rules): rules.palette
    case .invaders(let rules): rules.palette
    }
  }

  public var featureCount: Int {
    switch self {
    case .pong(let rules): rules.featureCount
    case .breakout(let rules): rules.featureCount
    case .invaders(let rules): rules.featureCount
    }
  }

  public func start(level: Int, using random: inout Random) -> Board {
    switch self {
    case .pong(let rules): .pong(rules.start(level: level, using: &random))
    case .breakout(let rules): .breakout(rules.start(level: level, using: &random))
    case .invaders(let rules): .invaders(rules.start(level: level, using: &random))
    }
  }

  public func advance(
    _ board: inout Board, joystick: Joystick, level: Int, using random: inout Random
  ) -> ScreenEvent {
    switch (self, board) {
    case (.pong(let rules), .pong(var own)):
      defer { board = .pong(own) }
      return rules.advance(&own, joystick: joystick, level: level, using: &random)
    case (.breakout(let rules), .breakout(var own)):
      defer { board = .breakout(own) }
      return rules.advance(&own, joystick: joystick, level: level, using: &random)
    case (.invaders(let rules), .invaders(var own)):
      defer { board = .invaders(own) }
      return rules.advance(&own, joystick: joystick, level: level, using: &random)
    default: preconditionFailure("a board of another game")
    }
  }

  public func draw(_ board: Board, tally: ScreenTally, onto canvas: inout ScreenCanvas) {
    switch (self, board) {
    case (.pong(let rules), .pong(let own)): rules.draw(own, tally: tally, onto: &canvas)
    case (.breakout(let rules), .breakout(let own)): rules.draw(own, tally: tally, onto: &canvas)
    case (.invaders(let rules), .invaders(let own)): rules.draw(own, tally: tally, onto: &canvas)
    default: preconditionFailure("a board of another game")
    }
  }

  public func writeFeatures(of board: Board, tally: ScreenTally, to features: inout ScreenFeatures) {
    switch (self, board) {
    case (.pong(let rules), .pong(let own)): rules.writeFeatures(of: own, tally: tally, to: &features)
    case (.breakout(let rules), .breakout(let own)): rules.writeFeatures(of: own, tally: tally, to: &features)
    case (.invaders(let rules), .invaders(let own)): rules.writeFeatures(of: own, tally: tally, to: &features)
    default: preconditionFailure("a board of another game")
    }
  }

  public func key(of board: Board) -> UInt64 {
    switch (self, board) {
    case (.pong(let rules), .pong(let own)): rules.key(of: own)
    case (.breakout(let rules), .breakout(let own)): rules.key(of: own)
    case (.invaders(let rules), .invaders(let own)): rules.key(of: own)
    default: preconditionFailure("a board of another game")
    }
  }
}
