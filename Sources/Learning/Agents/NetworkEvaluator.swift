import Environments
import Search
import TensorCore

/// Judges states by a policy and value network. Each worker has its own.
public struct NetworkEvaluator<Subject: Game>: Evaluator {
  private let game: Subject
  private let network: InferenceNetwork
  /// [capacity, planes x rows x columns].
  private var planes: [Float]

  /// - Parameter capacity: the most states in one batch.
  public init(game: Subject, network: Network, capacity: Int) {
    self.game = game
    self.network = network.compiled(maximumBatch: capacity)
    planes = [Float](repeating: 0, count: capacity * game.observationShape.count)
  }

  /// Takes over new weights of the same network.
  public func load(_ network: Network) { self.network.load(from: network) }

  public mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    for index in states.indices { game.observe(states[index], asRow: index, of: &planes) }
    planes.withUnsafeBufferPointer { planes in
      result.logits.withUnsafeMutableBufferPointer { logits in
        result.values.withUnsafeMutableBufferPointer { values in
          network.run(batch: states.count, planes: planes, logits: logits, values: values)
        }
      }
    }
  }
}
