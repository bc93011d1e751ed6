import Learning
import TensorCore

extension DQNParameters {
  /// Reads the sections `learning` and `exploration`, and what concerns heads of action values in `network`.
  init(network: NetworkDescription.Torso, from root: ConfigurationSection) throws {
    self.init(network: network)
    headWidths = try .init(of: network, from: root.section("network"))
    let learning = try root.section("learning")
    try read(learning: learning)
    try read(optimiser: learning)
    try read(returns: learning)
    try read(prioritisation: learning)
    try read(munchausen: learning)
    head = try ActionValueHead(network: root.section("network"), learning: learning)
    try exploration.read(from: root.section("exploration"))
  }

  private mutating func read(learning: ConfigurationSection) throws {
    discount = try learning.float("discount", default: discount, in: 0...1)
    lanes = try learning.integer("lanes", default: lanes, in: 1...4096)
    updatesPerStep = try learning.float("updates_per_step", default: updatesPerStep, in: 0...1000)
    batchSize = try learning.integer("batch_size", default: batchSize, in: 1...65_536)
    replayCapacity = try learning.integer(
      "replay_capacity", default: replayCapacity, in: lanes * 2...1_000_000_000)
    minimumReplay = try learning.integer(
      "minimum_replay", default: min(minimumReplay, replayCapacity / 2), in: 1...replayCapacity)
    targetPeriod = try learning.integer("target_period", default: targetPeriod, in: 1...1_000_000_000)
  }

  private mutating func read(optimiser learning: ConfigurationSection) throws {
    optimiser = try learning.choice("optimiser", of: Optimiser.self, default: optimiser)
    learningRate = try learning.float("learning_rate", default: learningRate, in: 0...10)
    finalLearningRate = try learning.float("final_learning_rate", default: finalLearningRate, in: 0...1)
    huberDelta = try learning.float("huber_delta", default: huberDelta, in: 1e-6...1e9)
    optimiserEpsilon = try learning.float("optimiser_epsilon", default: optimiser.epsilon, in: 1e-20...1)
    gradientNorm = try learning.float("gradient_norm", default: gradientNorm, in: 0...1e9)
    precision = try learning.choice("precision", default: precision)
  }

  private mutating func read(returns learning: ConfigurationSection) throws {
    returnSteps = try learning.integer("return_steps", default: returnSteps, in: 1...1000)
    rewardScale = try learning.float("reward_scale", default: rewardScale, in: 1e-9...1e9)
    rewardLimit = try learning.float("reward_limit", default: rewardLimit, in: 0...1e9)
    isDouble = try learning.boolean("double", default: isDouble)
  }

  private mutating func read(prioritisation learning: ConfigurationSection) throws {
    var found = Prioritisation()
    let isOn = try learning.boolean("prioritised", default: false)
    found.exponent = try learning.float("priority_exponent", default: found.exponent, in: 0...1)
    found.correction = try learning.float("priority_correction", default: found.correction, in: 0...1)
    found.finalCorrection = try learning.float(
      "final_priority_correction", default: found.finalCorrection, in: 0...1)
    prioritisation = isOn ? found : nil
  }

  private mutating func read(munchausen learning: ConfigurationSection) throws {
    var found = Munchausen()
    let isOn = try learning.boolean("munchausen", default: false)
    found.scale = try learning.float("munchausen_scale", default: found.scale, in: 0...1)
    found.temperature = try learning.float(
      "munchausen_temperature", default: found.temperature, in: 1e-6...1e6)
    found.floor = try learning.float("munchausen_floor", default: found.floor, in: -1e9...0)
    munchausen = isOn ? found : nil
  }
}

extension ActionValueHead {
  private enum Kind: String, CaseIterable { case none, categorical, quantile }

  /// Reads what a network says about an action from the sections `network` and `learning`.
  init(network: ConfigurationSection, learning: ConfigurationSection) throws {
    self.init()
    isDuelling = try network.boolean("duelling", default: isDuelling)
    streamHidden = try network.integer("stream_hidden", default: streamHidden, in: 0...65_536)
    guard isDuelling || streamHidden == 0 else {
      throw network.failure(
        "stream_hidden", problem: "there are no streams", remedy: "write duelling = true too")
    }
    noise = try network.float("noise", default: noise, in: 0...100)
    let kind = try learning.choice("distribution", of: Kind.self, default: Kind.none)
    let atoms = try learning.integer("atoms", default: 51, in: 2...1024)
    let range = try learning.numbers("range", default: [-10, 10])
    guard range.count == 2, Float(range[0]) < Float(range[1]), range.allSatisfy({ abs($0) <= 1e9 }) else {
      throw learning.failure(
        "range", problem: "no range of returns", remedy: "write two rising numbers, such as [-10.0, 10.0]")
    }
    switch kind {
    case .none: distribution = .expectation
    case .categorical:
      distribution = .categorical(ValueSupport(low: Float(range[0]), high: Float(range[1]), atoms: atoms))
    case .quantile: distribution = .quantile(count: atoms)
    }
  }
}
