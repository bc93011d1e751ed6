import Environments
import Search
import TensorCore

/// The symmetries that a network's input goes through, and its outputs come back by. Makes no allocation.
struct SymmetricView {
  private let symmetries: [Symmetry]
  private let use: SymmetryUse
  /// One state's observation, [planes x cells], before it is transformed.
  private var original: [Float]
  /// [rows, actions] and [rows] of all transformed states.
  private var logits: [Float]
  private var values: [Float]

  /// Nil where states are judged as they are.
  init?<G: Game>(_ use: SymmetryUse, of game: G, capacity: Int) {
    symmetries = use == .none ? [] : (game as? any Symmetric)?.symmetries ?? []
    guard symmetries.count > 1 else { return nil }
    self.use = use
    original = [Float](repeating: 0, count: game.observationShape.count)
    let rows = capacity * (use == .all ? symmetries.count : 1)
    logits = [Float](repeating: 0, count: rows * game.actionCount)
    values = [Float](repeating: 0, count: rows)
  }

  var drawsChance: Bool { use == .random }

  /// Rows that the network sees for each state.
  var views: Int { use == .all ? symmetries.count : 1 }

  private func symmetry(view: Int, draw: UInt64) -> Symmetry {
    let chosen = use == .all ? view : Int(draw.multipliedFullWidth(by: UInt64(symmetries.count)).high)
    return symmetries[chosen]
  }

  /// Writes the views of a state as the rows from row x views on of `planes`.
  mutating func observe<G: Game>(
    _ state: G.State, of game: G, draw: UInt64, row: Int, into planes: inout [Float]
  ) {
    game.observe(state, asRow: 0, of: &original)
    for view in 0..<views {
      planes.withRow(row * views + view, of: original.count) {
        symmetry(view: view, draw: draw).transform(planes: original.span, into: &$0)
      }
    }
  }

  /// Judges all views that were observed, `count` states of them, and turns the results back.
  mutating func evaluate(
    _ planes: [Float], count: Int, with network: InferenceNetwork, into result: inout Evaluations
  ) {
    let rows = count * views
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        values.withUnsafeMutableBufferPointer {
          network.run(batch: rows, planes: planes, logits: logits, values: $0)
        }
      }
    }
    let actionCount = result.actionCount
    let share = 1 / Float(views)
    for row in 0..<count {
      for action in 0..<actionCount { result.logits[row * actionCount + action] = 0 }
      var sum: Float = 0
      for view in 0..<views {
        let symmetry = symmetry(view: view, draw: result.draws[row])
        let first = (row * views + view) * actionCount
        for action in 0..<actionCount {
          result.logits[row * actionCount + Int(symmetry.actions[action])] += share * logits[first + action]
        }
        sum += values[row * views + view]
      }
      result.values[row] = sum * share
    }
  }
}
