/// How an arcade game is put before an agent, the same for every game.
public struct ScreenOptions: Hashable, Sendable {
  /// What `observe` writes.
  public enum Observation: String, Hashable, Sendable, CaseIterable {
    /// The last four pictures as DQN sees them (Mnih et al. 2015): [4, 84, 84], the newest first.
    case screen
    /// Places, speeds and counts, as one who reads the machine's memory knows them: [features, 1, 1].
    case features
  }

  public var observation = Observation.screen
  /// Frames that every action is played for; 4 in Mnih et al. (2015).
  public var actionRepeat = 4
  /// Probability, each frame, that the joystick stays as it was in the frame before; 0.25 in Machado et al.
  /// (2018), 0 in Mnih et al. (2015).
  public var stickyProbability = 0.25
  /// Frames after which an episode is truncated, or nil; half an hour in Machado et al. (2018).
  public var frameLimit: Int? = 108_000
  /// Lives at the start, 1 to 9, of games that have lives; nil for the game's usual number.
  public var lives: Int?
  /// The level at the start, 0 to 9.
  public var difficulty = 0
  /// Whether the level rises with every stage that is cleared.
  public var isRamping = true
  /// Whether an agent is told only the sign of a reward, as in Mnih et al. (2015).
  public var clipsRewards = false

  public init() {}

  /// Throws `RuleError` for an option out of range.
  func validate() throws(RuleError) {
    guard 1...60 ~= actionRepeat else {
      throw RuleError("screen arcade: the action repeat \(actionRepeat) must be from 1 to 60")
    }
    guard 0...1 ~= stickyProbability else {
      throw RuleError(
        "screen arcade: the sticky action probability \(stickyProbability) must be from 0 to 1")
    }
    if let frameLimit, !(1...Int(UInt32.max) ~= frameLimit) {
      throw RuleError("screen arcade: the frame limit \(frameLimit) must be from 1 to \(UInt32.max)")
    }
    if let lives, !(1...9 ~= lives) {
      throw RuleError("screen arcade: the number of lives \(lives) must be from 1 to 9")
    }
    guard 0...9 ~= difficulty else {
      throw RuleError("screen arcade: the difficulty \(difficulty) must be from 0 to 9")
    }
  }
}
