import Learning

extension TabularParameters {
  /// Reads the key `method` and the sections `learning` and `exploration`: all keys, whichever the method uses, so that
  /// another method can be set without rewriting the rest.
  init(from root: ConfigurationSection) throws {
    self.init(method: try root.choice("method", of: Method.self))
    let learning = try root.section("learning")
    discount = try learning.float("discount", default: discount, in: 0...1)
    if method == .policyIteration, discount == 1 {
      throw learning.failure(
        "discount", problem: "policy iteration needs one below 1", remedy: "choose 0.99, say")
    }
    learningRate = try learning.float("learning_rate", default: learningRate, in: 0...1)
    finalLearningRate = try learning.float("final_learning_rate", default: finalLearningRate, in: 0...1)
    initialValue = try learning.float("initial_value", default: initialValue, in: -1e9...1e9)
    lanes = try learning.integer("lanes", default: lanes, in: 1...4096)
    stepsPerIteration = try learning.integer(
      "steps_per_iteration", default: stepsPerIteration, in: 1...100_000_000)
    planningUpdates = try learning.integer("planning_updates", default: planningUpdates, in: 0...100_000)
    try exploration.read(from: root.section("exploration"))
  }
}
