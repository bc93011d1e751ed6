import Environments
import Replay
import TensorCore

/// Gradient steps of recurrent deep Q-learning on sequences.
package final class RecurrentDQNLearner {
  package let networks: QNetworks
  private let parameters: RecurrentDQNParameters
  private var slots: [Int]
  private var batch: SequenceBatch
  private var targets: SequenceTargets
  /// [rows, memoryCount].
  private var onlineMemories: [Float]
  private var targetMemories: [Float]
  /// [length + 1, rows, actions].
  private var targetValues: [Float]
  /// [length, rows], and [rows]: those that undo the bias of the sampling.
  private var weights: [Float]
  private var importance: [Float]

  package init(description: NetworkDescription, parameters: RecurrentDQNParameters, seed: UInt64) throws {
    self.parameters = parameters
    let (rows, length) = (parameters.batchSize, parameters.sequenceLength)
    networks = try QNetworks(
      description,
      training: QNetworks.Training(
        optimiser: .adam, epsilon: DQNParameters.Optimiser.adam.epsilon,
        learningRate: parameters.learningRate, finalLearningRate: parameters.finalLearningRate,
        gradientNorm: parameters.gradientNorm),
      actorBatch: max(parameters.lanes, rows), targetBatch: rows, seed: seed)
    slots = [Int](repeating: 0, count: rows)
    batch = SequenceBatch(
      rows: rows, burnIn: parameters.burnIn, length: length, observationCount: description.inputCount,
      actionCount: description.actions, memoryCount: description.stateCount)
    targets = SequenceTargets(
      rows: rows, length: length, transform: parameters.transform, discount: parameters.discount,
      steps: parameters.steps)
    onlineMemories = [Float](repeating: 0, count: rows * description.stateCount)
    targetMemories = onlineMemories
    targetValues = [Float](repeating: 0, count: (length + 1) * rows * description.actions)
    weights = [Float](repeating: 0, count: length * rows)
    importance = [Float](repeating: 1, count: rows)
  }

  package var network: Network { networks.network }

  /// Action values [count, actions] of observations [count, planes, rows, columns], after what is remembered
  /// [count, stateCount], which becomes what is remembered now.
  func evaluate(_ planes: [Float], count: Int, memories: inout [Float], into values: inout [Float]) {
    let actor = networks.actor
    planes.withUnsafeBufferPointer { planes in
      memories.withUnsafeMutableBufferPointer { memories in
        values.withUnsafeMutableBufferPointer {
          actor.run(batch: count, planes: planes, states: memories, actionValues: $0)
        }
      }
    }
  }

  /// One gradient step on sequences drawn by priority, which get new ones; returns its loss.
  package func update(from ring: inout SequenceRing, using random: inout Random, budgetShare: Float) -> Float
  {
    ring.sample(into: &slots, using: &random)
    for row in slots.indices { ring.load(slots[row], row: row, into: &batch) }
    ring.priorities.importanceWeights(
      of: slots, count: ring.count, exponent: parameters.priorityCorrection, into: &importance)
    refreshMemories()
    evaluateTargets()
    let tape = networks.tape
    tape.reset()
    let rows = parameters.batchSize
    let result = batch.planes.withUnsafeBufferPointer { planes in
      onlineMemories.withUnsafeBufferPointer {
        network.forward(
          sequences: planes, steps: parameters.sequenceLength + 1, batch: rows, from: $0, on: tape)
      }
    }
    guard case .actionValues(let values) = result.outputs else {
      preconditionFailure("recurrent DQN trains a network of action values")
    }
    targets.fill(from: batch, online: tape.values(of: values), target: targetValues)
    let (chosen, loss) = loss(of: values)
    setPriorities(of: tape.values(of: chosen), in: &ring)
    tape.backward(from: loss)
    networks.step(budgetShare: budgetShare)
    return tape.scalar(of: loss)
  }

  /// The mean Huber loss of the steps that there were.
  private func loss(of values: Variable) -> (chosen: Variable, loss: Variable) {
    let tape = networks.tape
    let count = batch.weights.count
    let real = batch.weights.reduce(0, +)
    for place in 0..<count {
      weights[place] = batch.weights[place] * importance[place % batch.rows] * Float(count) / max(real, 1)
    }
    let shape = VariableShape(batch: count, channels: network.description.actions)
    let learned = tape.slice(
      tape.reshape(
        values, to: VariableShape(batch: count + parameters.batchSize, channels: shape.channels)),
      0..<count, along: .batch)
    let chosen = batch.actions.withUnsafeBufferPointer { tape.gather(learned, actions: $0) }
    let loss = targets.values.withUnsafeBufferPointer { targets in
      weights.withUnsafeBufferPointer {
        tape.huber(chosen, targets: targets, delta: parameters.huberDelta, weights: $0)
      }
    }
    return (chosen, loss)
  }

  /// A mixture of the largest and the mean error of each sequence (Kapturowski et al. 2019, section 2.3).
  private func setPriorities(of chosen: UnsafeBufferPointer<Float>, in ring: inout SequenceRing) {
    for row in slots.indices {
      var (largest, sum, count) = (Float(0), Float(0), Float(0))
      for place in stride(from: row, to: batch.weights.count, by: batch.rows) where batch.weights[place] > 0 {
        let error = abs(targets.values[place] - chosen[place])
        largest = max(largest, error)
        sum += error
        count += 1
      }
      let share = parameters.largestErrorShare
      ring.update(slots[row], error: share * largest + (1 - share) * sum / max(count, 1))
    }
  }

  /// Runs both networks over the burn-in, from what was remembered when it was played.
  private func refreshMemories() {
    let (online, target) = (networks.actor, networks.target)
    for index in batch.memories.indices {
      onlineMemories[index] = batch.memories[index]
      targetMemories[index] = batch.memories[index]
    }
    let rows = parameters.batchSize
    for step in 0..<parameters.burnIn {
      run(online, on: batch.burnInPlanes, step: step, memories: &onlineMemories, valuesAt: 0)
      run(target, on: batch.burnInPlanes, step: step, memories: &targetMemories, valuesAt: 0)
    }
    let width = network.description.stateCount
    for row in 0..<rows where !batch.hasBurnIn[row] {
      for index in row * width..<(row + 1) * width { (onlineMemories[index], targetMemories[index]) = (0, 0) }
    }
  }

  private func evaluateTargets() {
    for step in 0...parameters.sequenceLength {
      run(networks.target, on: batch.planes, step: step, memories: &targetMemories, valuesAt: step)
    }
  }

  /// One step of all rows; the values go to that step of `targetValues`.
  private func run(
    _ engine: InferenceNetwork, on planes: [Float], step: Int, memories: inout [Float], valuesAt place: Int
  ) {
    let rows = parameters.batchSize
    let (size, width) = (rows * network.description.inputCount, rows * network.description.actions)
    planes.withUnsafeBufferPointer { planes in
      memories.withUnsafeMutableBufferPointer { memories in
        targetValues.withUnsafeMutableBufferPointer { values in
          engine.run(
            batch: rows, planes: UnsafeBufferPointer(rebasing: planes[step * size..<(step + 1) * size]),
            states: memories,
            actionValues: UnsafeMutableBufferPointer(
              rebasing: values[place * width..<(place + 1) * width]))
        }
      }
    }
  }
}
