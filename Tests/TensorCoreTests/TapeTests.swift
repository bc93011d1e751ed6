import TensorCore
import Testing

@Suite("The tape")
struct TapeTests {
  @Test("control flow may depend on values: a loop that runs until a value is large")
  func dynamicControlFlow() {
    var layout = ParameterLayout()
    let weight = layout.addParameter("w", shape: [1], decays: false)
    let parameters = Parameters(layout: layout)
    let tape = Tape(parameters: parameters)
    for (w, factors) in [(Float(1.5), 6), (3, 3), (11, 1)] {
      parameters.trained[0] = w
      tape.reset()
      var x = tape.parameter(weight)
      var count = 1
      while tape.scalar(of: x) < 10 {
        x = tape.multiply(x, tape.parameter(weight))
        count += 1
      }
      tape.backward(from: x)
      #expect(count == factors)
      var expected = Float(count)
      for _ in 1..<count { expected *= w }
      #expect(abs(tape.gradient[0] - expected) < 1e-4 * expected)
    }
  }

  @Test("a step through attention, recurrence, windows and norms does not allocate once warm")
  func noAllocation() {
    var layout = ParameterLayout()
    let pair = Window.Pair(2)
    let convolution = WindowConvolution2D(
      name: "conv", inputs: 4, outputs: 8, window: Window(kernel: pair, stride: pair), groups: 2, in: &layout)
    let norm = GroupNorm(name: "norm", channels: 8, groups: 4, in: &layout)
    let block = TransformerEncoderBlock(
      name: "block", width: 8, heads: 2, hidden: 16, dropout: 0.1, in: &layout)
    let recurrent = Recurrent(.lstm, name: "lstm", inputs: 8, hidden: 6, layers: 2, in: &layout)
    let excite = SqueezeExcite(name: "se", channels: 8, squeeze: 3, in: &layout)
    let equivariant = EquivariantConvolution2D(
      name: "p4m", inputs: 8, outputs: 2, kernel: 3, lifts: true, hasBias: true, in: &layout)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 5)
    for i in parameters.trained.indices {
      parameters.trained[i] = Float.random(in: -0.5...0.5, using: &generator)
    }
    let images = generator.floats(3 * 6 * 6 * 4)
    let tape = Tape(parameters: parameters)
    var optimiser = Optimiser(.nadam(), for: layout)
    func step() {
      tape.reset()
      let shape = VariableShape(batch: 3, rows: 6, columns: 6, channels: 4)
      let x = images.withUnsafeBufferPointer { tape.constant($0, shape: shape) }
      let pooled = Pooling(.maximum, window: Window(kernel: pair)).forward(
        norm.forward(convolution.forward(x, on: tape), on: tape), on: tape)
      let moved = equivariant.forward(excite.forward(pooled, on: tape), on: tape)
      let steps = tape.reshape(pooled, to: VariableShape(batch: 3, rows: 4, channels: 8))
      let seen = recurrent.forward(block.forward(steps, on: tape), on: tape)
      let losses = tape.add(tape.sum(tape.logSoftmax(seen)), tape.mean(tape.apply(.gelu, to: moved)))
      tape.backward(from: tape.sum(losses))
      optimiser.step(parameters, gradient: tape.gradient, learningRate: 1e-3)
    }
    for _ in 0..<3 { step() }
    #expect(allocations(of: step) == 0)
  }

  @Test("dropout keeps the mean, evaluates to itself, and repeats under one seed")
  func dropout() {
    var layout = ParameterLayout()
    _ = layout.addParameter("none", shape: [1], decays: false)
    let tape = Tape(parameters: Parameters(layout: layout))
    func run(_ seed: UInt64, _ mode: Tape.Mode) -> [Float] {
      tape.reset(mode: mode)
      tape.seedNoise(seed)
      let ones = tape.constant(shape: VariableShape(batch: 1, channels: 20_000)) { _ in 1 }
      return Array(tape.values(of: tape.dropout(ones, rate: 0.3)))
    }
    #expect(run(1, .evaluation).allSatisfy { $0 == 1 })
    let values = run(1, .training)
    #expect(values == run(1, .training))
    #expect(values != run(2, .training))
    #expect(abs(values.reduce(0, +) / 20_000 - 1) < 0.02)
    #expect(abs(Float(values.count { $0 == 0 }) / 20_000 - 0.3) < 0.02)
  }

  @Test("an empty batch makes empty results")
  func emptyBatch() {
    var layout = ParameterLayout()
    _ = layout.addParameter("none", shape: [1], decays: false)
    let tape = Tape(parameters: Parameters(layout: layout))
    tape.reset()
    let nothing = tape.constant(shape: VariableShape(batch: 0, rows: 3, columns: 3, channels: 4)) { _ in 1 }
    let place = tape.constant(shape: VariableShape(batch: 1, rows: 3, columns: 3, channels: 4)) { Float($0) }
    let guards = tape.constant(shape: VariableShape(batch: 40, channels: 1)) { _ in 7 }
    let sum = tape.add(nothing, place)
    #expect(tape.shape(of: sum).batch == 0 && tape.values(of: sum).isEmpty)
    #expect(tape.values(of: guards).allSatisfy { $0 == 7 })
  }

  @Test("hard Gumbel samples are one-hot and follow the softmax")
  func gumbel() {
    var layout = ParameterLayout()
    _ = layout.addParameter("none", shape: [1], decays: false)
    let tape = Tape(parameters: Parameters(layout: layout))
    tape.reset()
    tape.seedNoise(9)
    let logits = tape.constant(shape: VariableShape(batch: 20_000, channels: 3)) { Float($0 % 3) }
    let samples = Array(tape.values(of: tape.gumbelSoftmax(logits, temperature: 0.5, isHard: true)))
    let softmax: [Float] = [0.0900, 0.2447, 0.6652]
    for action in 0..<3 {
      let share = stride(from: action, to: samples.count, by: 3).map { samples[$0] }.reduce(0, +) / 20_000
      #expect(abs(share - softmax[action]) < 0.015)
    }
    #expect(samples.allSatisfy { abs($0) < 1e-5 || abs($0 - 1) < 1e-5 })
  }

  @Test("a spectrally normalised weight has a largest singular value of one")
  func spectralNorm() {
    var layout = ParameterLayout()
    let layer = SpectralDense(name: "d", inputs: 2, outputs: 2, in: &layout)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 10)
    layer.initialise(parameters, using: &generator)
    let tape = Tape(parameters: parameters)
    let tapes = [tape]
    for _ in 0..<100 {
      tape.reset()
      _ = layer.forward(tape.vectors([1, 2], batch: 1), on: tape)
      Tape.updateRunningStatistics(tapes, momentum: 0.5)
    }
    tape.reset(mode: .evaluation)
    let w = Array(tape.values(of: layer.norm.normalise(tape.parameter(layer.dense.weight), on: tape)))
    let (sum, determinant) = (w.map { $0 * $0 }.reduce(0, +), w[0] * w[3] - w[1] * w[2])
    let largest = ((sum + (sum * sum - 4 * determinant * determinant).squareRoot()) / 2).squareRoot()
    #expect(abs(largest - 1) < 1e-3)
  }
}

@Suite("Training aids")
struct TrainingAidTests {
  @Test(
    "orthogonal weights have rows or columns of unit length at right angles", arguments: [(4, 7), (7, 4)])
  func orthogonal(rows: Int, columns: Int) {
    var values = [Float](repeating: 0, count: rows * columns)
    var generator = TestGenerator(state: 11)
    values.withUnsafeMutableBufferPointer {
      Initialiser.orthogonal(gain: 2).fill($0, inputs: columns, outputs: rows, using: &generator)
    }
    let count = min(rows, columns)
    for a in 0..<count {
      for b in 0..<count {
        var dot: Float = 0
        for i in 0..<max(rows, columns) {
          let (x, y) =
            rows < columns ? (a * columns + i, b * columns + i) : (i * columns + a, i * columns + b)
          dot += values[x] * values[y]
        }
        #expect(abs(dot - (a == b ? 4 : 0)) < 1e-4)
      }
    }
  }

  @Test("weights by He and by Glorot have the variance of their papers, and their shape")
  func variance() {
    let (inputs, outputs) = (96, 160)
    for (initialiser, variance, kurtosis) in [
      (Initialiser.he, 2 / Float(inputs), Float(3)), (.xavier, 2 / Float(inputs + outputs), 1.8),
    ] {
      var values = [Float](repeating: 0, count: inputs * outputs)
      var generator = TestGenerator(state: 12)
      values.withUnsafeMutableBufferPointer {
        initialiser.fill($0, inputs: inputs, outputs: outputs, using: &generator)
      }
      func moment(_ power: Int) -> Float {
        values.reduce(0) { sum, value in sum + (0..<power).reduce(1) { p, _ in p * value } }
          / Float(values.count)
      }
      // Of 15,360 numbers the mean square errs by 1 %, the mean fourth power by 3 %.
      #expect(abs(moment(1)) < 0.05 * variance.squareRoot(), "\(initialiser)")
      #expect(abs(moment(2) / variance - 1) < 0.05, "\(initialiser)")
      #expect(abs(moment(4) / (variance * variance) / kurtosis - 1) < 0.12, "\(initialiser)")
    }
  }

  @Test("Langevin dynamics samples the normal distribution of a quadratic loss")
  func langevin() {
    var layout = ParameterLayout()
    let index = layout.addParameter("x", shape: [500], decays: false)
    let parameters = Parameters(layout: layout)
    let tape = Tape(parameters: parameters)
    var optimiser = Optimiser(.langevin(temperature: 0.5, seed: 3), for: layout)
    var (sum, squares, count): (Float, Float, Float) = (0, 0, 0)
    for step in 0..<400 {
      tape.reset()
      tape.backward(from: tape.sum(tape.apply(.square, to: tape.parameter(index)), scale: 0.5))
      optimiser.step(parameters, gradient: tape.gradient, learningRate: 0.05)
      guard step >= 100 else { continue }
      for x in parameters[index] { (sum, squares, count) = (sum + x, squares + x * x, count + 1) }
    }
    #expect(abs(sum / count) < 0.02)
    // The step of 0.05 widens the variance by a factor of 1 / (1 - 0.025).
    #expect(abs(squares / count - 0.5 / 0.975) < 0.02)
  }

  @Test("weight averages: exponential and uniform")
  func averages() {
    var layout = ParameterLayout()
    _ = layout.addParameter("x", shape: [1], decays: false)
    let parameters = Parameters(layout: layout)
    var exponential = WeightAverage(.exponential(decay: 0.75), of: parameters)
    var uniform = WeightAverage(.uniform, of: parameters)
    for value: Float in [4, 8, 0] {
      parameters.trained[0] = value
      exponential.include(parameters)
      uniform.include(parameters)
    }
    #expect(exponential.average.trained[0] == 3.75)
    #expect(abs(uniform.average.trained[0] - 4) < 1e-6)
  }

  @Test("mixup mixes rows with partners, its shares are Beta distributed, and smoothing keeps the mass")
  func mixing() {
    let rows: [Float] = [1, 2, 3, 4]
    var mixed = [Float](repeating: 0, count: 4)
    var span = mixed.mutableSpan
    let partners: [Int32] = [1, 0]
    mix(rows.span, partners: partners.span, share: 0.75, into: &span)
    #expect(mixed == [1.5, 2.5, 2.5, 3.5])
    var generator = TestGenerator(state: 12)
    let shares = (0..<20_000).map { _ in mixingShare(alpha: 0.4, using: &generator) }
    let mean = shares.reduce(0, +) / 20_000
    let variance = shares.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 20_000
    #expect(abs(mean - 0.5) < 0.01)
    // The variance of Beta(a, a) is 1 / (4 (2 a + 1)).
    #expect(abs(variance - 1 / 7.2) < 0.005)
    var labels: [Float] = [0, 1, 0, 0]
    var labelSpan = labels.mutableSpan
    smoothLabels(&labelSpan, classes: 4, by: 0.2)
    #expect(largestDifference(labels, [0.05, 0.85, 0.05, 0.05]) < 1e-6)
  }
}
