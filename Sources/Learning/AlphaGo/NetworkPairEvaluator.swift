import Environments
import Search
import TensorCore

/// Judges states by a policy network and a value network (Silver et al. 2016).
public struct NetworkPairEvaluator<Subject: Game>: Evaluator {
  private let game: Subject
  private let policy: InferenceNetwork
  private let value: InferenceNetwork
  /// [capacity, planes x rows x columns].
  private var planes: [Float]
  /// What each network says besides what it is asked: [capacity] and [capacity, actions].
  private var unusedValues: [Float]
  private var unusedLogits: [Float]

  /// - Parameter capacity: the most states in one batch.
  public init(game: Subject, networks: NetworkPair, capacity: Int, precision: Precision = .f32) {
    self.game = game
    policy = networks.policy.compiled(maximumBatch: capacity, precision: precision)
    value = networks.value.compiled(maximumBatch: capacity, precision: precision)
    planes = [Float](repeating: 0, count: capacity * game.observationShape.count)
    unusedValues = [Float](repeating: 0, count: capacity)
    unusedLogits = [Float](repeating: 0, count: capacity * game.actionCount)
  }

  public mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    for index in states.indices { game.observe(states[index], asRow: index, of: &planes) }
    run(policy, count: states.count, logits: &result.logits, values: &unusedValues)
    run(value, count: states.count, logits: &unusedLogits, values: &result.values)
  }

  private func run(_ network: InferenceNetwork, count: Int, logits: inout [Float], values: inout [Float]) {
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        values.withUnsafeMutableBufferPointer {
          network.run(batch: count, planes: planes, logits: logits, values: $0)
        }
      }
    }
  }
}
