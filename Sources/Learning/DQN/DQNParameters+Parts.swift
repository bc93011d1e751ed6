import TensorCore

extension DQNParameters {
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
    /// Centred, as in Young and Tian 2019; Mnih et al. 2015 have epsilon inside the root.
    case rmsprop
    case adam

    /// What keeps steps finite where gradients are small, by default.
    public var epsilon: Float {
      switch self {
      case .rmsprop: 0.01
      case .adam: 1e-8
      }
    }

    func rule(epsilon: Float) -> OptimiserRule {
      switch self {
      case .rmsprop: .rmsprop(alpha: 0.95, epsilon: epsilon, centred: true)
      case .adam: .adam(epsilon: epsilon)
      }
    }
  }

  /// Which transitions are drawn (Schaul et al. 2016): in proportion to error^exponent, where the error is that of the
  /// expectation, the Kullback-Leibler divergence of a categorical distribution, or the loss of quantiles.
  public struct Prioritisation: Hashable, Sendable {
    /// The paper's alpha.
    public var exponent: Float = 0.6
    /// How much of the bias the weights of the loss take away, the paper's beta: linear over the budget.
    public var correction: Float = 0.4
    public var finalCorrection: Float = 1
    public init() {}

    func correction(atShare share: Float) -> Float {
      correction + (finalCorrection - correction) * min(max(share, 0), 1)
    }
  }

  /// Munchausen reinforcement learning (Vieillard et al. 2020): rewards gain the logarithm of the policy, and the next
  /// state is worth its soft value. The policy is softmax(values / temperature) of the legal actions.
  public struct Munchausen: Hashable, Sendable {
    /// The paper's alpha: the share of the logarithm in the reward.
    public var scale: Float = 0.9
    /// The paper's tau.
    public var temperature: Float = 0.03
    /// The paper's l0: what the bonus is at least.
    public var floor: Float = -1
    public init() {}
  }
}
