import Environments
import Replay
import TensorCore

/// The auxiliary targets of a shard's rows.
struct AuxiliaryBatch {
  private let kinds: AuxiliaryTargets.Kinds
  private let actionCount: Int
  private let pointCount: Int
  /// [rows, actions], [rows, points], [rows].
  private var replies: [Float]
  private var ownership: [Float]
  private var scores: [Float]
  /// [rows]: 0 where a target is not known.
  private var replyWeights: [Float]
  private var resultWeights: [Float]
  private var sample: AuxiliaryTargets

  init(rows: Int, description: NetworkDescription) {
    kinds = description.auxiliary?.targets ?? []
    actionCount = description.actions
    pointCount = description.rows * description.columns
    replies = [Float](repeating: 0, count: kinds.contains(.reply) ? rows * actionCount : 0)
    ownership = [Float](repeating: 0, count: kinds.contains(.ownership) ? rows * pointCount : 0)
    scores = [Float](repeating: 0, count: rows)
    replyWeights = scores
    resultWeights = scores
    sample = AuxiliaryTargets(actionCount: actionCount, pointCount: pointCount)
  }

  /// Loads the targets of one sample, transformed if there is a symmetry; `weight` is the sample's.
  mutating func load(_ index: Int, row: Int, from window: SampleWindow, symmetry: Symmetry?, weight: Float) {
    if kinds.isEmpty { return }
    window.loadAuxiliary(index, into: &sample)
    resultWeights[row] = sample.hasResult ? weight : 0
    scores[row] = sample.score / Float(pointCount)
    if kinds.contains(.reply) {
      var total: Float = 0
      for action in 0..<actionCount {
        let share = sample.reply[symmetry.map { Int($0.actions[action]) } ?? action]
        replies[row * actionCount + action] = share
        total += share
      }
      replyWeights[row] = total > 0 ? weight : 0
    }
    if kinds.contains(.ownership) {
      for point in 0..<pointCount {
        ownership[row * pointCount + point] = Float(
          sample.ownership[symmetry.map { Int($0.cells[point]) } ?? point])
      }
    }
  }

  /// Adds the weighted losses of all auxiliary heads to a loss.
  func add(
    to loss: Variable, _ outputs: AuxiliaryOutputs,
    parameters: AlphaZeroParameters.TrainingParameters, on tape: Tape
  ) -> Variable {
    var loss = loss
    if let reply = outputs.reply {
      let error = tape.crossEntropy(reply, replies, replyWeights)
      loss = tape.weightedSum(loss, times: 1, error, times: parameters.replyWeight)
    }
    if let owners = outputs.ownership {
      let error = tape.squaredError(owners, ownership, resultWeights)
      loss = tape.weightedSum(loss, times: 1, error, times: parameters.ownershipWeight)
    }
    if let score = outputs.score {
      let error = tape.squaredError(score, scores, resultWeights)
      loss = tape.weightedSum(loss, times: 1, error, times: parameters.scoreWeight)
    }
    return loss
  }
}

extension Tape {
  func crossEntropy(_ logits: Variable, _ targets: [Float], _ weights: [Float]) -> Variable {
    targets.withUnsafeBufferPointer { targets in
      weights.withUnsafeBufferPointer { softmaxCrossEntropy(logits, targets: targets, weights: $0) }
    }
  }

  func squaredError(_ values: Variable, _ targets: [Float], _ weights: [Float]) -> Variable {
    targets.withUnsafeBufferPointer { targets in
      weights.withUnsafeBufferPointer { meanSquaredError(values, targets: targets, weights: $0) }
    }
  }
}
