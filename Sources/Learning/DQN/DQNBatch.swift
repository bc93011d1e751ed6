import Environments
import Replay
import TensorCore

/// The transitions of one gradient step.
package struct DQNBatch {
  var slots: [Int]
  /// Weights of the rows in the loss; all 1 if transitions are drawn uniformly.
  package var weights: [Float]
  /// [rows, planes x points].
  var planes: [Float]
  var nextPlanes: [Float]
  /// [rows, words].
  var legal: [UInt64]
  var nextLegal: [UInt64]
  /// What the targets are made of, and the targets: [rows], or probabilities or quantiles [rows, atoms].
  var bootstrap: BootstrapTargets
  package var targets: [Float]
  /// Of the action taken, among all rows' actions: row * actions + action.
  package var places: [Int32]
  /// How wrong each row was, for priorities.
  package var errors: [Float]

  package init(rows: Int, description: NetworkDescription, parameters: DQNParameters) {
    slots = [Int](repeating: 0, count: rows)
    weights = [Float](repeating: 1, count: rows)
    planes = [Float](repeating: 0, count: rows * description.inputCount)
    nextPlanes = planes
    legal = [UInt64](repeating: 0, count: rows * ((description.actions + 63) / 64))
    nextLegal = legal
    bootstrap = BootstrapTargets(rows: rows, actions: description.actions, parameters: parameters)
    targets = [Float](repeating: 0, count: rows * parameters.head.distribution.atoms)
    places = [Int32](repeating: 0, count: rows)
    errors = [Float](repeating: 0, count: rows)
  }

  /// Draws a batch and loads it.
  mutating func load(
    from ring: TransitionRing, rule: ReturnRule, correction: Float, using random: inout Random
  ) {
    ring.sample(into: &slots, using: &random)
    ring.priorities?
      .importanceWeights(of: slots, count: ring.count, exponent: correction, into: &weights)
    for row in slots.indices {
      let transition = ring.load(
        slots[row], row: row, rule: rule, observations: &planes, nextObservations: &nextPlanes,
        nextLegal: &nextLegal)
      bootstrap.rewards[row] = transition.reward
      bootstrap.discounts[row] = transition.signedDiscount
      bootstrap.taken[row] = Int32(transition.action.index)
      places[row] = Int32(row * bootstrap.actions + transition.action.index)
      if bootstrap.munchausen != nil {
        ring.loadLegalActions(slots[row], row: row, into: &legal)
      }
    }
  }

  /// Lets the older network judge the next states, and for Munchausen the states themselves.
  mutating func evaluate(by network: InferenceNetwork) {
    let rows = slots.count
    nextPlanes.withUnsafeBufferPointer { planes in
      bootstrap.nextDistributions.withUnsafeMutableBufferPointer { distributions in
        bootstrap.nextValues.withUnsafeMutableBufferPointer {
          network.run(
            batch: rows, planes: planes, actionValues: $0,
            distributions: distributions.isEmpty ? nil : distributions)
        }
      }
    }
    bootstrap.selectByNextValues()
    if bootstrap.munchausen == nil { return }
    planes.withUnsafeBufferPointer { planes in
      bootstrap.values.withUnsafeMutableBufferPointer {
        network.run(batch: rows, planes: planes, actionValues: $0)
      }
    }
  }

  /// Lets another network choose the next actions.
  mutating func chooseNextActions(by network: InferenceNetwork) {
    nextPlanes.withUnsafeBufferPointer { planes in
      bootstrap.selecting.withUnsafeMutableBufferPointer {
        network.run(batch: slots.count, planes: planes, actionValues: $0)
      }
    }
  }

  /// Makes the targets, once the next states are evaluated.
  mutating func makeTargets() { bootstrap.make(legal: legal, nextLegal: nextLegal, into: &targets) }
}
