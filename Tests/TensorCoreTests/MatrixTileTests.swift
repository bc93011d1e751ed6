import CKernels
import TensorCore
import Testing

/// Matrix tiles as this processor has them, if it has them, and emulated.
private let tileKernels = [Kernels.emulatedTiles] + Kernels.available.filter(\.hasTiles)

@Suite("Convolutions on matrix tiles")
struct MatrixTileTests {
  /// A float with the mantissa of bf16, rounded to the nearest.
  private func rounded(_ value: Float) -> Float {
    let bits = value.bitPattern
    return Float(bitPattern: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) & 0xFFFF_0000)
  }

  @Test(
    "agree with f32 on rounded weights, on every board from 3 x 3 to 19 x 19",
    arguments: tileKernels.indices, [(3, 3), (5, 5), (6, 7), (9, 9), (13, 4), (19, 19)])
  func agreement(index: Int, side: (Int, Int)) throws {
    for blocks in [[], [2]] {
      try checkAgreement(
        NetworkDescription(
          planes: 17, rows: side.0, columns: side.1,
          torso: .residual(blocks: 2, channels: 48, pooling: .init(blocks: blocks)),
          heads: .policyValue(actions: 12, valueRange: .tanh)), index: index)
    }
  }

  private func checkAgreement(_ description: NetworkDescription, index: Int) throws {
    let network = try Network(description, seed: 31)
    var generator = TestGenerator(state: 31)
    for batch in [1, 2, 7] {
      let planes = (0..<batch * description.inputCount).map { _ in
        Float(Int.random(in: 0...1, using: &generator))
      }
      let (logits, values) = network.compiled(maximumBatch: batch).outputs(planes, batch: batch)
      let tiles = network.compiled(maximumBatch: batch, precision: .bf16, kernels: tileKernels[index])
      let (roughLogits, roughValues) = tiles.outputs(planes, batch: batch)
      let scale = logits.map(\.magnitude).max() ?? 1
      for (a, b) in zip(roughLogits, logits) { #expect(abs(a - b) < 0.03 * max(1, scale)) }
      for (a, b) in zip(roughValues, values) { #expect(abs(a - b) < 0.03) }
      #expect(roughLogits != logits, "nothing was rounded")
    }
  }

  @Test(
    "pooling blocks stay on matrix tiles: what follows them is rounded too", arguments: tileKernels.indices)
  func pooling(index: Int) throws {
    let network = try Network(poolingNetworks[1], seed: 36)
    var generator = TestGenerator(state: 36)
    let planes = generator.floats(3 * network.description.inputCount)
    let exact = network.compiled(maximumBatch: 3).outputs(planes, batch: 3)
    let engine = network.compiled(maximumBatch: 3, precision: .bf16, kernels: tileKernels[index])
    let rough = engine.outputs(planes, batch: 3)
    #expect(Set(exact.1).count == 3, "all positions look alike")
    #expect(rough.0 != exact.0 && largestDifference(rough.0, exact.0) < 0.1)
    #expect(largestDifference(rough.1, exact.1) < 0.05)
    var (first, second) = ([Float](repeating: 0, count: 78), [Float](repeating: 0, count: 3))
    #expect(allocations { engine.evaluate(planes, batch: 3, first: &first, second: &second) } == 0)
    #expect(first == rough.0)
  }

  @Test("one layer gives the sums of rounded numbers", arguments: tileKernels.indices)
  func oneLayer(index: Int) throws {
    let (kernels, rows, columns, boards) = (tileKernels[index].table, 4, 5, 2)
    let (inputs, outputs, width) = (32, 16, 6)
    let runs = (rows * width + 15) / 16
    let pixels = 2 * (width + 1) + 16 * runs
    var generator = TestGenerator(state: 32)
    let image = generator.floats(boards * inputs * rows * columns).map(rounded)
    let weights = generator.floats(outputs * 9 * inputs).map(rounded)
    let bias = generator.floats(outputs)
    var packed = [UInt16](repeating: 0, count: weights.count)
    for n in 0..<outputs {
      for tap in 0..<9 {
        for c in 0..<inputs {
          packed[tap * inputs * 16 + (c / 2) * 32 + n * 2 + c % 2] = UInt16(
            weights[(n * 9 + tap) * inputs + c].bitPattern >> 16)
        }
      }
    }
    var flat = [UInt16](repeating: 0, count: boards * pixels * inputs)
    var result = [Float](repeating: .nan, count: boards * rows * columns * 10)
    let taps = (-1...1).flatMap { row in (-1...1).map { row * width + $0 } }
    flat.withUnsafeMutableBufferPointer { flat in
      guard let base = flat.baseAddress else { return }
      let first = base + (width + 1) * inputs
      kernels.flat_input(image, boards, inputs, rows, columns, pixels, inputs, first)
      result.withUnsafeMutableBufferPointer { result in
        packed.withUnsafeBufferPointer { packed in
          bias.withUnsafeBufferPointer { bias in
            taps.withUnsafeBufferPointer { taps in
              var arguments = kernel_flat_convolution(
                input: first, weights: packed.baseAddress, bias: bias.baseAddress, residual: nil, output: nil,
                stream: nil, floats: result.baseAddress, taps: taps.baseAddress, tap_count: 9, inputs: inputs,
                outputs: outputs, float_channels: 10, boards: boards, board_pixels: pixels, rows: rows,
                columns: columns, relu: true)
              kernels.tiles_begin()
              kernels.flat_convolution(&arguments)
              kernels.tiles_end()
            }
          }
        }
      }
    }
    for (i, value) in result.enumerated() {
      let (point, n) = (i / 10, i % 10)
      let (board, row, column) = (point / (rows * columns), point / columns % rows, point % columns)
      var sum = Double(bias[n])
      for tap in 0..<9 {
        let (y, x) = (row + tap / 3 - 1, column + tap % 3 - 1)
        guard 0..<rows ~= y, 0..<columns ~= x else { continue }
        for c in 0..<inputs {
          sum +=
            Double(image[((board * inputs + c) * rows + y) * columns + x])
            * Double(weights[(n * 9 + tap) * inputs + c])
        }
      }
      #expect(abs(Double(value) - max(sum, 0)) < 1e-4)
    }
  }

  @Test("evaluating does not allocate, and a row depends on its own position only")
  func independence() throws {
    let network = try seasoned(smallNetworks[2], seed: 33)
    let engine = network.compiled(maximumBatch: 9, precision: .bf16, kernels: .emulatedTiles)
    var generator = TestGenerator(state: 33)
    let size = network.description.inputCount
    let planes = generator.floats(9 * size)
    let (logits, values) = engine.outputs(planes, batch: 9)
    let (alone, value) = engine.outputs(Array(planes[(4 * size)..<(5 * size)]), batch: 1)
    #expect(alone == Array(logits[28..<35]) && value == [values[4]])
    var (first, second) = ([Float](repeating: 0, count: 63), [Float](repeating: 0, count: 9))
    #expect(allocations { engine.evaluate(planes, batch: 9, first: &first, second: &second) } == 0)
    #expect(first == logits)
  }

  @Test("without tiles bf16 rounds nothing")
  func withoutTiles() throws {
    let network = try seasoned(smallNetworks[2], seed: 34)
    var generator = TestGenerator(state: 34)
    let planes = generator.floats(network.description.inputCount)
    let scalar = Kernels.available[0]
    let plain = network.compiled(maximumBatch: 1, precision: .f32, kernels: scalar)
    let rough = network.compiled(maximumBatch: 1, precision: .bf16, kernels: scalar)
    #expect(plain.outputs(planes, batch: 1) == rough.outputs(planes, batch: 1))
  }
}
