import TensorCore
import Testing

@Suite("Hessian-vector products agree with differences of gradients")
struct HessianTests {
  /// The largest difference between the product and the central difference of gradients along a random
  /// direction.
  private func error(_ parameters: Parameters, step: Float = 2e-3, _ loss: (Tape) -> Variable) -> Float {
    var generator = TestGenerator(state: 51)
    for i in parameters.trained.indices {
      parameters.trained[i] = Float.random(in: -0.8...0.8, using: &generator)
    }
    let start = Array(parameters.trained)
    let direction = generator.floats(start.count)
    let tape = Tape(parameters: parameters)
    func gradient(_ t: Float) -> [Float] {
      for i in start.indices { parameters.trained[i] = start[i] + t * direction[i] }
      tape.reset()
      tape.backward(from: loss(tape))
      return tape.gradientValues()
    }
    let (low, high, middle) = (gradient(-step), gradient(step), gradient(0))
    var product = [Float](repeating: .nan, count: start.count)
    tape.reset()
    let value = loss(tape)
    direction.withUnsafeBufferPointer { direction in
      product.withUnsafeMutableBufferPointer {
        tape.hessianVectorProduct(of: value, direction: direction, into: $0)
      }
    }
    #expect(tape.gradientValues() == middle, "the gradient is another one")
    let expected = zip(high, low).map { ($0 - $1) / (2 * step) }
    #expect(expected.contains { abs($0) > 0.05 }, "the loss is not curved")
    return largestDifference(product, expected)
  }

  @Test(
    "every smooth function",
    arguments: [
      ElementFunction.square, .exponential, .tanh, .sigmoid, .logSigmoid, .softplus, .softsign, .silu, .gelu,
      .geluTanh, .mish, .elu(alpha: 0.7), .huber(delta: 5),
    ])
  func functions(function: ElementFunction) {
    var layout = ParameterLayout()
    let x = layout.addParameter("x", shape: [12], decays: true)
    let y = layout.addParameter("y", shape: [4], decays: true)
    let found = error(Parameters(layout: layout)) { tape in
      let matrix = tape.parameter(x, as: VariableShape(batch: 3, channels: 4))
      return tape.sum(tape.apply(function, to: tape.multiply(matrix, tape.parameter(y))))
    }
    #expect(found < 5e-3)
  }

  @Test("division, logarithms, roots, sums over axes, slices and picked rows")
  func compositions() {
    var layout = ParameterLayout()
    let x = layout.addParameter("x", shape: [24], decays: true)
    let found = error(Parameters(layout: layout)) { tape in
      let image = tape.parameter(x, as: VariableShape(batch: 2, rows: 2, columns: 2, channels: 3))
      let positive = tape.scale(tape.apply(.square, to: image), by: 1, shift: 1)
      let means = tape.mean(tape.apply(.squareRoot, to: positive), over: .points)
      let shares = tape.divide(tape.apply(.logarithm, to: positive), by: means)
      let turned = tape.permute(shares, .channels, .columns, .rows, .batch)
      let part = tape.concatenate(
        tape.slice(turned, 1..<3, along: .batch), tape.subtract(turned, tape.sum(turned, over: .rows)),
        along: .batch)
      let best = tape.maximum(part, over: .columns)
      let picked = [Int32(1), 0, 1].withUnsafeBufferPointer {
        tape.gather(best, indices: $0, shape: VariableShape(batch: 3, channels: 2))
      }
      return tape.add(tape.sum(tape.apply(.square, to: part)), tape.sum(tape.apply(.tanh, to: picked)))
    }
    #expect(found < 1e-2)
  }

  @Test("convolutions of both kinds, pooling and the group norm")
  func images() {
    var layout = ParameterLayout()
    let first = Convolution2D(
      name: "a", inputs: 2, outputs: 4, kernel: 3, padding: 1, hasBias: true, in: &layout)
    let window = Window(kernel: Window.Pair(2), stride: Window.Pair(2))
    let second = WindowConvolution2D(name: "b", inputs: 4, outputs: 4, window: window, groups: 2, in: &layout)
    let norm = GroupNorm(name: "n", channels: 4, groups: 2, epsilon: 0.1, in: &layout)
    let back = TransposedConvolution2D(name: "c", inputs: 4, outputs: 1, window: window, in: &layout)
    var generator = TestGenerator(state: 52)
    let images = generator.floats(2 * 4 * 4 * 2)
    let found = error(Parameters(layout: layout), step: 1e-3) { tape in
      let x = tape.constant(shape: VariableShape(batch: 2, rows: 4, columns: 4, channels: 2)) { images[$0] }
      let inner = tape.tanh(
        norm.forward(second.forward(tape.tanh(first.forward(x, on: tape)), on: tape), on: tape))
      return tape.mean(tape.apply(.square, to: back.forward(inner, on: tape)))
    }
    #expect(found < 1e-2)
  }

  @Test("convolutions by Winograd's filtering, with strides and without")
  func tiles() {
    var layout = ParameterLayout()
    let first = WindowConvolution2D(
      name: "a", inputs: 4, outputs: 16, window: Window(kernel: Window.Pair(8), stride: Window.Pair(4)),
      in: &layout)
    let second = Convolution2D(
      name: "b", inputs: 16, outputs: 16, kernel: 3, padding: 1, hasBias: true, in: &layout)
    var generator = TestGenerator(state: 55)
    let images = generator.floats(16 * 20 * 4, in: -0.2...0.2)
    let found = error(Parameters(layout: layout), step: 1e-3) { tape in
      let x = tape.constant(shape: VariableShape(batch: 1, rows: 16, columns: 20, channels: 4)) { images[$0] }
      let inner = tape.tanh(tape.scale(first.forward(x, on: tape), by: 0.3))
      return tape.sum(
        tape.apply(.square, to: tape.tanh(tape.scale(second.forward(inner, on: tape), by: 0.1))))
    }
    #expect(found < 1e-2)
  }

  @Test("a transformer block, an LSTM and the losses of a policy and a value")
  func sequences() {
    var layout = ParameterLayout()
    let block = TransformerEncoderBlock(name: "b", width: 4, heads: 2, hidden: 5, epsilon: 0.1, in: &layout)
    let recurrent = Recurrent(.lstm, name: "r", inputs: 4, hidden: 3, in: &layout)
    let head = Dense(name: "h", inputs: 3, outputs: 4, in: &layout)
    var generator = TestGenerator(state: 53)
    let steps = generator.floats(2 * 3 * 4)
    let policy: [Float] = [
      0.1, 0.2, 0.3, 0.4, 0.7, 0.1, 0.1, 0.1, 0, 0, 0, 1, 1, 0, 0, 0, 0.5, 0, 0.5, 0, 0, 0.5, 0.5, 0,
    ]
    let found = error(Parameters(layout: layout), step: 1e-3) { tape in
      let x = tape.constant(shape: VariableShape(batch: 2, rows: 3, channels: 4)) { steps[$0] }
      let y = head.forward(recurrent.forward(block.forward(x, on: tape), on: tape), on: tape)
      let fused = policy.withUnsafeBufferPointer { tape.softmaxCrossEntropy(y, targets: $0) }
      let values = policy.withUnsafeBufferPointer { tape.meanSquaredError(y, targets: $0) }
      let huber = policy.withUnsafeBufferPointer { tape.huber(y, targets: $0, delta: 3) }
      let entropy = tape.entropyLoss(y)
      return tape.add(
        tape.weightedSum(fused, times: 1, values, times: 0.5),
        tape.weightedSum(huber, times: 1, entropy, times: 0.3))
    }
    #expect(found < 1e-2)
  }
}
