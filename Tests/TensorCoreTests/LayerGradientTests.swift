import TensorCore
import Testing

/// The mean of squared differences from fixed numbers: a smooth loss in which every element counts.
private func squares(_ tape: Tape, _ x: Variable) -> Variable {
  let targets = tape.constant(shape: tape.shape(of: x)) { 0.1 * Float($0 % 7) - 0.2 }
  return tape.mean(tape.squaredErrors(x, targets: targets))
}

/// A probe of a layer's parameters and of its input, which is a parameter too.
private func probe(
  _ shape: VariableShape, seed: UInt64 = 31, _ build: (inout ParameterLayout) -> any Layer
) -> Probe {
  var layout = ParameterLayout()
  let x = layout.addParameter("x", shape: [shape.count], decays: true)
  let layer = build(&layout)
  return Probe(layout, seed: seed) { tape in
    tape.seedNoise(5)
    return squares(tape, layer.forward(tape.parameter(x, as: shape), on: tape))
  }
}

@Suite("Gradients of layers agree with finite differences")
struct LayerGradientTests {
  private let image = VariableShape(batch: 2, rows: 5, columns: 4, channels: 4)
  private let sequence = VariableShape(batch: 2, rows: 3, channels: 4)

  @Test("convolutions with any window and groups, and transposed ones")
  func convolutions() {
    let window = Window(
      kernel: Window.Pair(rows: 3, columns: 2), stride: Window.Pair(rows: 2, columns: 1),
      padding: Window.Pair(rows: 1, columns: 1), dilation: Window.Pair(rows: 1, columns: 2))
    for groups in [1, 2, 4] {
      let probe = probe(image) {
        WindowConvolution2D(name: "c", inputs: 4, outputs: 8, window: window, groups: groups, in: &$0)
      }
      #expect(probe.error() < 5e-3, "\(groups) groups")
    }
    let transposed = probe(image) {
      TransposedConvolution2D(name: "c", inputs: 4, outputs: 3, window: window, in: &$0)
    }
    #expect(transposed.error() < 5e-3)
  }

  @Test("a transposed convolution is the adjoint of the convolution")
  func adjoint() {
    let window = Window(kernel: Window.Pair(3), stride: Window.Pair(2), padding: Window.Pair(1))
    var (one, other) = (ParameterLayout(), ParameterLayout())
    let forth = WindowConvolution2D(
      name: "c", inputs: 3, outputs: 2, window: window, hasBias: false, in: &one)
    let back = TransposedConvolution2D(
      name: "c", inputs: 2, outputs: 3, window: window, hasBias: false, in: &other)
    let (a, b) = (Parameters(layout: one), Parameters(layout: other))
    var generator = TestGenerator(state: 3)
    for i in a.trained.indices { a.trained[i] = Float.random(in: -1...1, using: &generator) }
    for i in a.trained.indices { b.trained[i] = a.trained[i] }
    let (x, y) = (generator.floats(5 * 5 * 3), generator.floats(3 * 3 * 2))
    func run(_ layer: some Layer, _ parameters: Parameters, _ values: [Float], _ shape: VariableShape)
      -> [Float]
    {
      let tape = Tape(parameters: parameters)
      return withExtendedLifetime(tape) {
        Array(tape.values(of: layer.forward(tape.constant(shape: shape) { values[$0] }, on: tape)))
      }
    }
    let image = VariableShape(batch: 1, rows: 5, columns: 5, channels: 3)
    let result = VariableShape(batch: 1, rows: 3, columns: 3, channels: 2)
    let left = zip(run(forth, a, x, image), y).map { $0 * $1 }.reduce(0, +)
    let right = zip(x, run(back, b, y, result)).map { $0 * $1 }.reduce(0, +)
    #expect(abs(left - right) < 1e-4)
  }

  @Test("pooling")
  func pooling() {
    let window = Window(kernel: Window.Pair(3), stride: Window.Pair(2), padding: Window.Pair(1))
    for kind in [Pooling.Kind.maximum, .average(countsPadding: true), .average(countsPadding: false)] {
      // A short step, because the largest element may change.
      #expect(probe(image) { _ in Pooling(kind, window: window) }.error(step: 1e-3) < 5e-3, "\(kind)")
    }
    for kind in [GlobalPooling.average, .maximum] {
      #expect(probe(image) { _ in kind }.error() < 5e-3, "\(kind)")
    }
  }

  @Test("norms of rows and groups, and the spectral norm")
  func norms() {
    #expect(probe(image) { LayerNorm(name: "n", shape: [4], epsilon: 1e-2, in: &$0) }.error() < 1e-2)
    #expect(probe(image) { LayerNorm(name: "n", shape: [4, 5, 4], in: &$0) }.error() < 5e-3)
    #expect(probe(image) { GroupNorm(name: "n", channels: 4, groups: 2, in: &$0) }.error() < 5e-3)
    #expect(probe(image) { RMSNorm(name: "n", channels: 4, epsilon: 1e-2, in: &$0) }.error() < 1e-2)
    var layout = ParameterLayout()
    let weight = layout.addParameter("w", shape: [3, 5], decays: true)
    let norm = SpectralNorm(name: "n", outputs: 3, iterations: 200, in: &layout)
    let spectral = Probe(layout, seed: 33) { squares($0, norm.normalise($0.parameter(weight), on: $0)) }
    #expect(spectral.error() < 5e-3)
  }

  @Test("dropout, drop-connect and Gumbel-softmax under fixed noise")
  func noise() {
    #expect(probe(image) { _ in Dropout(rate: 0.4) }.error() < 5e-3)
    #expect(
      probe(sequence) { DropConnect(name: "d", inputs: 4, outputs: 3, rate: 0.3, in: &$0) }.error() < 5e-3)
    #expect(
      probe(sequence) { NoisyDense(name: "n", inputs: 4, outputs: 3, deviation: 0.7, in: &$0) }.error() < 5e-3
    )
    var layout = ParameterLayout()
    let x = layout.addParameter("x", shape: [12], decays: true)
    let gumbel = Probe(layout, seed: 34) { tape in
      tape.seedNoise(6)
      let logits = tape.parameter(x, as: VariableShape(batch: 3, channels: 4))
      return squares(tape, tape.gumbelSoftmax(logits, temperature: 0.7))
    }
    #expect(gumbel.error() < 5e-3)
  }

  @Test("recurrent networks", arguments: [RecurrentCell.Kind.rnn, .lstm, .gru])
  func recurrent(kind: RecurrentCell.Kind) {
    let probe = probe(VariableShape(batch: 4, rows: 2, channels: 3)) {
      Recurrent(kind, name: "r", inputs: 3, hidden: 4, layers: 2, in: &$0)
    }
    #expect(probe.error() < 5e-3)
  }

  @Test("attention and the transformer block")
  func attention() {
    let causal = probe(sequence) { MultiHeadAttention(name: "a", width: 4, heads: 2, mask: .causal, in: &$0) }
    #expect(causal.error() < 5e-3)
    let block = probe(sequence) {
      TransformerEncoderBlock(name: "b", width: 4, heads: 2, hidden: 6, epsilon: 1e-1, dropout: 0.2, in: &$0)
    }
    #expect(block.error() < 1e-2)
  }

  @Test("blocks of residual and pooling networks")
  func blocks() {
    let dueling = probe(VariableShape(batch: 3, channels: 5)) {
      DuelingHead(name: "h", inputs: 5, actions: 4, in: &$0)
    }
    #expect(dueling.error() < 5e-3)
    let excite = probe(image) { SqueezeExcite(name: "s", channels: 4, squeeze: 3, hasShift: true, in: &$0) }
    #expect(excite.error() < 5e-3)
    for mode in [Tape.Mode.training, .evaluation] {
      let pooling = probe(image, seed: 42) {
        GlobalPoolingReLU(name: "p", channels: 3, pooled: 1, in: &$0)
      }
      #expect(pooling.error(mode: mode, step: 5e-4) < 2e-2)
    }
    // A short step, because ReLUs bend the loss.
    let bottleneck = probe(image, seed: 41) { BottleneckBlock(name: "b", channels: 4, narrow: 2, in: &$0) }
    #expect(bottleneck.error(mode: .evaluation, step: 5e-4) < 3e-2)
  }

  @Test("equivariant convolution, batch norm and pooling")
  func equivariant() {
    let lifting = probe(image) {
      EquivariantConvolution2D(
        name: "c", inputs: 4, outputs: 2, kernel: 3, lifts: true, hasBias: true, in: &$0)
    }
    #expect(lifting.error() < 5e-3)
    let fields = VariableShape(batch: 2, rows: 3, columns: 3, channels: 16)
    let group = probe(fields) {
      EquivariantConvolution2D(
        name: "c", inputs: 2, outputs: 1, kernel: 3, lifts: false, hasBias: true, in: &$0)
    }
    #expect(group.error() < 5e-3)
    #expect(probe(fields) { EquivariantBatchNorm(name: "n", fields: 2, in: &$0) }.error() < 5e-3)
    #expect(probe(fields) { _ in EquivariantPooling() }.error() < 5e-3)
  }

  @Test(
    "functions of elements, on either side of zero where they are defined there", arguments: elementFunctions)
  func functions(function: ElementFunction) {
    var layout = ParameterLayout()
    let x = layout.addParameter("x", shape: [14], decays: true)
    let parameters = Parameters(layout: layout)
    let tape = Tape(parameters: parameters)
    let first: Float = function == .squareRoot || function == .logarithm ? 0.3 : -1.66
    /// Value and slope at fourteen points.
    func at(_ shift: Float) -> (values: [Float], slopes: [Float]) {
      for i in 0..<14 { parameters.trained[i] = first + 0.37 * Float(i) + shift }
      tape.reset()
      let y = tape.apply(function, to: tape.parameter(x))
      tape.backward(from: tape.sum(y))
      return (Array(tape.values(of: y)), tape.gradientValues())
    }
    let (low, middle, high) = (at(-0.005), at(0), at(0.005))
    for i in 0..<14 {
      let slope = (high.values[i] - low.values[i]) / 0.01
      #expect(abs(slope - middle.slopes[i]) < 2e-3 * max(1, abs(slope)), "\(function) at point \(i)")
    }
  }
}

private let elementFunctions: [ElementFunction] = [
  .linear(scale: 0.7, shift: 0.2), .leakyReLU(slope: 0.1), .elu(alpha: 0.5), .absolute, .square, .squareRoot,
  .reciprocal, .exponential, .logarithm, .tanh, .sigmoid, .logSigmoid, .softplus, .softsign, .silu, .gelu,
  .geluTanh, .mish,
]

@Suite("Equivariant networks")
struct EquivarianceTests {
  /// The place of each point of a square after one of its eight symmetries.
  private func places(_ symmetry: Int, side: Int) -> [Int] {
    (0..<(side * side)).map { point in
      var (row, column) = (point / side, point % side)
      if symmetry >= 4 { column = side - 1 - column }
      for _ in 0..<(symmetry % 4) { (row, column) = (column, side - 1 - row) }
      return row * side + column
    }
  }

  @Test("a turned or reflected board gives the turned or reflected policy and the same value")
  func invariance() {
    let (side, batch) = (5, 3)
    var layout = ParameterLayout()
    let lift = EquivariantConvolution2D(
      name: "lift", inputs: 2, outputs: 3, kernel: 3, lifts: true, hasBias: true, in: &layout)
    let norm = EquivariantBatchNorm(name: "norm", fields: 3, in: &layout)
    let group = EquivariantConvolution2D(
      name: "group", inputs: 3, outputs: 2, kernel: 3, lifts: false, hasBias: true, in: &layout)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 7)
    for i in parameters.trained.indices {
      parameters.trained[i] = Float.random(in: -1...1, using: &generator)
    }
    let images = generator.floats(batch * side * side * 2)
    let tape = Tape(parameters: parameters)
    func run(_ symmetry: Int) -> (policy: [Float], value: [Float]) {
      let places = places(symmetry, side: side)
      var moved = images
      for i in images.indices {
        let (board, point, plane) = (i / (side * side * 2), i / 2 % (side * side), i % 2)
        moved[(board * side * side + places[point]) * 2 + plane] = images[i]
      }
      tape.reset()
      let shape = VariableShape(batch: batch, rows: side, columns: side, channels: 2)
      let x = tape.constant(shape: shape) { moved[$0] }
      let hidden = tape.relu(norm.forward(lift.forward(x, on: tape), on: tape))
      let planes = EquivariantPooling().forward(tape.tanh(group.forward(hidden, on: tape)), on: tape)
      return (Array(tape.values(of: planes)), Array(tape.values(of: tape.mean(planes, over: .points))))
    }
    let plain = run(0)
    for symmetry in 1..<8 {
      let places = places(symmetry, side: side)
      let turned = run(symmetry)
      #expect(largestDifference(turned.value, plain.value) < 1e-5, "symmetry \(symmetry)")
      var expected = plain.policy
      for i in plain.policy.indices {
        let (board, point, plane) = (i / (side * side * 2), i / 2 % (side * side), i % 2)
        expected[(board * side * side + places[point]) * 2 + plane] = plain.policy[i]
      }
      #expect(largestDifference(turned.policy, expected) < 1e-5, "symmetry \(symmetry)")
      #expect(
        largestDifference(turned.policy, plain.policy) > 1e-2, "the policy of a turned board did not move")
    }
  }
}
