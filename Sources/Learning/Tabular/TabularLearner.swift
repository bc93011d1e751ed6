import Environments

/// A table of action values and the rules that improve it, one transition at a time.
struct TabularLearner: Sendable {
  var table: ActionValueTable
  private let parameters: TabularParameters
  /// What planning methods remember of the game.
  private(set) var memory: Memory?

  struct Memory: Hashable, Sendable, Codable {
    var model: TransitionModel
    var queue = PriorityQueue()
  }

  /// Changes smaller than this are not spread by prioritised sweeping.
  private static let smallestChange: Float = 1e-5

  init(table: ActionValueTable, parameters: TabularParameters, memory: Memory? = nil) {
    self.table = table
    self.parameters = parameters
    self.memory =
      parameters.method.plans
      ? memory ?? Memory(model: TransitionModel(actionCount: table.actionCount)) : nil
  }

  /// Learns from one transition, and by planning where the method does; returns the error it found.
  /// - Parameters:
  ///   - nextAction: what will be done in the state reached; not read after the end.
  ///   - epsilon: the probability of a random action in the policy that explores.
  mutating func learn(
    from experience: Experience, nextAction: Action, learningRate: Float, epsilon: Float,
    using random: inout Random
  ) -> Float {
    guard memory != nil else {
      return update(experience, nextAction: nextAction, learningRate: learningRate, epsilon: epsilon)
    }
    let pair = memory?.model.note(experience) ?? 0
    if parameters.method == .prioritisedSweeping { return sweep(from: pair) }
    let error = update(experience, nextAction: nextAction, learningRate: learningRate, epsilon: epsilon)
    for _ in 0..<parameters.planningUpdates { recall(learningRate: learningRate, using: &random) }
    return error
  }

  /// Moves the value of an action towards the method's target.
  private mutating func update(
    _ experience: Experience, nextAction: Action, learningRate: Float, epsilon: Float
  ) -> Float {
    let target = experience.target(
      value: value(of: experience.next ?? 0, nextAction: nextAction, epsilon: epsilon),
      discount: parameters.discount)
    let error = target - table[experience.row, experience.action]
    table[experience.row, experience.action] += learningRate * error
    return error
  }

  /// What the method takes for the value of a row: the one difference between the methods.
  private func value(of row: Int, nextAction: Action, epsilon: Float) -> Float {
    switch parameters.method {
    case .sarsa: table[row, nextAction.index]
    case .expectedSarsa: (1 - epsilon) * table.highest(inRow: row) + epsilon * table.mean(ofRow: row)
    default: table.highest(inRow: row)
    }
  }

  /// Q-learning on a transition that the model draws.
  private mutating func recall(learningRate: Float, using random: inout Random) {
    guard let model = memory?.model else { return }
    let experience = model.sample(random.integer(below: model.pairCount), using: &random)
    _ = update(experience, nextAction: 0, learningRate: learningRate, epsilon: 0)
  }

  /// Full backups, the largest expected change first; returns the first change.
  private mutating func sweep(from pair: Int) -> Float {
    guard let model = memory?.model, var queue = memory?.queue else { return 0 }
    // The queue is taken out while it is changed, so that it is not copied.
    memory?.queue = PriorityQueue()
    let first = abs(change(of: pair, model))
    if first > Self.smallestChange { queue.insert(pair, priority: first) }
    for _ in 0..<parameters.planningUpdates {
      if queue.isEmpty { break }
      let number = queue.removeFirst()
      let (row, action) = model.pair(number)
      table[row, action] += change(of: number, model)
      model.forEachPredecessor(ofRow: row) { predecessor in
        let change = abs(change(of: predecessor, model))
        if change > Self.smallestChange { queue.insert(predecessor, priority: change) }
      }
    }
    memory?.queue = queue
    return first
  }

  /// How far a full backup would move the value of a pair.
  private func change(of pair: Int, _ model: TransitionModel) -> Float {
    let (row, action) = model.pair(pair)
    return model.expectation(pair) {
      $0.target(value: table.highest(inRow: $0.next ?? 0), discount: parameters.discount)
    } - table[row, action]
  }
}
