import Learning

extension RecurrentDQNParameters {
  /// Reads the sections `learning` and `exploration`.
  init(hidden: [Int], memory: Int, from root: ConfigurationSection) throws {
    self.init(hidden: hidden, memory: memory)
    let learning = try root.section("learning")
    discount = try learning.float("discount", default: discount, in: 0...1)
    lanes = try learning.integer("lanes", default: lanes, in: 1...4096)
    sequenceLength = try learning.integer("sequence_length", default: sequenceLength, in: 1...4096)
    burnIn = try learning.integer("burn_in", default: min(burnIn, sequenceLength), in: 0...sequenceLength)
    steps = try learning.integer("n_steps", default: min(steps, sequenceLength), in: 1...sequenceLength)
    updatesPerStep = try learning.float("updates_per_step", default: updatesPerStep, in: 0...1000)
    batchSize = try learning.integer("batch_size", default: batchSize, in: 1...65_536)
    let least = lanes * sequenceLength
    replayCapacity = try learning.integer(
      "replay_capacity", default: max(replayCapacity, least), in: least...1_000_000_000)
    minimumReplay = try learning.integer(
      "minimum_replay", default: min(minimumReplay, replayCapacity), in: 1...replayCapacity)
    priorityExponent = try learning.float("priority_exponent", default: priorityExponent, in: 0...10)
    priorityCorrection = try learning.float("priority_correction", default: priorityCorrection, in: 0...1)
    largestErrorShare = try learning.float("largest_error_share", default: largestErrorShare, in: 0...1)
    targetPeriod = try learning.integer("target_period", default: targetPeriod, in: 1...1_000_000_000)
    learningRate = try learning.float("learning_rate", default: learningRate, in: 0...10)
    finalLearningRate = try learning.float("final_learning_rate", default: finalLearningRate, in: 0...1)
    gradientNorm = try learning.float("gradient_norm", default: gradientNorm, in: 0...1e9)
    huberDelta = try learning.float("huber_delta", default: huberDelta, in: 1e-6...1e9)
    rescaling = try learning.float("rescaling", default: rescaling, in: 1e-6...1)
    try exploration.read(from: root.section("exploration"))
  }
}
