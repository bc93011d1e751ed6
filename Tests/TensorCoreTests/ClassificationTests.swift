import Foundation
import TensorCore
import Testing

/// Inputs with the class of each.
private struct LabelledSet {
  var planes: [Float] = []
  var classes: [Int] = []

  mutating func append(_ input: [Float], class label: Int) {
    planes += input
    classes.append(label)
  }
}

/// Ten digits drawn by ourselves, five rows of three, as the digits of a pocket calculator.
private let digitShapes = [
  "###\n#.#\n#.#\n#.#\n###", ".#.\n##.\n.#.\n.#.\n###", "###\n..#\n###\n#..\n###", "###\n..#\n.##\n..#\n###",
  "#.#\n#.#\n###\n..#\n..#", "###\n#..\n###\n..#\n###", "###\n#..\n###\n#.#\n###", "###\n..#\n.#.\n.#.\n.#.",
  "###\n#.#\n###\n#.#\n###", "###\n#.#\n###\n..#\n###",
].map { $0.split(separator: "\n").map { $0.map { $0 == "#" } } }

@Suite("Classification of data not seen in training")
struct ClassificationTests {
  /// Trains on batches of `data`, and returns the share of `held` that the network then classifies rightly.
  private func accuracy(
    of description: NetworkDescription, trainedOn data: LabelledSet, updates: Int, rate: Float,
    testedOn held: LabelledSet
  ) throws -> Double {
    let network = try Network(description, seed: 6)
    let tape = Tape(parameters: network.parameters)
    var optimiser = Optimiser(.adam(), for: network.parameters.layout)
    var generator = TestGenerator(state: 61)
    let (inputs, actions, batch) = (description.inputCount, description.actions, 32)
    for update in 0..<updates {
      let rows = (0..<batch).map { _ in Int.random(in: 0..<data.classes.count, using: &generator) }
      let planes = rows.flatMap { data.planes[($0 * inputs)..<(($0 + 1) * inputs)] }
      let targets = rows.flatMap { row in (0..<actions).map { $0 == data.classes[row] ? 1 : 0 as Float } }
      tape.reset()
      guard
        case .policyValue(let logits, _) = planes.withUnsafeBufferPointer({
          network.forward(planes: $0, batch: batch, on: tape)
        })
      else { return 0 }
      tape.backward(from: targets.withUnsafeBufferPointer { tape.softmaxCrossEntropy(logits, targets: $0) })
      Tape.updateRunningStatistics([tape])
      optimiser.step(
        network.parameters, gradient: tape.gradient,
        learningRate: rate * (1 - Float(update) / Float(updates)))
    }
    let (logits, _) = network.compiled(maximumBatch: held.classes.count).outputs(
      held.planes, batch: held.classes.count)
    let right = held.classes.indices.count { row in
      let scores = logits[(row * actions)..<((row + 1) * actions)]
      return scores.firstIndex(of: scores.max() ?? 0) == row * actions + held.classes[row]
    }
    return Double(right) / Double(held.classes.count)
  }

  /// Points on two spirals of one and a half turns, one the other turned by half a turn, with a little noise.
  private func spirals(points: Int, seed: UInt64) -> LabelledSet {
    var generator = TestGenerator(state: seed)
    var set = LabelledSet()
    for i in 0..<points {
      let along = Float.random(in: 0.1...1, using: &generator)
      let angle = 3 * Float.pi * along + (i % 2 == 0 ? 0 : Float.pi)
      let noise = generator.floats(2, in: -0.02...0.02)
      set.append([along * cos(angle) + noise[0], along * sin(angle) + noise[1]], class: i % 2)
    }
    return set
  }

  @Test("a multilayer perceptron tells two spirals apart, with at least 97 of 100 new points")
  func twoSpirals() throws {
    let description = NetworkDescription(
      planes: 2, rows: 1, columns: 1, torso: .mlp(hidden: [48, 48]),
      heads: .policyValue(actions: 2, valueRange: .tanh))
    let share = try accuracy(
      of: description, trainedOn: spirals(points: 600, seed: 1), updates: 1500, rate: 0.01,
      testedOn: spirals(points: 400, seed: 2))
    print("two spirals: \(share) of new points")
    #expect(share >= 0.97)
  }

  /// Digits on 8 x 8 points: shifted, stretched and slanted, with strokes of differing strength and noise on every
  /// point.
  private func digits(count: Int, seed: UInt64) -> LabelledSet {
    var generator = TestGenerator(state: seed)
    var set = LabelledSet()
    for i in 0..<count {
      let shape = digitShapes[i % 10]
      let scale = (generator.floats(2, in: 0.65...0.75), generator.floats(1, in: -0.1...0.1)[0])
      let shift = generator.floats(2, in: -0.7...0.7)
      let ink = generator.floats(1, in: 0.6...1)[0]
      let image = (0..<64).map { point -> Float in
        let (row, column) = (Float(point / 8) - 3.5 - shift[0], Float(point % 8) - 3.5 - shift[1])
        let y = Int((row * scale.0[0] + 2.5).rounded(.down))
        let x = Int((column * scale.0[1] * 0.75 + scale.1 * row + 1.5).rounded(.down))
        let isInk = (0..<5).contains(y) && (0..<3).contains(x) && shape[y][x]
        return (isInk ? ink : 0) + Float.random(in: -0.25...0.25, using: &generator)
      }
      set.append(image, class: i % 10)
    }
    return set
  }

  @Test(
    "small networks read at least 19 of 20 new digits",
    arguments: [
      NetworkDescription.Torso.convolutional(channels: 16, hidden: 48), .residual(blocks: 1, channels: 16),
      .densenet(layers: 2, growth: 8),
    ])
  func newDigits(torso: NetworkDescription.Torso) throws {
    let description = NetworkDescription(
      planes: 1, rows: 8, columns: 8, torso: torso, heads: .policyValue(actions: 10, valueRange: .tanh))
    let share = try accuracy(
      of: description, trainedOn: digits(count: 2000, seed: 3), updates: 300, rate: 0.005,
      testedOn: digits(count: 500, seed: 4))
    print("digits, \(torso): \(share) of new ones")
    #expect(share >= 0.95)
  }
}
