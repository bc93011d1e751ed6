import Environments

/// Everything that shapes a run of a tabular learner.
public struct TabularParameters: Hashable, Sendable {
  /// How the values are found.
  public enum Method: String, Hashable, Sendable, CaseIterable {
    /// Towards the best next action (Watkins 1989).
    case qLearning = "q_learning"
    /// Towards the next action taken (Rummery and Niranjan 1994).
    case sarsa
    /// Towards the mean of the next actions under the policy that explores (van Seijen et al. 2009).
    case expectedSarsa = "expected_sarsa"
    /// Q-learning, also on transitions that a learned model recalls (Sutton 1990).
    case dyna
    /// Full backups by a learned model where they change most (Moore and Atkeson 1993).
    case prioritisedSweeping = "prioritised_sweeping"
    /// Dynamic programming with the game's own chances (Bellman 1957), for `Enumerable` games.
    case valueIteration = "value_iteration"
    /// The same by policies (Howard 1960).
    case policyIteration = "policy_iteration"

    /// Whether the game's own chances are used in place of experience.
    public var isExact: Bool { self == .valueIteration || self == .policyIteration }
    /// Whether a model is learned.
    public var plans: Bool { self == .dyna || self == .prioritisedSweeping }
  }

  public var method: Method
  /// Discount of future rewards for each step.
  public var discount: Float = 0.99
  /// How far a value moves towards its target.
  public var learningRate: Float = 0.1
  /// The learning rate at the end of the budget, as a share of `learningRate` (cosine); 1 keeps it.
  public var finalLearningRate: Float = 1
  /// The value of actions not tried yet: high ones make the learner try everything.
  public var initialValue: Float = 0
  /// Environments stepped in turn.
  public var lanes = 1
  /// Environment steps of each lane between two looks at budget, clock and checkpoint.
  public var stepsPerIteration = 1_000
  /// Updates by the model after each environment step, for methods that plan.
  public var planningUpdates = 10
  public var exploration = DQNParameters.Exploration()

  public init(method: Method) { self.method = method }

  /// Throws `RuleError` if the method needs chances that the game, known as `name`, does not tell.
  public func validate<G: Game>(for game: G, named name: String) throws(RuleError) {
    if !method.isExact || game is any Enumerable { return }
    throw RuleError(
      "\(name): its states cannot be listed; method \(method.rawValue) needs that, choose "
        + Method.qLearning.rawValue)
  }
}
