import Environments
import Replay
import TensorCore

/// The rows of a batch that go through one tape.
struct TrainingShard {
  let rows: Int
  private let shape: ObservationShape
  private let actionCount: Int
  /// [rows, planes, points], [rows, actions], [rows].
  private var planes: [Float]
  private var policies: [Float]
  private var values: [Float]
  private var weights: [Float]
  private var policyWeights: [Float]
  private var auxiliary: AuxiliaryBatch
  /// One sample before its symmetry is applied.
  private var originalPlanes: [Float]
  private var originalPolicy: [Float]
  private(set) var policyLoss: Float = 0
  private(set) var valueLoss: Float = 0

  init(rows: Int, description: NetworkDescription) {
    self.rows = rows
    shape = ObservationShape(
      planes: description.planes, rows: description.rows, columns: description.columns)
    actionCount = description.actions
    planes = [Float](repeating: 0, count: rows * shape.count)
    policies = [Float](repeating: 0, count: rows * actionCount)
    values = [Float](repeating: 0, count: rows)
    weights = values
    policyWeights = values
    auxiliary = AuxiliaryBatch(rows: rows, description: description)
    originalPlanes = [Float](repeating: 0, count: shape.count)
    originalPolicy = [Float](repeating: 0, count: actionCount)
  }

  /// Loads one sample of the window, transformed if there is a symmetry.
  mutating func load(_ index: Int, row: Int, from window: SampleWindow, symmetry: Symmetry?) {
    loadSample(index, row: row, from: window, symmetry: symmetry)
    auxiliary.load(index, row: row, from: window, symmetry: symmetry, weight: weights[row])
  }

  private mutating func loadSample(
    _ index: Int, row: Int, from window: SampleWindow, symmetry: Symmetry?
  ) {
    guard let symmetry else {
      let sample = window.load(index, row: row, observations: &planes, policies: &policies)
      keep(sample, row: row)
      return
    }
    let sample = window.load(index, row: 0, observations: &originalPlanes, policies: &originalPolicy)
    keep(sample, row: row)
    planes.withRow(row, of: shape.count) { [originalPlanes] in
      symmetry.transform(planes: originalPlanes.span, into: &$0)
    }
    policies.withRow(row, of: actionCount) { [originalPolicy] in
      symmetry.transform(actions: originalPolicy.span, into: &$0)
    }
  }

  private mutating func keep(_ sample: (value: Float, weight: Float, policyWeight: Float), row: Int) {
    values[row] = sample.value
    weights[row] = sample.weight
    policyWeights[row] = sample.weight * sample.policyWeight
  }

  /// The mean over the rows of weight * how wrong the value is.
  private func valueError(
    of estimate: Variable, measure: AlphaZeroParameters.TrainingParameters.ValueLoss, on tape: Tape
  ) -> Variable {
    guard measure == .crossEntropy else { return tape.squaredError(estimate, values, weights) }
    // Chances of winning and of losing, kept off 0, to which the hyperbolic tangent may round them.
    let chances = [Float(0.5), -0.5].map { half in
      tape.apply(.logarithm, to: tape.scale(estimate, by: half, shift: 0.500_001))
    }
    return tape.crossEntropy(
      tape.concatenate(chances[0], chances[1], along: .channels),
      values.flatMap { [(1 + $0) / 2, (1 - $0) / 2] }, weights)
  }

  /// Forward and backward over the shard's rows; the gradient is that of `scale` times the mean loss.
  mutating func computeGradient(
    on tape: Tape, network: Network, parameters: AlphaZeroParameters.TrainingParameters, scale: Float
  ) {
    tape.reset()
    let all = planes.withUnsafeBufferPointer { network.forwardAll(planes: $0, batch: rows, on: tape) }
    guard case .policyValue(let logits, let estimate) = all.outputs else {
      preconditionFailure("AlphaZero trains a network with policy and value")
    }
    let policy = tape.crossEntropy(logits, policies, policyWeights)
    let value = valueError(of: estimate, measure: parameters.valueLoss, on: tape)
    let loss = tape.weightedSum(policy, times: 1, value, times: parameters.valueWeight)
    tape.backward(
      from: auxiliary.add(to: loss, all.auxiliary, parameters: parameters, on: tape), scale: scale)
    policyLoss = tape.scalar(of: policy)
    valueLoss = tape.scalar(of: value)
  }
}
