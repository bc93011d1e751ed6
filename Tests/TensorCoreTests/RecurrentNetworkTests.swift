import TensorCore
import Testing

@Suite("Recurrent networks")
struct RecurrentNetworkTests {
  private let description = NetworkDescription(
    planes: 2, rows: 3, columns: 2, torso: .recurrent(hidden: [11], memory: 7),
    heads: .policyValue(actions: 4, valueRange: .tanh))

  /// Logits and states after the last of `steps`, of a sequence run on a tape.
  private func recorded(
    _ network: Network, _ planes: [Float], steps: Int, batch: Int, from states: [Float],
    keep: [Float]? = nil
  ) -> (logits: [Float], states: [Float]) {
    let tape = Tape(parameters: network.parameters)
    return withExtendedLifetime(tape) {
      let result = planes.withUnsafeBufferPointer { planes in
        states.withUnsafeBufferPointer { states in
          (keep ?? [Float](repeating: 1, count: steps * batch)).withUnsafeBufferPointer { keep in
            network.forward(
              sequences: planes, steps: steps, batch: batch, from: states, keep: keep, on: tape)
          }
        }
      }
      guard case .policyValue(let logits, _) = result.outputs else { return ([], []) }
      return (Array(tape.values(of: logits)), Array(tape.values(of: result.states)))
    }
  }

  @Test(
    "a compiled network that carries its state says step by step what a sequence says on the tape")
  func carriedState() throws {
    let network = try seasoned(description, seed: 4)
    let engine = network.compiled(maximumBatch: 3)
    var generator = TestGenerator(state: 8)
    let (steps, batch) = (6, 3)
    let inputs = batch * description.inputCount
    let planes = generator.floats(steps * inputs)
    var states = generator.floats(batch * description.stateCount)
    let expected = recorded(network, planes, steps: steps, batch: batch, from: states)
    var logits: [Float] = []
    for step in 0..<steps {
      var row = [Float](repeating: .nan, count: batch * description.actions)
      var values = [Float](repeating: .nan, count: batch)
      planes[(step * inputs)..<((step + 1) * inputs)].withUnsafeBufferPointer { planes in
        states.withUnsafeMutableBufferPointer { states in
          row.withUnsafeMutableBufferPointer { row in
            values.withUnsafeMutableBufferPointer { values in
              engine.run(batch: batch, planes: planes, states: states, logits: row, values: values)
            }
          }
        }
      }
      logits += row
    }
    #expect(expected.logits.count == logits.count)
    #expect(largestDifference(logits, expected.logits) <= 1e-5)
    #expect(largestDifference(states, expected.states) <= 1e-5)
  }

  @Test("a sequence cut in two gives the same, with the state handed over")
  func cutSequence() throws {
    let network = try seasoned(description, seed: 5)
    var generator = TestGenerator(state: 9)
    let half = 2 * 3 * description.inputCount
    let planes = generator.floats(2 * half)
    let zeros = [Float](repeating: 0, count: 2 * description.stateCount)
    let whole = recorded(network, planes, steps: 6, batch: 2, from: zeros)
    let first = recorded(network, Array(planes[..<half]), steps: 3, batch: 2, from: zeros)
    let second = recorded(network, Array(planes[half...]), steps: 3, batch: 2, from: first.states)
    #expect(whole.logits == first.logits + second.logits)
    #expect(whole.states == second.states)
  }

  @Test("where an episode begins, what came before is forgotten")
  func forgetting() throws {
    let network = try seasoned(description, seed: 6)
    var generator = TestGenerator(state: 10)
    let planes = generator.floats(4 * 2 * description.inputCount)
    let zeros = [Float](repeating: 0, count: 2 * description.stateCount)
    // The second of two sequences begins anew at the third step.
    let keep: [Float] = [1, 1, 1, 1, 1, 0, 1, 1]
    let all = recorded(network, planes, steps: 4, batch: 2, from: zeros)
    let some = recorded(network, planes, steps: 4, batch: 2, from: zeros, keep: keep)
    let tail = recorded(
      network, Array(planes[(4 * description.inputCount)...]), steps: 2, batch: 2, from: zeros)
    let actions = description.actions
    for step in 0..<4 {
      let (mine, other) = ((2 * step) * actions, (2 * step + 1) * actions)
      #expect(some.logits[mine..<(mine + actions)] == all.logits[mine..<(mine + actions)])
      if step >= 2 {
        let late = (2 * (step - 2) + 1) * actions
        #expect(some.logits[other..<(other + actions)] == tail.logits[late..<(late + actions)])
        #expect(some.logits[other..<(other + actions)] != all.logits[other..<(other + actions)])
      }
    }
  }

  @Test("a network learns to repeat what it saw five steps ago")
  func memoryTask() throws {
    let description = NetworkDescription(
      planes: 2, rows: 1, columns: 1, torso: .recurrent(hidden: [], memory: 16),
      heads: .policyValue(actions: 2, valueRange: .tanh))
    let network = try Network(description, seed: 2)
    let tape = Tape(parameters: network.parameters)
    var optimiser = Optimiser(.adam(), for: network.parameters.layout)
    var generator = TestGenerator(state: 12)
    let (steps, batch) = (6, 32)
    var correct = 0
    for update in 0..<400 {
      let signals = (0..<batch).map { _ in Bool.random(using: &generator) }
      var planes = [Float](repeating: 0, count: steps * batch * 2)
      for (i, signal) in signals.enumerated() { planes[2 * i + (signal ? 1 : 0)] = 1 }
      tape.reset()
      let result = planes.withUnsafeBufferPointer {
        network.forward(sequences: $0, steps: steps, batch: batch, on: tape)
      }
      guard case .policyValue(let logits, _) = result.outputs else { return }
      let last = tape.slice(logits, ((steps - 1) * batch)..<(steps * batch), along: .batch)
      let targets: [Float] = signals.flatMap { $0 ? [0, 1] : [1, 0] }
      let loss = targets.withUnsafeBufferPointer { tape.softmaxCrossEntropy(last, targets: $0) }
      if update >= 390 {
        let values = tape.values(of: last)
        correct += signals.indices.count { (values[2 * $0 + 1] > values[2 * $0]) == signals[$0] }
      }
      tape.backward(from: loss)
      optimiser.step(network.parameters, gradient: tape.gradient, learningRate: 0.01)
    }
    #expect(correct == 10 * batch, "only \(correct) of \(10 * batch) signals were remembered")
  }
}
