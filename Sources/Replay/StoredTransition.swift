import Environments

/// One transition, of one step or more, without its observations.
public struct StoredTransition: Hashable, Sendable {
  public var action: Action
  /// Of the player who moved, with the discounted rewards of further steps.
  public var reward: Float
  /// What the last action led to; after `terminated` the next observation has no future.
  public var status: Status
  /// Whether the next state belongs to the same player: if not, its value counts negatively.
  public var isSameMover: Bool
  /// What the value of the next state is multiplied by.
  public var discount: Float

  public init(action: Action, reward: Float, status: Status, isSameMover: Bool, discount: Float = 1) {
    self.action = action
    self.reward = reward
    self.status = status
    self.isSameMover = isSameMover
    self.discount = discount
  }

  /// The factor of the next state's value for whoever moves there, as the one who moved first sees it: nothing after
  /// the end, negative for an opponent's.
  public var signedDiscount: Float {
    status == .terminated ? 0 : isSameMover ? discount : -discount
  }
}

/// How the rewards of some steps become one: n-step returns (Sutton and Barto 2018, section 7.1), whose rewards count
/// negatively where the opponent had them.
public struct ReturnRule: Hashable, Sendable {
  public var steps: Int
  /// Of each step.
  public var discount: Float
  /// What rewards are multiplied by, and the size to which they are then cut; 0 cuts nothing.
  public var scale: Float
  public var limit: Float

  public init(steps: Int = 1, discount: Float = 1, scale: Float = 1, limit: Float = 0) {
    self.steps = steps
    self.discount = discount
    self.scale = scale
    self.limit = limit
  }

  func shaped(_ reward: Float) -> Float {
    let scaled = scale * reward
    return limit > 0 ? min(max(scaled, -limit), limit) : scaled
  }
}
