import CKernels
import TensorCore
import Testing

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
    for batch in [1, 2, 7, 17] {
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
    "the processor's tiles round as the emulated ones do, so that only what is f32 for either differs",
    .enabled(if: tileKernels.count > 1))
  func emulation() throws {
    let network = try Network(
      NetworkDescription(
        planes: 7, rows: 9, columns: 9, torso: .residual(blocks: 4, channels: 64, pooling: nil),
        heads: .policyValue(actions: 82, valueRange: .tanh)), seed: 37)
    var generator = TestGenerator(state: 37)
    let planes = generator.floats(3 * network.description.inputCount)
    let results = tileKernels.map {
      network.compiled(maximumBatch: 3, precision: .bf16, kernels: $0).outputs(planes, batch: 3)
    }
    for result in results.dropFirst() {
      #expect(largestDifference(result.0, results[0].0) < 1e-5)
      #expect(largestDifference(result.1, results[0].1) < 1e-5)
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

  @Test(
    "one layer gives the sums of rounded numbers, of one pair of runs and of two",
    arguments: tileKernels.indices,
    [1, 2])
  func oneLayer(index: Int, boards: Int) throws {
    let (kernels, rows, columns) = (tileKernels[index].table, 4, 5)
    let (inputs, outputs, width) = (64, 32, 6)
    let boardRows = 2 * (width + 1) + 32
    var generator = TestGenerator(state: 32)
    let image = generator.floats(boards * inputs * rows * columns).map(rounded)
    let weights = generator.floats(outputs * 9 * inputs).map(rounded)
    let bias = generator.floats(outputs)
    var packed = [UInt16](repeating: 0, count: weights.count)
    for n in 0..<outputs {
      for tap in 0..<9 {
        for c in 0..<inputs {
          let tile = (c / 32 * 9 + tap) * 2 + n / 16
          packed[tile * 512 + (c % 32 / 2) * 32 + n % 16 * 2 + c % 2] = UInt16(
            weights[(n * 9 + tap) * inputs + c].bitPattern >> 16)
        }
      }
    }
    let rowOfPoint = (0..<boards).flatMap { board in
      (0..<rows * columns).map { Int32(board * boardRows + width + 1 + $0 / columns * width + $0 % columns) }
    }
    let outside = (0..<Int32(boards * boardRows)).filter { !rowOfPoint.contains($0) }
    let points = (0..<Int32(boards * boardRows)).map {
      Int32(rowOfPoint.firstIndex(of: $0) ?? rowOfPoint.count)
    }
    let taps = (0..<9).map { tap in
      let offset = Int32((tap / 3 - 1) * width + tap % 3 - 1)
      return kernel_flat_tap(weight: Int32(tap), offsets: (offset, offset), continues: false)
    }
    let pairs = (0..<boards).map { board in
      let first = Int32(board * boardRows + width + 1)
      return kernel_flat_pair(rows: (first, first + 16), first_tap: 0, tap_count: 9)
    }
    let memory = TestMemory()
    // What was there before is not to matter.
    let flat = memory.holding([UInt16](repeating: 0x3F80, count: boards * boardRows * inputs))
    let floats = memory.holding([Float](repeating: .nan, count: (boards * rows * columns + 1) * 10))
    let (outsideRows, planeRows) = (memory.holding(outside), boards * boardRows)
    let channelsLast = (0..<boards * rows * columns * inputs).map { i in
      let (point, channel) = (i / inputs, i % inputs)
      return image[(point / (rows * columns) * inputs + channel) * rows * columns + point % (rows * columns)]
    }
    let pointRows = memory.holding(rowOfPoint)
    var input = kernel_flat_input(
      floats: memory.holding(channelsLast), flat: flat, rows: pointRows,
      outside: outsideRows,
      points: boards * rows * columns, channels: inputs, outside_count: outside.count, plane_rows: planeRows)
    kernels.flat_input(&input)
    var arguments = kernel_flat_convolution(
      input: flat, weights: memory.holding(packed), bias: memory.holding(bias), residual: nil, output: nil,
      stream: nil, floats: floats,
      pairs: memory.holding(pairs), taps: memory.holding(taps), points: memory.holding(points),
      rows: pointRows, outside: outsideRows, pair_count: pairs.count, point_count: rowOfPoint.count,
      block: pairs.count, outside_count: outside.count, plane_rows: planeRows, inputs: inputs,
      outputs: outputs, weight_sets: 1, float_channels: 10, relu: true)
    kernels.tiles_begin()
    kernels.flat_convolution(&arguments)
    kernels.tiles_end()
    let result = UnsafeBufferPointer(start: floats, count: boards * rows * columns * 10)
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

  @Test(
    "evaluating and loading do not allocate, and a row depends on its own position only, however many lie beside it",
    arguments: tileKernels.indices, [(1, 1), (1, 2), (1, 5), (2, 2), (3, 3), (6, 7)])
  func independence(index: Int, side: (Int, Int)) throws {
    for (channels, blocks) in [(32, []), (64, [2]), (48, [1])] {
      let description = NetworkDescription(
        planes: 5, rows: side.0, columns: side.1,
        torso: .residual(blocks: 2, channels: channels, pooling: .init(blocks: blocks)),
        heads: .policyValue(actions: 7, valueRange: .tanh))
      let network = try Network(description, seed: 33)
      let engine = network.compiled(maximumBatch: 37, precision: .bf16, kernels: tileKernels[index])
      var generator = TestGenerator(state: 33)
      let size = description.inputCount
      let planes = generator.floats(37 * size)
      let (logits, values) = engine.outputs(planes, batch: 37)
      let firstLogits = stride(from: 0, to: logits.count, by: 7).map { logits[$0] }
      // Boards of one or two points have few positions.
      #expect(Set(firstLogits).count >= (side.0 * side.1 > 2 ? 37 : 20), "some positions look alike")
      for (first, count) in [(4, 1), (5, 2), (20, 1), (36, 1), (3, 9), (10, 15), (1, 16), (0, 20)] {
        let (some, value) = engine.outputs(
          Array(planes[(first * size)..<((first + count) * size)]), batch: count)
        #expect(
          some == Array(logits[(first * 7)..<((first + count) * 7)]), "\(count) positions from \(first) on")
        #expect(value == Array(values[first..<(first + count)]))
      }
      var (first, second) = ([Float](repeating: 0, count: 37 * 7), [Float](repeating: 0, count: 37))
      let count = allocations {
        engine.load(from: network)
        engine.evaluate(planes, batch: 37, first: &first, second: &second)
      }
      #expect(count == 0)
      #expect(first == logits)
      let other = try Network(description, seed: 34)
      engine.load(from: other)
      let fresh = other.compiled(maximumBatch: 37, precision: .bf16, kernels: tileKernels[index])
      #expect(engine.outputs(planes, batch: 37) == fresh.outputs(planes, batch: 37))
    }
  }

  @Test("every point is computed from its neighbours and from nothing else, on every board")
  func arrangements() {
    for (rows, columns) in (1...9).flatMap({ rows in (1...9).map { (rows, $0) } }) + [
      (19, 19), (1, 19), (13, 6),
    ] {
      let points = rows * columns
      for group in [FlatGroup.alone(rows: rows, columns: columns), .abreast(rows: rows, columns: columns)] {
        let pointOfRow = Dictionary(uniqueKeysWithValues: group.rowOfPoint.enumerated().map { ($1, $0) })
        var computed = Set<Int>()
        for (run, first) in group.runs.enumerated() {
          let taps = group.taps[group.tapRange(ofRun: run)]
          for row in first..<first + 16 {
            guard let point = pointOfRow[row] else { continue }
            computed.insert(point)
            let sources = taps.compactMap { tap -> [Int]? in
              let source = row + Int(run % 2 == 0 ? tap.offsets.0 : tap.offsets.1)
              #expect(0..<group.rows ~= source)
              return pointOfRow[source].map { [Int(tap.weight), $0] }
            }
            let expected = (0..<9).compactMap { tap -> [Int]? in
              let (y, x) = (point % points / columns + tap / 3 - 1, point % columns + tap % 3 - 1)
              guard 0..<rows ~= y, 0..<columns ~= x else { return nil }
              return [tap, point / points * points + y * columns + x]
            }
            #expect(sources == expected, "\(rows) x \(columns), point \(point)")
          }
        }
        #expect(computed.count == group.boards * points)
        for (pair, range) in group.tapRanges.enumerated() {
          let (first, second) = (group.runs[2 * pair], group.runs[min(2 * pair + 1, group.runs.count - 1)])
          for i in range {
            let isThere =
              group.boards > 1 && i > range.lowerBound
              && first + Int(group.taps[i].offsets.0) == second + Int(group.taps[i - 1].offsets.1)
            #expect(group.taps[i].continues == isThere, "\(rows) x \(columns), pair \(pair)")
          }
        }
      }
    }
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

/// Arrays for kernels, as long as this lives.
private final class TestMemory {
  private var owned: [UnsafeMutableRawPointer] = []

  func holding<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutablePointer<Element> {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: values.count)
    memory.initialize(from: values, count: values.count)
    owned.append(UnsafeMutableRawPointer(memory))
    return memory
  }

  deinit { for memory in owned { memory.deallocate() } }
}
