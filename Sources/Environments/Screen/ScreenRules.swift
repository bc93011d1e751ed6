/// A full-size arcade game without the frame that all of them share (`ScreenArcade`): 60 frames a second on a
/// screen of 160 x 210 pixels.
///
/// Positions and speeds are integers in 1/256 pixel, so that a game is the same on every machine.
public protocol ScreenRules: Sendable {
  /// Everything that moves. A plain value: the frame keeps the last few boards to draw them when asked.
  associatedtype Board: Sendable, BitwiseCopyable

  /// Number of actions; `joystick` says what each does.
  var actionCount: Int { get }
  /// What the player's hand does for action `index`, which is below `actionCount`.
  func joystick(for index: Int) -> Joystick
  /// Lives that the game is usually played with; 0 where there are none to lose.
  var usualLives: Int { get }
  /// The colours that `draw` uses.
  var palette: ScreenPalette { get }
  /// How many numbers `writeFeatures` writes.
  var featureCount: Int { get }

  /// The board before the first frame.
  func start(level: Int, using random: inout Random) -> Board
  /// Plays one frame, 1/60 second. `level`, 0 to 9, is how hard the game has become.
  func advance(
    _ board: inout Board, joystick: Joystick, level: Int, using random: inout Random
  ) -> ScreenEvent
  /// Draws the board and the tally over a black canvas.
  func draw(_ board: Board, tally: ScreenTally, onto canvas: inout ScreenCanvas)
  /// Writes the board as numbers from -1 to 1, as an agent that reads the machine's memory would know it.
  func writeFeatures(of board: Board, tally: ScreenTally, to features: inout ScreenFeatures)
  /// A hash of the board.
  func key(of board: Board) -> UInt64
}

/// What the player's hand does.
public enum Joystick: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case nothing, fire, left, right, leftFire, rightFire, up, down

  /// -1 left, 1 right, else 0.
  var horizontal: Int32 {
    switch self {
    case .left, .leftFire: -1
    case .right, .rightFire: 1
    default: 0
    }
  }

  /// -1 up, 1 down, else 0.
  var vertical: Int32 { self == .up ? -1 : self == .down ? 1 : 0 }

  /// Whether the button is held.
  var isFiring: Bool { self == .fire || self == .leftFire || self == .rightFire }

  /// The action's name, such as `left` or `left-fire`.
  public var name: String {
    switch self {
    case .leftFire: "left-fire"
    case .rightFire: "right-fire"
    default: "\(self)"
    }
  }
}

/// What the frame counts for every game.
public struct ScreenTally: Hashable, Sendable, BitwiseCopyable {
  /// The sum of rewards so far, unclipped.
  public internal(set) var score: Int32 = 0
  /// Lives left, the one being played included; 0 once the last is lost, and in games without lives.
  public internal(set) var lives: UInt8
  /// How hard the game has become, 0 to 9.
  public internal(set) var level: UInt8
}

/// What happened in a frame.
public struct ScreenEvent: Hashable, Sendable {
  /// Points won, or lost if negative.
  public var reward: Int32 = 0
  public var hasLostLife = false
  /// A stage is done (a wall, a wave, a few points): with difficulty ramping the level rises.
  public var hasClearedStage = false
  /// The game has ended whatever lives are left.
  public var isOver = false
}
