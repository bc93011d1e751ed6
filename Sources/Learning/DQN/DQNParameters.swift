import TensorCore

/// Everything that shapes a DQN run, with the values of Mnih et al. 2015 where they differ.
public struct DQNParameters: Hashable, Sendable {
  public var network: NetworkDescription.Torso
  /// Discount of future rewards for each step (paper: 0.99).
  public var discount: Float = 0.99
  /// Environments stepped together; each fills its own lane of the replay.
  public var lanes = 8
  /// Gradient steps for each environment step (paper: 0.25).
  public var updatesPerStep: Float = 0.25
  /// Transitions in one gradient step (paper: 32).
  public var batchSize = 32
  /// Transitions kept (paper: 1,000,000).
  public var replayCapacity = 100_000
  /// Environment steps before the first gradient step (paper: 50,000).
  public var minimumReplay = 5_000
  /// Gradient steps between two copies to the target network (paper: 10,000).
  public var targetPeriod = 1_000
  public var exploration = Exploration()
  public var optimiser = Optimiser.rmsprop
  public var learningRate: Float = 0.000_25
  /// The learning rate at the end of the budget, as a share of `learningRate` (cosine); 1 keeps it.
  public var finalLearningRate: Float = 1
  /// Where the Huber loss turns from square to linear (paper: 1).
  public var huberDelta: Float = 1

  public init(network: NetworkDescription.Torso) { self.network = network }

  /// Probability of a random action, falling linearly from `start` to `end`.
  public struct Exploration: Hashable, Sendable {
    public var start: Float = 1
    public var end: Float = 0.1
    /// Environment steps of the fall (paper: 1,000,000).
    public var steps = 100_000
    public init() {}

    public func epsilon(atStep step: Int) -> Float {
      steps <= 0 ? end : start + (end - start) * min(1, Float(step) / Float(steps))
    }
  }

  public enum Optimiser: String, Hashable, Sendable, CaseIterable {
    /// Centred, as in Mnih et al. 2015 and Young and Tian 2019.
    case rmsprop
    case adam

    var rule: OptimiserRule {
      switch self {
      case .rmsprop: .rmsprop(alpha: 0.95, epsilon: 0.01, centred: true)
      case .adam: .adam()
      }
    }
  }
}
