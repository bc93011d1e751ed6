import TensorCore
import Testing

/// A model of two inputs and all parameters an operation needs, whose gradient can be measured by differences.
struct Probe {
  let parameters: Parameters
  let loss: (Tape) -> Variable

  init(_ layout: ParameterLayout, seed: UInt64, loss: @escaping (Tape) -> Variable) {
    parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: seed)
    for i in parameters.trained.indices {
      parameters.trained[i] = Float.random(in: -1...1, using: &generator)
    }
    for i in parameters.buffers.indices {
      parameters.buffers[i] = Float.random(in: 0.5...1.5, using: &generator)
    }
    self.loss = loss
  }

  /// The largest difference between the gradient and central differences, each in its own size, or in 1 if that is
  /// larger, but never in more than the largest of them all.
  func error(mode: Tape.Mode = .training, step: Float = 4e-3) -> Float {
    let tape = Tape(parameters: parameters)
    // Steps before it leave gradients behind, which must not be added to.
    for _ in 0..<3 {
      tape.gradient.update(repeating: .nan)
      tape.reset(mode: mode)
      tape.backward(from: loss(tape))
    }
    let gradient = tape.gradientValues()
    func value(_ i: Int, _ x: Float) -> Float {
      let old = parameters.trained[i]
      parameters.trained[i] = x
      defer { parameters.trained[i] = old }
      tape.reset(mode: mode)
      return tape.scalar(of: loss(tape))
    }
    let slopes = gradient.indices.map { i in
      let x = parameters.trained[i]
      return (value(i, x + step) - value(i, x - step)) / (2 * step)
    }
    return largestDifference(gradient, slopes, unit: min(1, slopes.lazy.map(\.magnitude).max() ?? 0))
  }
}

@Suite("Gradients agree with finite differences")
struct GradientTests {
  private var generator = TestGenerator(state: 77)

  /// A parameter seen as a row of features times a fixed vector of batch rows, so that it is an operand.
  private func operand(_ tape: Tape, _ index: ParameterIndex, _ rows: Int, _ features: Int) -> Variable {
    let ones = tape.vectors((0..<rows).map { 1 + 0.3 * Float($0) }, batch: rows)
    return tape.dense(ones, weight: tape.parameter(index), bias: nil, outputs: features)
  }

  private func squares(_ tape: Tape, _ x: Variable) -> Variable {
    let count = tape.shape(of: x).count
    let targets = (0..<count).map { 0.1 * Float($0 % 7) - 0.2 }
    return targets.withUnsafeBufferPointer { tape.meanSquaredError(x, targets: $0) }
  }

  @Test("dense, tanh, add and weighted sum")
  func dense() {
    var layout = ParameterLayout()
    let x = layout.addParameter("x", shape: [4, 1], decays: true)
    let w = layout.addParameter("w", shape: [3, 4], decays: true)
    let b = layout.addParameter("b", shape: [3], decays: false)
    let probe = Probe(layout, seed: 1) { tape in
      let input = operand(tape, x, 5, 4)
      let y = tape.dense(input, weight: tape.parameter(w), bias: tape.parameter(b), outputs: 3)
      let z = tape.add(tape.tanh(y), y)
      return tape.weightedSum(squares(tape, z), times: 0.7, squares(tape, tape.tanh(z)), times: -1.3)
    }
    #expect(probe.error() < 2e-3)
  }

  @Test("convolution and flatten", arguments: [(3, 1), (3, 0), (1, 0), (5, 2)])
  func convolution(kernel: Int, padding: Int) {
    var layout = ParameterLayout()
    let first = layout.addParameter("first", shape: [3, 2, 1, 1], decays: true)
    let weight = layout.addParameter("weight", shape: [4, 3, kernel, kernel], decays: true)
    let bias = layout.addParameter("bias", shape: [4], decays: false)
    var generator = generator
    let images = generator.floats(2 * 2 * 5 * 4 + 40)
    let rows = 5
    let probe = Probe(layout, seed: 2) { tape in
      let input = tape.images(Array(images.prefix(80)), [2, 2, rows, 4])
      let x = tape.convolution(
        input, weight: tape.parameter(first), bias: nil, outputs: 3, kernel: 1, padding: 0)
      let padded = kernel == 5 ? 2 : padding
      let y = tape.convolution(
        x, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: 4, kernel: kernel,
        padding: padded)
      return squares(tape, tape.flatten(y))
    }
    #expect(probe.error() < 5e-3)
  }

  @Test("convolution by Winograd's transforms", arguments: [(4, 7), (3, 3), (1, 2)])
  func winograd(rows: Int, columns: Int) {
    var layout = ParameterLayout()
    let first = layout.addParameter("first", shape: [32, 2, 1, 1], decays: true)
    let weight = layout.addParameter("weight", shape: [16, 32, 3, 3], decays: true)
    let bias = layout.addParameter("bias", shape: [16], decays: false)
    var generator = generator
    let images = generator.floats(3 * 2 * rows * columns)
    let probe = Probe(layout, seed: 6) { tape in
      let x = tape.convolution(
        tape.images(images, [3, 2, rows, columns]), weight: tape.parameter(first), bias: nil, outputs: 32,
        kernel: 1, padding: 0)
      let y = tape.convolution(
        x, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: 16, kernel: 3, padding: 1)
      return squares(tape, tape.flatten(tape.tanh(y)))
    }
    #expect(probe.error() < 5e-3)
  }

  @Test(
    "batch norm with the batch's and with running statistics, alone and with all that goes with it",
    arguments: [Tape.Mode.training, .evaluation], [false, true])
  func batchNorm(mode: Tape.Mode, isFull: Bool) {
    var layout = ParameterLayout()
    let w = layout.addParameter("w", shape: [3, 4], decays: true)
    let scale = layout.addParameter("scale", shape: [3], decays: false)
    let shift = layout.addParameter("shift", shape: [3], decays: false)
    let mean = layout.addBuffer("mean", shape: [3])
    let variance = layout.addBuffer("variance", shape: [3])
    var generator = generator
    let inputs = generator.floats(24)
    let probe = Probe(layout, seed: 3) { tape in
      let y = tape.dense(
        tape.vectors(inputs, batch: 6), weight: tape.parameter(w), bias: nil, outputs: 3)
      let z = tape.batchNorm(
        y, scale: tape.parameter(scale), shift: tape.parameter(shift), runningMean: mean,
        runningVariance: variance, epsilon: 1e-3, adding: isFull ? y : nil, relu: isFull)
      return squares(tape, tape.tanh(z))
    }
    #expect(probe.error(mode: mode) < 5e-3)
  }

  @Test("losses with weights of rows, gather and ReLU")
  func losses() {
    var layout = ParameterLayout()
    let w = layout.addParameter("w", shape: [4, 1], decays: true)
    let targets: [Float] = [0.2, 0.3, 0.5, 0, 1, 0, 0, 0, 0.25, 0.25, 0.25, 0.4]
    let (weights, values): ([Float], [Float]) = ([0.5, 2, 0], [3, 0.1, -2])
    let probe = Probe(layout, seed: 4) { tape in
      let x = operand(tape, w, 3, 4)
      let entropy = targets.withUnsafeBufferPointer { targets in
        weights.withUnsafeBufferPointer { tape.softmaxCrossEntropy(x, targets: targets, weights: $0) }
      }
      let chosen = [Int32(1), 3, 0].withUnsafeBufferPointer { tape.gather(x, actions: $0) }
      let huber = values.withUnsafeBufferPointer { tape.huber(chosen, targets: $0, delta: 1, weights: $0) }
      return tape.weightedSum(
        entropy, times: 1.5, tape.weightedSum(huber, times: 1, squares(tape, tape.relu(x)), times: 2),
        times: 1)
    }
    #expect(probe.error() < 3e-3)
  }

  @Test("a small residual network from end to end")
  func network() throws {
    let description = NetworkDescription(
      planes: 2, rows: 4, columns: 3, torso: .residual(blocks: 1, channels: 4),
      heads: .policyValue(actions: 5, valueRange: .linear))
    let network = try seasoned(description, seed: 12)
    let parameters = network.parameters
    // Large shifts keep every ReLU on or off, channel by channel, so that the loss is smooth.
    for entry in parameters.layout.trained where entry.name.hasSuffix("bias") && !entry.name.contains("out") {
      for i in entry.range { parameters.trained[i] = (i - entry.range.lowerBound) % 3 == 1 ? -6 : 6 }
    }
    let batch = TrainingBatch(for: description, size: 6, seed: 13)
    let tape = Tape(parameters: parameters)
    func loss() -> Variable {
      tape.reset()
      return batch.loss(network, on: tape, rows: 0..<6)
    }
    tape.backward(from: loss())
    let gradient = tape.gradientValues()
    let start = parameters.layout.trained.flatMap { parameters.trained[$0.range] }
    var generator = TestGenerator(state: 14)
    for entry in parameters.layout.trained {
      // Along the gradient's signs nothing cancels; the random sizes tell parameters apart.
      let direction = entry.range.map {
        (gradient[$0] < 0 ? -1 : 1) * Float.random(in: 0.5...1, using: &generator)
      }
      func at(_ t: Float) -> Float {
        for (i, d) in zip(entry.range, direction) { parameters.trained[i] = start[i] + t * d }
        defer { for i in entry.range { parameters.trained[i] = start[i] } }
        return tape.scalar(of: loss())
      }
      // The loss is rounded to about 1e-6, its slope to some 1e-3.
      let slope = (at(0.004) - at(-0.004)) / 0.008
      let expected = zip(gradient[entry.range], direction).map { $0 * $1 }.reduce(0, +)
      #expect(abs(slope - expected) < 0.01 * max(0.2, abs(expected)), "\(entry.name): \(slope), \(expected)")
    }
    #expect(gradient.count { $0 != 0 } > gradient.count / 3)
  }
}
