import Replay
import TensorCore

/// Everything that shapes a DQN run, with the values of Mnih et al. 2015 where they differ.
public struct DQNParameters: Hashable, Sendable {
  public var network: NetworkDescription.Torso
  public var headWidths = NetworkDescription.HeadWidths()
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
  /// What the optimiser adds to the root of the second moment; nil for the rule's own.
  public var optimiserEpsilon: Float?
  /// The most that the norm of the gradient may be; 0 for no limit.
  public var gradientNorm: Float = 0
  /// Of the gradients and of the networks that act and make targets; the weights that are trained stay in f32.
  public var precision = Precision.f32
  /// Where the Huber loss turns from square to linear (paper: 1).
  public var huberDelta: Float = 1

  /// Rewards before the value of the state reached counts (Hessel et al. 2018: 3).
  public var returnSteps = 1
  /// What rewards are multiplied by, and the size to which they are then cut (paper: 1); 0 cuts nothing.
  public var rewardScale: Float = 1
  public var rewardLimit: Float = 0
  /// Whether the trained network chooses the action of the next state that the older copy values (van Hasselt et al.
  /// 2016).
  public var isDouble = false
  /// What the network says about an action.
  public var head = ActionValueHead()
  /// Without it transitions are drawn uniformly.
  public var prioritisation: Prioritisation?
  public var munchausen: Munchausen?

  public init(network: NetworkDescription.Torso) { self.network = network }

  /// How the rewards of some steps become one.
  var returnRule: ReturnRule {
    ReturnRule(steps: returnSteps, discount: discount, scale: rewardScale, limit: rewardLimit)
  }
}
