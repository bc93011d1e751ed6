import TensorCore

/// Everything that shapes a run of a policy gradient.
public struct PolicyGradientParameters: Hashable, Sendable {
  /// What an update is made of.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Whole episodes and their returns, with the value as baseline (Williams 1992).
    case reinforce
    /// A few steps of all lanes, one gradient step (Mnih et al. 2016, run in lockstep).
    case a2c
    /// Many steps of all lanes, several passes with clipped ratios (Schulman et al. 2017).
    case ppo
  }

  public var method: Method
  public var network: NetworkDescription.Torso
  public var headWidths = NetworkDescription.HeadWidths()
  /// Discount of future rewards for each step.
  public var discount: Float = 0.99
  /// How far advantages look past the value of the next state: 1 for returns, 0 for one step (Schulman et al.
  /// 2016).
  public var lambda: Float
  /// Environments stepped together.
  public var lanes = 8
  /// Steps of each lane between two updates; REINFORCE plays one episode in each lane instead.
  public var horizon: Int
  /// Passes over the steps of an update, and steps in one gradient step of theirs; 0 for all of them.
  public var epochs: Int
  public var minibatchSize: Int
  /// Parts of a gradient step that can be computed on different threads; the result depends on their number.
  public var shards = 1
  /// How far the ratio of new and old probabilities may pull, in PPO.
  public var clip: Float = 0.2
  /// Whether the advantages of a gradient step are shifted and scaled to mean 0 and deviation 1.
  public var normalisesAdvantages: Bool
  /// Weights of the entropy and of the value's squared error in the loss.
  public var entropyWeight: Float = 0.01
  public var valueWeight: Float = 0.5
  /// The length to which longer gradients are shortened; 0 for none.
  public var gradientNorm: Float = 0.5
  public var learningRate: Float
  /// The learning rate at the end of the budget, as a share of `learningRate` (cosine); 1 keeps it.
  public var finalLearningRate: Float = 1
  /// Of the gradients; weights stay in f32.
  public var precision = Precision.f32

  /// The usual numbers of a method.
  public init(method: Method, network: NetworkDescription.Torso) {
    self.method = method
    self.network = network
    switch method {
    case .reinforce: (lambda, horizon, learningRate) = (1, 1, 0.001)
    case .a2c: (lambda, horizon, learningRate) = (1, 5, 0.000_7)
    case .ppo: (lambda, horizon, learningRate) = (0.95, 128, 0.000_25)
    }
    (epochs, minibatchSize) = method == .ppo ? (4, 256) : (1, 0)
    normalisesAdvantages = method != .a2c
  }

  var rule: OptimiserRule {
    method == .a2c ? .rmsprop(alpha: 0.99, epsilon: 1e-5) : .adam(epsilon: 1e-5)
  }
}
