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
    originalPlanes = [Float](repeating: 0, count: shape.count)
    originalPolicy = [Float](repeating: 0, count: actionCount)
  }

  /// Loads one sample of the window, transformed if there is a symmetry.
  mutating func load(_ index: Int, row: Int, from window: SampleWindow, symmetry: Symmetry?) {
    guard let symmetry else {
      let sample = window.load(index, row: row, observations: &planes, policies: &policies)
      keep(sample, row: row)
      return
    }
    let sample = window.load(index, row: 0, observations: &originalPlanes, policies: &originalPolicy)
    keep(sample, row: row)
    let points = shape.rows * shape.columns
    for plane in 0..<shape.planes {
      let (from, to) = (plane * points, row * shape.count + plane * points)
      for point in 0..<points { planes[to + point] = originalPlanes[from + Int(symmetry.cells[point])] }
    }
    for action in 0..<actionCount {
      policies[row * actionCount + action] = originalPolicy[Int(symmetry.actions[action])]
    }
  }

  private mutating func keep(_ sample: (value: Float, weight: Float, policyWeight: Float), row: Int) {
    values[row] = sample.value
    weights[row] = sample.weight
    policyWeights[row] = sample.weight * sample.policyWeight
  }

  /// Forward and backward over the shard's rows; the gradient is that of `scale` times the mean loss.
  mutating func computeGradient(on tape: Tape, network: Network, valueWeight: Float, scale: Float) {
    tape.reset()
    let outputs = planes.withUnsafeBufferPointer { network.forward(planes: $0, batch: rows, on: tape) }
    guard case .policyValue(let logits, let estimate) = outputs else {
      preconditionFailure("AlphaZero trains a network with policy and value")
    }
    let policy = policies.withUnsafeBufferPointer { targets in
      policyWeights.withUnsafeBufferPointer {
        tape.softmaxCrossEntropy(logits, targets: targets, weights: $0)
      }
    }
    let value = values.withUnsafeBufferPointer { targets in
      weights.withUnsafeBufferPointer { tape.meanSquaredError(estimate, targets: targets, weights: $0) }
    }
    let loss = tape.weightedSum(policy, times: 1, value, times: valueWeight)
    tape.backward(from: loss, scale: scale)
    policyLoss = tape.scalar(of: policy)
    valueLoss = tape.scalar(of: value)
  }
}
