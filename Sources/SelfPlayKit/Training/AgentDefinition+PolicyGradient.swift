import Learning
import TensorCore

extension PolicyGradientParameters {
  /// Reads the key `method` and the section `learning`: all keys, whichever the method uses, so that another method
  /// can be set without rewriting the rest.
  init(network: NetworkDescription.Torso, from root: ConfigurationSection) throws {
    self.init(method: try root.choice("method", of: Method.self), network: network)
    headWidths = try .init(of: network, from: root.section("network"))
    if case .recurrent = network {
      throw try root.section("network").failure(
        "torso", problem: "policy gradients learn without memory", remedy: "choose mlp, say")
    }
    let learning = try root.section("learning")
    discount = try learning.float("discount", default: discount, in: 0...1)
    lambda = try learning.float("lambda", default: lambda, in: 0...1)
    lanes = try learning.integer("lanes", default: lanes, in: 1...4096)
    let steps = try learning.integer("horizon", default: horizon, in: 1...65_536)
    if method != .reinforce { horizon = steps }
    var surrogate = PolicyGradientParameters(method: .ppo, network: network)
    try surrogate.read(surrogate: learning)
    if method == .ppo {
      (epochs, minibatchSize, clip) = (surrogate.epochs, surrogate.minibatchSize, surrogate.clip)
    }
    shards = try learning.integer("shards", default: shards, in: 1...64)
    let rows = method == .ppo ? min(minibatchSize, lanes * horizon) : lanes * horizon
    guard shards <= rows else {
      throw learning.failure(
        "shards", problem: "\(shards) shards of \(rows) steps", remedy: "choose at most \(rows)")
    }
    normalisesAdvantages = try learning.boolean("normalises_advantages", default: normalisesAdvantages)
    entropyWeight = try learning.float("entropy_weight", default: entropyWeight, in: 0...1000)
    valueWeight = try learning.float("value_weight", default: valueWeight, in: 0...1000)
    gradientNorm = try learning.float("gradient_norm", default: gradientNorm, in: 0...1e9)
    learningRate = try learning.float("learning_rate", default: learningRate, in: 0...10)
    finalLearningRate = try learning.float("final_learning_rate", default: finalLearningRate, in: 0...1)
    precision = try learning.choice("precision", default: precision)
  }

  /// Reads what only PPO uses.
  private mutating func read(surrogate learning: ConfigurationSection) throws {
    epochs = try learning.integer("epochs", default: epochs, in: 1...1000)
    minibatchSize = try learning.integer("minibatch_size", default: minibatchSize, in: 1...1_000_000)
    clip = try learning.float("clip", default: clip, in: 0...1)
  }
}
