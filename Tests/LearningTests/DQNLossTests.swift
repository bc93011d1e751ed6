import Foundation
import Learning
import TensorCore
import Testing

/// Rows of three actions, of which these are taken; all expectations are computed from the papers' formulas in double
/// precision.
@Suite("Losses of DQN, and the errors that become priorities")
struct DQNLossTests {
  private static let taken = [2, 0, 1, 1]
  private static let weights: [Double] = [1, 0.5, 0.25, 2]

  private struct Found {
    var loss: Double
    var errors: [Double]
  }

  /// What the loss makes of outputs [rows, actions, atoms] and targets [rows, atoms].
  private func record(
    _ outputs: [Float], targets: [Float], distribution: ActionValueHead.Distribution, delta: Float = 1,
    isWeighted: Bool = true
  ) -> Found {
    var parameters = DQNParameters(network: .mlp(hidden: []))
    (parameters.head.distribution, parameters.huberDelta) = (distribution, delta)
    let (rows, actions, atoms) = (Self.taken.count, 3, distribution.atoms)
    var batch = DQNBatch(
      rows: rows,
      description: NetworkDescription(
        planes: 1, rows: 1, columns: 1, torso: .mlp(hidden: []), heads: .actionValues(actions: actions)),
      parameters: parameters)
    batch.targets = targets
    batch.places = Self.taken.enumerated().map { Int32($0.offset * actions + $0.element) }
    if isWeighted { batch.weights = Self.weights.map { Float($0) } }
    var layout = ParameterLayout()
    _ = layout.addParameter("none", shape: [1], decays: false)
    let tape = Tape(parameters: Parameters(layout: layout))
    tape.reset()
    let shape =
      atoms == 1
      ? VariableShape(batch: rows, channels: actions)
      : VariableShape(batch: rows, rows: actions, channels: atoms)
    let variable = outputs.withUnsafeBufferPointer { tape.constant($0, shape: shape, wantsGradient: true) }
    let loss = DQNLoss(parameters).record(
      atoms == 1 ? .actionValues(variable) : .actionDistributions(variable), of: &batch,
      isWeighted: isWeighted, on: tape)
    return Found(loss: Double(tape.scalar(of: loss)), errors: batch.errors.map { Double($0) })
  }

  /// Checks errors, and the mean of the rows' losses, weighted and not.
  private func check(
    _ outputs: [Float], targets: [Float], distribution: ActionValueHead.Distribution, delta: Float = 1,
    errors: [Double], losses: [Double]
  ) {
    for isWeighted in [true, false] {
      let found = record(
        outputs, targets: targets, distribution: distribution, delta: delta, isWeighted: isWeighted)
      for (error, expected) in zip(found.errors, errors) {
        #expect(abs(error - expected) < 1e-5, "\(found.errors), not \(errors)")
      }
      let weighted = zip(losses, Self.weights).map { $0 * (isWeighted ? $1 : 1) }
      let mean = weighted.reduce(0, +) / Double(losses.count)
      #expect(abs(found.loss - mean) < 1e-5, "weighted \(isWeighted)")
    }
  }

  @Test(
    "of an expectation the error is that of temporal differences, and the loss Huber's (Mnih et al. 2015)")
  func expectation() {
    // The values of the actions taken are 0.5, -1, 2 and 3.
    let values: [Float] = [9, 9, 0.5, -1, 9, 9, 9, 2, 9, 9, 3, 9]
    // With a delta of 0.5: half the square of 0.25, and 0.5 (|d| - 0.25) beyond.
    check(
      values, targets: [0.75, -3, 2, 4.5], distribution: .expectation, delta: 0.5,
      errors: [0.25, -2, 0, 1.5], losses: [0.03125, 0.875, 0, 0.625])
  }

  /// ln softmax.
  private func logProbabilities(_ logits: [Double]) -> [Double] {
    let sum = logits.reduce(0) { $0 + exp($1) }
    return logits.map { $0 - log(sum) }
  }

  @Test(
    "of a categorical distribution it is the divergence, and the loss the cross-entropy (Bellemare et al. 2017)"
  )
  func categorical() {
    let chosen: [[Double]] = [[0, 0, 0], [1, -2, 0.5], [3, 2, -1], [-4, 0.25, 0]]
    let targets: [[Double]] = [[0.5, 0.25, 0.25], [0, 1, 0], [0.1, 0.2, 0.7], [0, 0.5, 0.5]]
    var outputs = [Float](repeating: 7, count: 4 * 3 * 3)
    for (row, action) in Self.taken.enumerated() {
      for atom in 0..<3 { outputs[(row * 3 + action) * 3 + atom] = Float(chosen[row][atom]) }
    }
    // sum of p ln q, and of p ln p where there is any p.
    let crossEntropies = zip(chosen, targets).map { logits, target in
      -zip(target, logProbabilities(logits)).reduce(0) { $0 + $1.0 * $1.1 }
    }
    let entropies = targets.map { $0.reduce(0) { $0 - ($1 > 0 ? $1 * log($1) : 0) } }
    // By hand: three equal logits against a half and two quarters.
    #expect(abs(crossEntropies[0] - log(3.0)) < 1e-12 && abs(entropies[0] - 1.5 * log(2.0)) < 1e-12)
    check(
      outputs, targets: targets.flatMap { $0 }.map { Float($0) },
      distribution: .categorical(ValueSupport(low: -1, high: 1, atoms: 3)),
      errors: zip(crossEntropies, entropies).map { $0 - $1 }, losses: crossEntropies)
  }

  @Test(
    "of quantiles it is their Huber loss, summed over quantiles and averaged over targets (Dabney et al. 2018)"
  )
  func quantiles() {
    let chosen: [[Double]] = [[0, 1], [-1, 2], [0.5, 0.5], [3, -3]]
    let targets: [[Double]] = [[0.25, 3], [-1, 2], [-2, 4], [0, 0.125]]
    var outputs = [Float](repeating: 7, count: 4 * 3 * 2)
    for (row, action) in Self.taken.enumerated() {
      for atom in 0..<2 { outputs[(row * 3 + action) * 2 + atom] = Float(chosen[row][atom]) }
    }
    func huber(_ x: Double) -> Double { abs(x) <= 0.5 ? x * x / 2 : 0.5 * (abs(x) - 0.25) }
    let errors = zip(chosen, targets).map { quantiles, targets in
      var sum = 0.0
      for (quantile, fraction) in zip(quantiles, [0.25, 0.75]) {
        for target in targets {
          let (difference, share) = (target - quantile, target < quantile ? 1 - fraction : fraction)
          sum += share * huber(difference) / 2
        }
      }
      return sum
    }
    // (0.25 (0.03125 + 1.375) + 0.25 * 0.25 + 0.75 * 0.875) / 2, by hand.
    #expect(abs(errors[0] - 0.535_156_25) < 1e-12)
    check(
      outputs, targets: targets.flatMap { $0 }.map { Float($0) }, distribution: .quantile(count: 2),
      delta: 0.5, errors: errors, losses: errors)
  }

  @Test("the networks that act and make targets are as exact as the gradients", arguments: Precision.allCases)
  func precision(precision: Precision) throws {
    let game = try smallLake(stepLimit: 5)
    var parameters = DQNParameters(network: .mlp(hidden: [8]))
    parameters.precision = precision
    let learner = try DQNLearner(
      description: parameters.networkDescription(for: game), parameters: parameters, seed: 1)
    #expect(learner.networks.target.precision == precision)
    #expect(learner.networks.actor.precision == precision)
  }
}
