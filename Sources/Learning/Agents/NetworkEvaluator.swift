import Dispatch
import Environments
import Search
import TensorCore

/// Judges states by a policy and value network. Each worker has its own.
public struct NetworkEvaluator<Subject: Game>: Evaluator {
  private let game: Subject
  private let network: InferenceNetwork
  /// Nil where states are judged as they are.
  private var view: SymmetricView?
  /// [capacity, planes x rows x columns].
  private var planes: [Float]
  /// Counts what is evaluated and for how long; nil, as always but in benchmarks, costs nothing.
  package var meter: EvaluationMeter?

  /// - Parameters:
  ///   - capacity: the most states in one batch.
  ///   - symmetry: in which of its symmetries a state is judged, in games that have any.
  public init(
    game: Subject, network: Network, capacity: Int, precision: Precision = .f32,
    symmetry: SymmetryUse = .none
  ) {
    self.game = game
    view = SymmetricView(symmetry, of: game, capacity: capacity)
    let rows = capacity * (view?.views ?? 1)
    self.network = network.compiled(maximumBatch: rows, precision: precision)
    planes = [Float](repeating: 0, count: rows * game.observationShape.count)
  }

  public var drawsChance: Bool { view?.drawsChance ?? false }

  /// Takes over new weights of the same network.
  public func load(_ network: Network) { self.network.load(from: network) }

  public mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    let started = meter == nil ? 0 : DispatchTime.now().uptimeNanoseconds
    defer { meter?.add(states.count, since: started) }
    if var view = view.take() {
      defer { self.view = view }
      for row in states.indices {
        view.observe(states[row], of: game, draw: result.draws[row], row: row, into: &planes)
      }
      return view.evaluate(planes, count: states.count, with: network, into: &result)
    }
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

/// How many states an evaluator has judged, and the time it took, observing the states included.
package final class EvaluationMeter {
  package private(set) var evaluations = 0
  package private(set) var nanoseconds: UInt64 = 0

  package init() {}

  func add(_ count: Int, since start: UInt64) {
    evaluations += count
    nanoseconds += DispatchTime.now().uptimeNanoseconds - start
  }
}
