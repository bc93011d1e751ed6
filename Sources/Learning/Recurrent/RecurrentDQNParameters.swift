import TensorCore

/// Everything that shapes a run of recurrent deep Q-learning, with the values of Kapturowski et al. 2019 (R2D2)
/// where they differ.
public struct RecurrentDQNParameters: Hashable, Sendable {
  /// Dense layers before the memory, and cells of the memory (paper: convolutions, 512).
  public var hidden: [Int]
  public var memory: Int
  /// Discount of future rewards for each step (paper: 0.997).
  public var discount: Float = 0.99
  /// Environments stepped together; each fills its own lane of the replay (paper: 256).
  public var lanes = 8
  /// Steps of a sequence that are learned from, and steps before them that refresh the memory (paper: 40 and 40).
  public var sequenceLength = 20
  public var burnIn = 10
  /// Rewards before a target bootstraps (paper: 5).
  public var steps = 5
  /// Gradient steps for each environment step.
  public var updatesPerStep: Float = 0.0625
  /// Sequences in one gradient step (paper: 64).
  public var batchSize = 16
  /// Steps kept (paper: 4,000,000), and environment steps before the first gradient step.
  public var replayCapacity = 100_000
  public var minimumReplay = 5_000
  /// How strongly sequences with large errors are preferred, the alpha of Schaul et al. 2016 (paper: 0.9), how much of
  /// the bias the loss takes away, beta (paper: 0.6), and the share of the largest error of a sequence, rather than
  /// the mean, in its priority (paper: 0.9).
  public var priorityExponent: Float = 0.9
  public var priorityCorrection: Float = 0.6
  public var largestErrorShare: Float = 0.9
  /// Gradient steps between two copies to the target network (paper: 2,500).
  public var targetPeriod = 500
  public var exploration = DQNParameters.Exploration()
  /// Of Adam (paper: 0.0001).
  public var learningRate: Float = 0.000_5
  /// The learning rate at the end of the budget, as a share of `learningRate` (cosine); 1 keeps it.
  public var finalLearningRate: Float = 1
  /// The length to which longer gradients are shortened; 0 for none.
  public var gradientNorm: Float = 40
  /// Where the Huber loss turns from square to linear.
  public var huberDelta: Float = 1
  /// The epsilon of the transform that values are learned through (Pohlen et al. 2018).
  public var rescaling: Float = 0.001

  public init(hidden: [Int], memory: Int) {
    self.hidden = hidden
    self.memory = memory
  }

  /// What values go through before the network learns them.
  public var transform: ValueTransform { ValueTransform(epsilon: rescaling) }
}
