import CKernels
import TensorCore
import Testing

/// Kernels that must agree with the scalar ones.
private let vectorKernels = Kernels.available.filter { $0.name != "scalar" }

/// A convolution layer: its image, channels and square window.
struct ConvolutionCase: Sendable, CustomStringConvertible {
  let rows: Int
  let columns: Int
  let inputs: Int
  let outputs: Int
  let kernel: Int
  let stride: Int
  let padding: Int

  var description: String {
    "\(inputs) -> \(outputs) on \(rows)x\(columns), kernel \(kernel), stride \(stride), padding \(padding)"
  }

  var window: Window {
    Window(kernel: Window.Pair(kernel), stride: Window.Pair(stride), padding: Window.Pair(padding))
  }

  /// The sums that make the values, and those that make the gradients by image and weight, in double precision.
  func direct(
    batch: Int, _ image: [Float], _ weight: [Float], _ bias: [Float], cotangent: [Float]
  ) -> (values: [Double], image: [Double], weight: [Double]) {
    let (outRows, outColumns) = (
      (rows + 2 * padding - kernel) / stride + 1, (columns + 2 * padding - kernel) / stride + 1
    )
    var values = [Double](repeating: 0, count: batch * outRows * outColumns * outputs)
    var slopes = [Double](repeating: 0, count: image.count)
    var weightSlopes = [Double](repeating: 0, count: weight.count)
    for result in values.indices {
      let (place, output) = (result / outputs, result % outputs)
      let (row, column) = (place / outColumns % outRows * stride, place % outColumns * stride)
      values[result] = Double(bias[output])
      for tap in 0..<(kernel * kernel) {
        let (y, x) = (row + tap / kernel - padding, column + tap % kernel - padding)
        if y < 0 || y >= rows || x < 0 || x >= columns { continue }
        for input in 0..<inputs {
          let from = ((place / (outRows * outColumns) * rows + y) * columns + x) * inputs + input
          let by = (output * inputs + input) * kernel * kernel + tap
          values[result] += Double(image[from]) * Double(weight[by])
          slopes[from] += Double(cotangent[result]) * Double(weight[by])
          weightSlopes[by] += Double(cotangent[result]) * Double(image[from])
        }
      }
    }
    return (values, slopes, weightSlopes)
  }
}

@Suite("Convolutions by Winograd's filtering")
struct WinogradTests {
  /// Points and kernel of a tile.
  static let sizes = [(4, 2), (5, 2), (5, 3), (6, 3)]

  /// Of images of any size, whole tiles or not.
  private func windows(_ points: Int, _ kernel: Int) -> [kernel_winograd] {
    let side = points + 1 - kernel
    return [(1, 1, 1, 1), (3, 5, 1, 0), (6, 7, 1, 1), (4, 9, 2, 0)].map { rows, columns, stride, padding in
      let (blocks, tiles) = ((rows, columns), ((rows + side - 1) / side) * ((columns + side - 1) / side))
      return kernel_winograd(
        boards: 2, rows: (blocks.0 + kernel - 1 - 2 * padding) * stride + (padding == 0 ? stride - 1 : 0),
        columns: (blocks.1 + kernel - 1 - 2 * padding) * stride, channels: 32 / stride, stride: stride,
        out_rows: rows, out_columns: columns, outputs: 48, kernel: kernel, points: points, padding: padding,
        input_plane: 2 * tiles * 32 * stride + 16, output_plane: 2 * tiles * 48 + 16)
    }.filter { $0.rows > 0 && $0.columns > 0 }
  }

  @Test("the transforms of every instruction set agree with their scalar twins", arguments: sizes)
  func transforms(points: Int, kernel: Int) {
    var generator = TestGenerator(state: 24)
    for var window in windows(points, kernel) {
      let (inputs, outputs) = (window.stride * window.stride * window.channels, window.outputs)
      let image = generator.floats(2 * window.rows * window.columns * window.channels)
      let residual = generator.floats(2 * window.out_rows * window.out_columns * outputs)
      let bias = generator.floats(outputs)
      let tiles = generator.floats(points * points * window.input_plane)
      let products = generator.floats(points * points * window.output_plane)
      let weights = generator.floats(kernel * kernel * inputs * outputs)
      let transformed = generator.floats(points * points * inputs * outputs)
      func run(_ table: kernel_table) -> [[Float]] {
        var (inputTiles, slopes, gradient) = (tiles, products, image)
        var (result, kernels, kernelGradient) = (residual, transformed, weights)
        table.winograd_input(image, &window, &inputTiles)
        table.winograd_output(products, &window, bias, residual, true, &result)
        table.winograd_kernel(weights, &window, &kernels)
        table.winograd_input_adjoint(tiles, &window, &gradient)
        table.winograd_output_adjoint(residual, &window, &slopes)
        table.winograd_kernel_adjoint(transformed, &window, &kernelGradient)
        return [inputTiles, result, kernels, gradient, slopes, kernelGradient]
      }
      let expected = run(Kernels.available[0].table)
      // Nothing was left as it was.
      #expect(expected[0].prefix(1) != tiles.prefix(1) && expected[3] != image)
      for kernels in vectorKernels { #expect(run(kernels.table) == expected, "\(kernels.name), \(window)") }
    }
  }

  @Test("the kernel transform and its adjoint are transposes of each other", arguments: sizes)
  func kernelAdjoint(points: Int, kernel: Int) {
    var generator = TestGenerator(state: 27)
    var window = kernel_winograd()
    (window.stride, window.channels, window.outputs) = (2, 3, 32)
    (window.kernel, window.points) = (kernel, points)
    let weights = generator.floats(kernel * kernel * 12 * 32)
    let slopes = generator.floats(points * points * 12 * 32)
    var (transformed, gradient) = (slopes, weights)
    for kernels in Kernels.available {
      kernels.table.winograd_kernel(weights, &window, &transformed)
      kernels.table.winograd_kernel_adjoint(slopes, &window, &gradient)
      // The one makes panels of 16 outputs, the other takes rows of all.
      let rows = slopes.indices.map { i in
        let (plane, input, output) = (i / (12 * 32), i / 32 % 12, i % 32)
        return transformed[plane * 12 * 32 + output / 16 * 12 * 16 + input * 16 + output % 16]
      }
      let left = zip(rows, slopes).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      let right = zip(weights, gradient).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      #expect(abs(left - right) < 1e-4 * max(1, abs(left)))
    }
  }

  static let cases = [
    // The convolutions of Mnih et al. 2015.
    ConvolutionCase(rows: 84, columns: 84, inputs: 4, outputs: 32, kernel: 8, stride: 4, padding: 0),
    ConvolutionCase(rows: 20, columns: 20, inputs: 32, outputs: 64, kernel: 4, stride: 2, padding: 0),
    ConvolutionCase(rows: 9, columns: 9, inputs: 64, outputs: 64, kernel: 3, stride: 1, padding: 0),
    // Boards.
    ConvolutionCase(rows: 19, columns: 19, inputs: 16, outputs: 32, kernel: 3, stride: 1, padding: 1),
    ConvolutionCase(rows: 6, columns: 7, inputs: 32, outputs: 48, kernel: 3, stride: 1, padding: 1),
    ConvolutionCase(rows: 7, columns: 7, inputs: 16, outputs: 16, kernel: 3, stride: 1, padding: 1),
    // Rows and columns that no window reaches, or only from outside.
    ConvolutionCase(rows: 23, columns: 10, inputs: 16, outputs: 16, kernel: 6, stride: 2, padding: 0),
    ConvolutionCase(rows: 12, columns: 14, inputs: 8, outputs: 16, kernel: 4, stride: 2, padding: 2),
    ConvolutionCase(rows: 11, columns: 13, inputs: 8, outputs: 16, kernel: 4, stride: 2, padding: 2),
    ConvolutionCase(rows: 7, columns: 10, inputs: 16, outputs: 16, kernel: 2, stride: 1, padding: 1),
  ]

  @Test("values and gradients agree with the direct method in double precision", arguments: cases)
  func gradients(of shape: ConvolutionCase) {
    var layout = ParameterLayout()
    let layer = WindowConvolution2D(
      name: "layer", inputs: shape.inputs, outputs: shape.outputs, window: shape.window, in: &layout)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 61)
    for i in parameters.trained.indices {
      parameters.trained[i] = Float.random(in: -1...1, using: &generator)
    }
    let batch = 2
    let image = generator.floats(batch * shape.rows * shape.columns * shape.inputs, in: 0...1)
    let tape = Tape(parameters: parameters)
    tape.reset()
    let places = VariableShape(
      batch: batch, rows: shape.rows, columns: shape.columns, channels: shape.inputs)
    let input = image.withUnsafeBufferPointer { tape.constant($0, shape: places, wantsGradient: true) }
    let result = layer.forward(input, on: tape)
    let cotangent = generator.floats(tape.shape(of: result).count)
    tape.backward(from: result, cotangent: cotangent)
    let weight = Array(parameters[layer.weight])
    let bias = Array(parameters.trained.suffix(shape.outputs))
    let expected = shape.direct(batch: batch, image, weight, bias, cotangent: cotangent)
    #expect(error(Array(tape.values(of: result)), expected.values) < 1e-5)
    #expect(error(Array(tape.gradient.prefix(weight.count)), expected.weight) < 1e-5)
    #expect(error(tape.gradient(of: input).map { Array($0) } ?? [], expected.image) < 1e-5)
  }

  /// The largest difference, relative to the largest number.
  private func error(_ values: [Float], _ expected: [Double]) -> Double {
    guard values.count == expected.count else { return .infinity }
    let differences = zip(values, expected).map { abs(Double($0) - $1) }
    return (differences.max() ?? 0) / (expected.map { abs($0) }.max() ?? 1)
  }

  @Test("the network of Mnih et al. 2015 gives the same compiled, and does not allocate once warm")
  func nature() throws {
    let description = NetworkDescription(
      planes: 4, rows: 84, columns: 84, torso: .nature(channels: 32, hidden: 32),
      heads: .actionValues(actions: 6))
    let network = try Network(description, seed: 3)
    var generator = TestGenerator(state: 62)
    let planes = generator.floats(3 * 4 * 84 * 84, in: 0...1)
    let engine = network.compiled(maximumBatch: 3)
    let tape = Tape(parameters: network.parameters)
    var values = [Float](repeating: .nan, count: 18)
    var recorded = values
    func update() {
      planes.withUnsafeBufferPointer { planes in
        values.withUnsafeMutableBufferPointer { engine.run(batch: 3, planes: planes, actionValues: $0) }
        tape.reset()
        guard case .actionValues(let q) = network.forward(planes: planes, batch: 3, on: tape) else { return }
        tape.backward(from: tape.sum(q))
        for (i, value) in tape.values(of: q).enumerated() { recorded[i] = value }
      }
    }
    for _ in 0..<3 { update() }
    #expect(allocations(of: update) == 0)
    #expect(largestDifference(recorded, values) < 1e-5)
  }
}
