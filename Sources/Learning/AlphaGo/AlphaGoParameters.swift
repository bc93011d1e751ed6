import TensorCore

/// Everything that shapes a run of the AlphaGo pipeline. Each field names its default and, where it differs, the
/// paper's value (Silver et al. 2016, "Mastering the game of Go with deep neural networks and tree search").
public struct AlphaGoParameters: Hashable, Sendable {
  public var network: NetworkDescription.Torso
  public var headWidths = NetworkDescription.HeadWidths()
  public var supervised = SupervisedParameters()
  public var reinforcement = ReinforcementParameters()
  public var valuation = ValuationParameters()
  public var search = SearchParameters()

  public init(network: NetworkDescription.Torso) { self.network = network }

  /// The three parts of the pipeline, in their order.
  public enum Stage: String, CaseIterable, Codable, Sendable {
    /// A policy that predicts the moves of recorded games.
    case supervised
    /// A policy that starts there and is rewarded for winning against its own past.
    case reinforcement
    /// A value network that predicts who wins the games of that policy.
    case valuation
  }

  /// Gradient descent on the moves of recorded games.
  public struct SupervisedParameters: Hashable, Sendable {
    /// The stage's part of the budget, in relation to those of the others.
    public var share: Float = 1
    public var batchSize = 128
    public var learningRate: Float = 0.003
    /// Games kept apart, on which the accuracy is measured.
    public var heldOutShare: Float = 0.1
    /// Gradient steps between two reports.
    public var updatesPerIteration = 20
    public init() {}
  }

  /// REINFORCE (Williams 1992) against past selves.
  public struct ReinforcementParameters: Hashable, Sendable {
    public var share: Float = 1
    /// Games of one update, all against the same opponent (paper: 128).
    public var games = 64
    /// Updates after which the policy joins the pool of opponents (paper: 500).
    public var poolPeriod = 20
    /// Opponents that the pool keeps, the newest ones (paper: all).
    public var poolSize = 16
    /// Moves of one gradient step. About as many as the games have, so that each step is of the policy that
    /// played them.
    public var batchSize = 1024
    public var learningRate: Float = 0.000_1
    public init() {}
  }

  /// Regression of results on positions, one of each game, as the positions of a game are too much alike.
  public struct ValuationParameters: Hashable, Sendable {
    public var share: Float = 1
    /// Games played in lockstep in one iteration, each worth one sample.
    public var games = 128
    /// Samples kept (paper: 30 million).
    public var window = 200_000
    /// How often each is trained on, on average.
    public var samplesPerPosition: Float = 8
    public var batchSize = 128
    public var learningRate: Float = 0.002
    public init() {}
  }

  /// How the trained networks play.
  public struct SearchParameters: Hashable, Sendable {
    /// Weight of the prior against the value in PUCT (paper: 5).
    public var exploration: Float = 2
    /// Share of the playout in the value of a leaf, the rest is the value network's (paper: 0.5).
    public var playoutWeight: Float = 0.5
    public init() {}
  }

  /// Where in the budget a stage begins and ends, from 0 to 1.
  public func span(of stage: Stage) -> ClosedRange<Double> {
    let shares = [supervised.share, reinforcement.share, valuation.share].map(Double.init)
    let total = max(shares.reduce(0, +), 1e-9)
    let index = Stage.allCases.firstIndex(of: stage) ?? 0
    let start = shares[..<index].reduce(0, +) / total
    return start...min(1, max(start, shares[...index].reduce(0, +) / total))
  }

  /// The stage that a share of the budget falls into.
  public func stage(atShare share: Double) -> Stage {
    Stage.allCases.first { share < span(of: $0).upperBound } ?? .valuation
  }

  /// How far a stage is, from 0 to 1.
  func progress(of stage: Stage, atShare share: Double) -> Float {
    let span = span(of: stage)
    guard span.upperBound > span.lowerBound else { return 1 }
    return Float(min(max((share - span.lowerBound) / (span.upperBound - span.lowerBound), 0), 1))
  }

  /// What the trainer of policies and values needs to know of the first stage and of the last.
  var supervisedTraining: AlphaZeroParameters.TrainingParameters {
    var training = AlphaZeroParameters.TrainingParameters()
    training.batchSize = supervised.batchSize
    training.learningRate = supervised.learningRate
    training.valueWeight = 0
    return training
  }

  var valuationTraining: AlphaZeroParameters.TrainingParameters {
    var training = AlphaZeroParameters.TrainingParameters()
    training.batchSize = valuation.batchSize
    training.learningRate = valuation.learningRate
    return training
  }

  /// What the trainer of policy gradients needs to know of the second stage: results are all that moves are judged by.
  var policyGradient: PolicyGradientParameters {
    var training = PolicyGradientParameters(method: .reinforce, network: network)
    training.minibatchSize = reinforcement.batchSize
    training.shards = 2
    (training.learningRate, training.finalLearningRate) = (reinforcement.learningRate, 0.1)
    (training.entropyWeight, training.valueWeight) = (0, 0)
    training.normalisesAdvantages = false
    training.gradientNorm = 4
    return training
  }
}
