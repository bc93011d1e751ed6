import Environments
import Replay
import TensorCore

/// The networks of recurrent deep Q-learning: one that is trained, an older copy that makes the targets, and compiled
/// ones that act and refresh memories.
package final class RecurrentDQNLearner {
  package let network: Network
  private let parameters: RecurrentDQNParameters
  private let targetNetwork: Network
  private let actor: InferenceNetwork
  private let online: InferenceNetwork
  private let target: InferenceNetwork
  private let tape: Tape
  private var optimiser: Optimiser
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
    network = try Network(description, seed: seed)
    targetNetwork = network.copy()
    actor = network.compiled(maximumBatch: parameters.lanes)
    online = network.compiled(maximumBatch: rows)
    target = targetNetwork.compiled(maximumBatch: rows)
    tape = Tape(parameters: network.parameters)
    optimiser = Optimiser(.adam(), for: network.parameters.layout)
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

  /// Action values [count, actions] of observations [count, planes, rows, columns], after what is remembered
  /// [count, stateCount], which becomes what is remembered now.
  func evaluate(_ planes: [Float], count: Int, memories: inout [Float], into values: inout [Float]) {
    planes.withUnsafeBufferPointer { planes in
      memories.withUnsafeMutableBufferPointer { memories in
        values.withUnsafeMutableBufferPointer {
          actor.run(batch: count, planes: planes, states: memories, actionValues: $0)
        }
      }
    }
  }

  /// Makes the target network a copy of the trained one.
  package func copyToTarget() {
    targetNetwork.parameters.copy(from: network.parameters)
    target.load(from: targetNetwork)
  }

  /// Lets the acting network follow the trained one.
  package func copyToActor() { actor.load(from: network) }

  /// One gradient step on sequences drawn by priority, which get new ones; returns its loss.
  package func update(from ring: inout SequenceRing, using random: inout Random, budgetShare: Float) -> Float {
    ring.sample(into: &slots, using: &random)
    for row in slots.indices { ring.load(slots[row], row: row, into: &batch) }
    ring.priorities.importanceWeights(
      of: slots, count: ring.count, exponent: parameters.priorityCorrection, into: &importance)
    refreshMemories()
    evaluateTargets()
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
    let rate = cosineSchedule(
      from: parameters.learningRate, to: parameters.learningRate * parameters.finalLearningRate,
      share: budgetShare)
    let gradient = tape.gradient
    let limit = parameters.gradientNorm
    let scale = limit > 0 ? clippingScale(norm: norm(of: gradient), limit: limit) : 1
    optimiser.step(network.parameters, gradient: gradient, learningRate: rate, gradientScale: scale)
    return tape.scalar(of: loss)
  }

  /// The mean Huber loss of the steps that there were.
  private func loss(of values: Variable) -> (chosen: Variable, loss: Variable) {
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
    online.load(from: network)
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
      run(target, on: batch.planes, step: step, memories: &targetMemories, valuesAt: step)
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

  /// Writes everything that the next step depends on into a checkpoint's folder.
  func save(to folder: String) throws {
    try network.save(to: folder + "/weights.safetensors")
    try targetNetwork.save(to: folder + "/target.safetensors")
    try Safetensors(tensors: optimiser.tensors()).write(to: folder + "/optimiser.safetensors")
  }

  func load(from folder: String) throws {
    try network.restore(from: folder + "/weights.safetensors")
    try targetNetwork.restore(from: folder + "/target.safetensors")
    let optimiserFile = folder + "/optimiser.safetensors"
    try optimiser.restore(from: Safetensors(contentsOf: optimiserFile).tensors, file: optimiserFile)
    target.load(from: targetNetwork)
    copyToActor()
  }
}
