import Environments

/// Judges a batch of running or truncated states at once.
public protocol Evaluator<Subject> {
  associatedtype Subject: Game
  /// Fills row i of `result` for `states[i]`; the call may not take more states than `result.capacity`.
  mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations)
  /// Whether it reads `Evaluations.draws`.
  var drawsChance: Bool { get }
}

extension Evaluator {
  public var drawsChance: Bool { false }
}

/// Rows of policy logits and values, allocated once.
public struct Evaluations: Sendable {
  public let capacity: Int
  public let actionCount: Int
  /// [capacity, actionCount]: unnormalised log probabilities; those of illegal actions are ignored.
  public var logits: [Float]
  /// [capacity]: expected return from the view of the player to move.
  public var values: [Float]
  /// [capacity]: a random number for each row, for evaluators that judge by chance. A search fills it in from the
  /// stream of the tree that asks, so that a judgement does not depend on the batch it was made in.
  public var draws: [UInt64]

  public init(capacity: Int, actionCount: Int) {
    self.capacity = capacity
    self.actionCount = actionCount
    logits = [Float](repeating: 0, count: capacity * actionCount)
    values = [Float](repeating: 0, count: capacity)
    draws = [UInt64](repeating: 0, count: capacity)
  }
}
