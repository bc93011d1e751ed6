import Foundation
import TensorCore

/// How far what the network says of the actions taken is from the targets.
package struct DQNLoss {
  private let distribution: ActionValueHead.Distribution
  private let huberDelta: Float
  /// Of the quantiles: (i + 1/2) / count.
  private let fractions: [Float]

  package init(_ parameters: DQNParameters) {
    distribution = parameters.head.distribution
    huberDelta = parameters.huberDelta
    let count = distribution.atoms
    fractions = (0..<count).map { (Float($0) + 0.5) / Float(count) }
  }

  /// Records the mean loss of the rows, and notes how wrong each of them was: the Huber loss of expectations (Mnih et
  /// al. 2015), the cross-entropy of distributions (Bellemare et al. 2017) or the quantile Huber loss (Dabney et al.
  /// 2018).
  package func record(_ outputs: Network.Outputs, of batch: inout DQNBatch, isWeighted: Bool, on tape: Tape)
    -> Variable
  {
    let places = batch.places
    switch outputs {
    case .policyValue: preconditionFailure("DQN trains a network of action values")
    case .actionValues(let values):
      let shape = tape.shape(of: values)
      let all = tape.reshape(values, to: VariableShape(batch: shape.count, channels: 1))
      let chosen = chosen(all, places, atoms: 1, on: tape)
      note(chosen, of: &batch, on: tape) { value, target, _ in target[0] - value[0] }
      return batch.targets.withUnsafeBufferPointer { targets in
        batch.weights.withUnsafeBufferPointer {
          tape.huber(chosen, targets: targets, delta: huberDelta, weights: isWeighted ? $0 : nil)
        }
      }
    case .actionDistributions(let all):
      let chosen = chosen(all, places, atoms: distribution.atoms, on: tape)
      if case .quantile = distribution { return quantileLoss(chosen, of: &batch, on: tape) }
      note(chosen, of: &batch, on: tape, Self.divergence)
      return batch.targets.withUnsafeBufferPointer { targets in
        batch.weights.withUnsafeBufferPointer {
          tape.softmaxCrossEntropy(chosen, targets: targets, weights: isWeighted ? $0 : nil)
        }
      }
    }
  }

  /// [rows, atoms] of the actions taken.
  private func chosen(_ all: Variable, _ places: [Int32], atoms: Int, on tape: Tape) -> Variable {
    places.withUnsafeBufferPointer {
      tape.gather(all, indices: $0, shape: VariableShape(batch: places.count, channels: atoms))
    }
  }

  private func quantileLoss(_ chosen: Variable, of batch: inout DQNBatch, on tape: Tape) -> Variable {
    let shape = tape.shape(of: chosen)
    let targets = batch.targets.withUnsafeBufferPointer { tape.constant($0, shape: shape) }
    let errors = fractions.withUnsafeBufferPointer {
      tape.quantileHuberErrors(chosen, targets: targets, fractions: $0, kappa: huberDelta)
    }
    for (row, error) in tape.values(of: errors).enumerated() { batch.errors[row] = error }
    let weights = batch.weights.withUnsafeBufferPointer {
      tape.constant($0, shape: VariableShape(batch: shape.batch, channels: 1))
    }
    return tape.mean(tape.multiply(errors, weights))
  }

  /// Notes the error of each row, given what the network says and its target [atoms].
  private func note(
    _ chosen: Variable, of batch: inout DQNBatch, on tape: Tape,
    _ error: (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Float
  ) {
    let atoms = distribution.atoms
    guard let values = tape.values(of: chosen).baseAddress else { return }
    // Both hold [rows, atoms].
    batch.targets.withUnsafeBufferPointer { targets in
      guard let target = targets.baseAddress else { return }
      for row in batch.errors.indices {
        batch.errors[row] = error(values + row * atoms, target + row * atoms, atoms)
      }
    }
  }

  /// KL(target || softmax(logits)).
  private static func divergence(
    _ logits: UnsafePointer<Float>, _ target: UnsafePointer<Float>, _ atoms: Int
  ) -> Float {
    var highest = -Float.infinity
    for i in 0..<atoms { highest = max(highest, logits[i]) }
    var sum: Float = 0
    for i in 0..<atoms { sum += exp(logits[i] - highest) }
    let shift = highest + log(sum)
    var divergence: Float = 0
    for i in 0..<atoms where target[i] > 0 { divergence += target[i] * (log(target[i]) - logits[i] + shift) }
    return divergence
  }
}
