import CKernels
import Foundation
import TensorCore
import Testing

private let vectorKernels = Kernels.available.filter { $0.name != "scalar" }

@Suite("Kernels of functions, combinations, rows and patches agree with their scalar twins")
struct FunctionKernelTests {
  private let scalar = Kernels.available[0].table

  @Test("functions of elements and their derivatives to the last bit", arguments: vectorKernels.indices)
  func functions(index: Int) {
    let kernels = vectorKernels[index].table
    let x =
      stride(from: Float(-110), to: 110, by: 0.173).map { $0 } + [
        0, -0.0, .leastNonzeroMagnitude, .infinity, -.infinity, .nan,
      ]
    let dy = x.map { 1 - 0.01 * $0 }
    func run(_ table: kernel_table, _ function: UInt32) -> [UInt32] {
      var y = [Float](repeating: .nan, count: x.count)
      var (first, second) = ([Float](repeating: 0.5, count: x.count), [Float](repeating: 0.5, count: x.count))
      let function = kernel_function(rawValue: function)
      table.apply(function, 0.7, 1.5, x, x.count, &y)
      table.apply_gradient(function, 1, 0.7, 1.5, x, y, dy, x.count, false, &first)
      table.apply_gradient(function, 2, 0.7, 1.5, x, y, dy, x.count, true, &second)
      // The bits of invalid results do not matter.
      return (y + first + second).map { $0.isNaN ? 0x7FC0_0000 : $0.bitPattern }
    }
    for function in 0...kernel_function_huber.rawValue {
      #expect(run(kernels, function) == run(scalar, function), "function \(function)")
    }
  }

  @Test("the tails of softplus and ELU keep their precision", arguments: Kernels.available.indices)
  func tails(index: Int) {
    let x: [Float] = [-40, -18, -12, -3, -0.5, -1e-4, -1e-8, 0, 1e-8, 0.5, 3, 12, 30]
    func relative(_ function: kernel_function, _ expected: (Double) -> Double) -> Double {
      var y = [Float](repeating: .nan, count: x.count)
      Kernels.available[index].table.apply(function, 1, 0, x, x.count, &y)
      return zip(x, y).map { abs(Double($1) - expected(Double($0))) / max(abs(expected(Double($0))), 1e-30) }
        .max()!
    }
    #expect(relative(kernel_function_softplus) { max($0, 0) + log1p(exp(-abs($0))) } < 1e-6)
    #expect(relative(kernel_function_log_sigmoid) { min($0, 0) - log1p(exp(-abs($0))) } < 1e-6)
    #expect(relative(kernel_function_elu) { $0 > 0 ? $0 : expm1($0) } < 1e-6)
  }

  @Test("invalid numbers stay so", arguments: Kernels.available.indices)
  func invalid(index: Int) {
    let kernels = Kernels.available[index].table
    let x = [Float](repeating: .nan, count: 21) + [Float](repeating: -1, count: 21)
    var y = [Float](repeating: 0, count: 42)
    kernels.apply(kernel_function_relu, 0, 0, x, 42, &y)
    #expect(y[..<21].allSatisfy(\.isNaN) && y[21...].allSatisfy { $0 == 0 })
    kernels.softmax_rows(x, 2, 21, &y)
    #expect(y[..<21].allSatisfy(\.isNaN) && y[21...].allSatisfy { abs($0 - 1 / 21) < 1e-6 })
    let (one, none) = ([Float](repeating: 1, count: 21), [Float](repeating: 0, count: 21))
    kernels.affine_columns(x, one, none, nil, true, 2, 21, &y)
    #expect(y[..<21].allSatisfy(\.isNaN) && y[21...].allSatisfy { $0 == 0 })
  }

  @Test("a row that is constant, far from zero, is normalised to zeros", arguments: Kernels.available.indices)
  func constantRows(index: Int) {
    for (value, columns) in [(Float(100_000.1), 64), (10_000.1, 96), (1000.1, 100), (-77_777.7, 37)] {
      let x = [Float](repeating: value, count: columns)
      var (y, deviation) = ([Float](repeating: .nan, count: columns), [Float](repeating: .nan, count: 1))
      Kernels.available[index].table.normalise_rows(x, 1, columns, true, 1e-5, &y, &deviation)
      #expect(y.allSatisfy { abs($0) < 0.01 }, "\(value), \(columns): \(y[0])")
    }
  }

  @Test("combinations with repeated operands, and sums, to the last bit", arguments: vectorKernels.indices)
  func combinations(index: Int) {
    let kernels = vectorKernels[index].table
    var generator = TestGenerator(state: 25)
    let (x, z, dy) = (generator.floats(601), generator.floats(601), generator.floats(601))
    func run(_ table: kernel_table, _ kind: UInt32, _ strides: (Int, Int)) -> [Float] {
      var y = [Float](repeating: .nan, count: 601)
      var (dx, dz) = ([Float](repeating: 0.5, count: 601), [Float](repeating: 0.5, count: 601))
      let kind = kernel_combination(rawValue: kind)
      table.combine(kind, x, strides.0, z, strides.1, 601, &y)
      table.combine_gradient(kind, x, strides.0, z, strides.1, dy, 601, &dx, &dz)
      table.accumulate(x, strides.0, 0.3, 601, &dz, strides.1)
      return y + dx + dz
    }
    for kind in 0...kernel_combination_smaller.rawValue {
      for strides in [(1, 1), (1, 0), (0, 1), (0, 0)] {
        #expect(run(kernels, kind, strides) == run(scalar, kind, strides), "combination \(kind), \(strides)")
      }
    }
  }

  @Test("softmax, normalisation and patches to the last bit", arguments: vectorKernels.indices)
  func rows(index: Int) {
    let kernels = vectorKernels[index].table
    var generator = TestGenerator(state: 26)
    var x = generator.floats(7 * 37, in: -9...9)
    x[3] = -.infinity
    for i in 37..<74 { x[i] = -.infinity }
    let (z, dy) = (generator.floats(7 * 37), generator.floats(7 * 37))
    var window = kernel_patches(
      boards: 1, rows: 7, columns: 37, channels: 1, out_rows: 4, out_columns: 18, kernel_rows: 3,
      kernel_columns: 2, stride_rows: 2, stride_columns: 2, padding_rows: 1, padding_columns: 1,
      dilation_rows: 1, dilation_columns: 3)
    func run(_ table: kernel_table) -> [Float] {
      var out = [[Float]](repeating: [Float](repeating: 0.25, count: 7 * 37), count: 5)
      var deviation = [Float](repeating: .nan, count: 7)
      var patches = [Float](repeating: .nan, count: 4 * 18 * 6)
      table.softmax_rows(x, 7, 37, &out[0])
      table.softmax_rows_gradient(out[0], dy, 7, 37, &out[1])
      for centred in [false, true] {
        table.normalise_rows(z, 7, 37, centred, 1e-3, &out[2], &deviation)
        table.normalise_rows_gradient(out[2], deviation, dy, 7, 37, centred, &out[3])
      }
      table.gather_patches(z, &window, -1, &patches)
      table.scatter_patches(patches, &window, &out[4])
      return out.flatMap { $0 } + deviation + patches
    }
    let expected = run(scalar)
    #expect(run(kernels) == expected)
    #expect(expected.allSatisfy { $0.isFinite })
    #expect(expected[37..<74].allSatisfy { $0 == 0 }, "a row of minus infinities becomes zeros")
    #expect(abs(expected[0..<37].reduce(0, +) - 1) < 1e-5)
  }
}
