import CKernels
import TensorCore
import Testing

/// Kernels that must agree with the scalar ones.
private let vectorKernels = Kernels.available.filter { $0.name != "scalar" }

@Suite("Kernels of every instruction set agree with their scalar twins")
struct KernelTests {
  private let scalar = Kernels.available[0].table

  @Test("the environment chooses kernels, and a wrong choice is an error that helps")
  func choice() throws {
    #expect(try Kernels.select(environment: "scalar").name == "scalar")
    #expect(try Kernels.select(environment: nil).name == Kernels.available.last?.name)
    #expect(throws: KernelError.unknown("sse9")) { try Kernels.select(environment: "sse9") }
    #expect(KernelError.unknown("sse9").description.contains("scalar, avx2, avx512 or amx"))
    #expect(Kernels.openBLASConfiguration.contains("OpenBLAS"))
  }

  @Test("matrix products of any size", arguments: vectorKernels.indices)
  func products(index: Int) {
    let kernels = vectorKernels[index].table
    var generator = TestGenerator(state: 21)
    for (m, n, k) in [
      (1, 1, 1), (3, 17, 5), (12, 32, 64), (23, 48, 31), (25, 7, 9), (11, 33, 100), (13, 20, 6), (2, 16, 2),
      (7, 40, 3),
    ] {
      let panels = (n + 15) / 16
      let a = generator.floats(m * k)
      var (b, bias) = (generator.floats(panels * 16 * k), generator.floats(panels * 16))
      for column in n..<(panels * 16) {
        bias[column] = 0
        for row in 0..<k { b[((column / 16) * k + row) * 16 + column % 16] = 0 }
      }
      let residual = generator.floats(m * n)
      let product = ProductCase(
        m: m, n: n, k: k, isTurned: false, a: a, b: b, bias: bias, residual: residual)
      func run(_ table: kernel_table, relu: Bool, full: Bool) -> [Float] {
        product.run(hasBias: full, hasResidual: full, relu: relu) { table.gemm($0) }
      }
      for (relu, full) in [(false, false), (true, true), (true, false), (false, true)] {
        let expected = run(scalar, relu: relu, full: full)
        #expect(largestDifference(run(kernels, relu: relu, full: full), expected) < 1e-5)
        #expect(expected.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test(
    "products of operands stored either way round, added to what is there", arguments: vectorKernels.indices)
  func strides(index: Int) {
    var generator = TestGenerator(state: 25)
    let (m, n, k) = (37, 32, 19)
    let (a, b, c) = (generator.floats(k * m), generator.floats(k * n), generator.floats(m * n))
    func run(_ table: kernel_table) -> [Float] {
      var result = c
      a.withUnsafeBufferPointer { a in
        b.withUnsafeBufferPointer { b in
          result.withUnsafeMutableBufferPointer { c in
            var arguments = kernel_gemm(
              a: a.baseAddress, b: b.baseAddress, bias: nil, residual: UnsafePointer(c.baseAddress),
              c: c.baseAddress, a_row: 1, a_inner: m, b_inner: n, b_panel: 16, residual_stride: n,
              c_stride: n, m: m, n: n, k: k, relu: false)
            table.gemm(&arguments)
          }
        }
      }
      return result
    }
    let expected = (0..<m * n).map { i in
      c[i] + (0..<k).reduce(Float(0)) { $0 + a[$1 * m + i / n] * b[$1 * n + i % n] }
    }
    #expect(largestDifference(run(scalar), expected) < 1e-5)
    #expect(largestDifference(run(vectorKernels[index].table), expected) < 1e-5)
  }

  @Test("transposition of any size, written or added", arguments: Kernels.available.indices)
  func transposition(index: Int) {
    var generator = TestGenerator(state: 26)
    for (rows, columns) in [(1, 1), (16, 16), (32, 48), (17, 33), (5, 64), (4, 45), (81, 19)] {
      let x = generator.floats(rows * columns)
      for adding in [false, true] {
        var y = [Float](repeating: 2, count: rows * columns)
        Kernels.available[index].table.transpose(x, rows, columns, columns, &y, rows, adding)
        let expected = (0..<rows * columns).map { x[$0 % rows * columns + $0 / rows] + (adding ? 2 : 0) }
        #expect(y == expected, "\(rows) x \(columns)")
      }
    }
  }

  @Test("optimiser steps to the last bit", arguments: vectorKernels.indices)
  func optimisers(index: Int) {
    let kernels = vectorKernels[index].table
    func run(_ table: kernel_table, _ rule: Int) -> [Float] {
      var generator = TestGenerator(state: 22)
      // Parameter, gradient, and three arrays of running values.
      var memory =
        generator.floats(2 * 77) + generator.floats(77, in: 0...0.1) + generator.floats(2 * 77, in: 0.1...1)
      memory.withUnsafeMutableBufferPointer { memory in
        guard let base = memory.baseAddress else { return }
        let usesAll = rule >= 16
        var step = kernel_step(
          parameter: base, gradient: UnsafePointer(base + 77),
          first: rule & 1 == 1 && !usesAll && rule / 4 != 1 ? nil : base + 2 * 77, second: base + 3 * 77,
          third: rule & 2 == 2 ? nil : base + 4 * 77, count: 77, gradient_scale: 0.7, learning_rate: 0.01,
          weight_decay: 0.1, epsilon: 1e-3, first_rate: 0.9, second_rate: 0.99, first_correction: 2,
          second_correction: 3, gradient_share: 0.4)
        switch rule {
        case 0..<4: table.sgd(&step, rule & 2 == 2)
        case 4..<8: table.adam(&step, rule & 1 == 1)
        case 8..<16: table.rmsprop(&step, rule >= 12)
        case 16: table.adagrad(&step)
        case 17: table.adadelta(&step)
        default: table.adamax(&step)
        }
      }
      return memory
    }
    for rule in 0...18 { #expect(run(kernels, rule) == run(scalar, rule), "rule \(rule)") }
  }

  @Test(
    "means that no gradient feeds end before they are subnormal, unless epsilon is zero",
    arguments: Kernels.available.indices, [Float(1e-8), 0])
  func unfedMeans(index: Int, epsilon: Float) {
    let table = Kernels.available[index].table
    let rules: [(name: String, run: (UnsafePointer<kernel_step>) -> Void)] = [
      ("adam", { table.adam($0, false) }), ("rmsprop", { table.rmsprop($0, false) }),
      ("adadelta", { table.adadelta($0) }), ("adamax", { table.adamax($0) }),
    ]
    for (name, run) in rules {
      // Parameters, gradients, and two arrays of running means.
      var memory = [Float](repeating: 1, count: 37) + [Float](repeating: 0, count: 37)
      memory += [Float](repeating: 1e-3, count: 2 * 37)
      memory.withUnsafeMutableBufferPointer { memory in
        guard let base = memory.baseAddress else { return }
        var step = kernel_step(
          parameter: base, gradient: UnsafePointer(base + 37), first: base + 2 * 37, second: base + 3 * 37,
          third: nil, count: 37, gradient_scale: 1, learning_rate: 0.01, weight_decay: 0, epsilon: epsilon,
          first_rate: 0.9, second_rate: 0.9, first_correction: 1, second_correction: 1, gradient_share: 0)
        // 0.9^700 is 9e-33.
        for _ in 0..<700 { run(&step) }
      }
      // Adamax keeps a maximum in the second array.
      for mean in memory[(2 * 37)..<((name == "adamax" ? 3 : 4) * 37)] {
        #expect(epsilon > 0 ? mean == 0 : mean > 0, "\(name) keeps \(mean)")
      }
      #expect(memory[..<37].allSatisfy { $0 == memory[0] }, "\(name) steps unlike in a vector and at its end")
    }
  }

  @Test("sums of columns, and rows that are filled, of any width", arguments: Kernels.available.indices)
  func columns(index: Int) {
    let kernels = Kernels.available[index].table
    var generator = TestGenerator(state: 22)
    for columns in [1, 15, 16, 33, 64, 80, 150] {
      let (x, start) = (generator.floats(131 * columns), generator.floats(columns))
      var (sums, rows) = (start, [Float](repeating: .nan, count: 3 * columns))
      kernels.add_column_sums(x, 131, columns, &sums)
      kernels.fill_rows(&rows, start, 3, columns)
      let expected = (0..<columns).map { column in
        (0..<131).reduce(start[column]) { $0 + x[$1 * columns + column] }
      }
      #expect(largestDifference(sums, expected) < 1e-4, "\(columns)")
      #expect(rows == start + start + start, "\(columns)")
    }
  }

  @Test("sums and element-wise kernels", arguments: vectorKernels.indices)
  func elementwise(index: Int) {
    let kernels = vectorKernels[index].table
    var generator = TestGenerator(state: 23)
    let (rows, columns) = (131, 70)
    let (x, dy) = (generator.floats(rows * columns), generator.floats(rows * columns))
    let (a, b, c) = (generator.floats(columns), generator.floats(columns), generator.floats(columns))
    func run(_ table: kernel_table) -> [[Float]] {
      var out = [[Float]](repeating: [Float](repeating: 0.5, count: rows * columns), count: 5)
      var (s, t) = ([Float](repeating: 0, count: columns), [Float](repeating: 0, count: columns))
      table.column_moments(x, rows, columns, &s, &t)
      table.add_column_sums(x, rows, columns, &s)
      var slopes = dy
      table.normalise_gradients(x, nil, &slopes, a, b, rows, columns, &s, &t)
      table.affine_columns(x, a, b, nil, false, rows, columns, &out[0])
      table.affine_pair(x, dy, a, b, c, rows, columns, true, &out[1])
      table.affine_columns(x, a, b, dy, true, rows, columns, &out[3])
      table.normalise_gradients(x, out[3], &slopes, a, b, rows, columns, &s, &t)
      table.affine_pair(x, dy, a, b, c, rows, columns, false, &out[4])
      table.add_scaled(x, 0.3, rows * columns, &out[2])
      return out + [slopes, s, t, [Float(table.sum_of_squares(x, rows * columns))]]
    }
    #expect(run(kernels) == run(scalar))
  }

  @Test(
    "pooling over all points, and adding to them, of floats and of halves", arguments: vectorKernels.indices)
  func pooling(index: Int) {
    let kernels = vectorKernels[index].table
    var generator = TestGenerator(state: 26)
    for channels in [1, 16, 21, 48] {
      let points = kernel_points(
        rows: 4, columns: 3, row_stride: 4 * 50, point_stride: 50, channels: channels)
      let (x, shift) = (generator.floats(16 * 50), generator.floats(channels))
      let halves = x.map { UInt16($0.bitPattern >> 16) }
      func run(_ table: kernel_table) -> (floats: [Float], halves: [UInt16]) {
        var (pooled, alike) = (
          [Float](repeating: 7, count: 3 * channels), [Float](repeating: 7, count: 3 * channels)
        )
        var shifted = [Float](repeating: 7, count: 12 * channels + 1)
        var rough = [UInt16](repeating: 7, count: 12 * channels + 1)
        table.pool_points(x, points, -0.5, &pooled, channels)
        table.pool_halves(halves, points, -0.5, &alike, channels)
        table.shift_points(x, points, shift, 3 * channels, channels, &shifted)
        table.shift_halves(halves, points, shift, 3 * channels, channels, &rough)
        return (pooled + alike + shifted, rough)
      }
      let (found, expected) = (run(kernels), run(scalar))
      #expect(found == expected, "\(channels) channels")
      let last = (0..<12).map { max(0, x[($0 / 3) * 200 + $0 % 3 * 50 + channels - 1]) }
      #expect(expected.floats[3 * channels - 1] == last.max())
      #expect(abs(expected.floats[channels - 1] - last.reduce(0, +) / 12) < 1e-6)
      #expect(expected.floats[2 * channels - 1] == -0.5 * expected.floats[channels - 1])
      #expect(expected.floats.last == 7 && expected.halves.last == 7, "written past the end")
    }
  }

  @Test("patches on boards of any size", arguments: vectorKernels.indices)
  func windows(index: Int) {
    let kernels = vectorKernels[index].table
    var generator = TestGenerator(state: 24)
    for (rows, columns) in [(1, 1), (3, 3), (6, 7), (9, 9), (5, 2)] {
      let window = kernel_window(
        boards: 2, rows: rows, columns: columns, channels: 32, kernel_rows: 3, kernel_columns: 3, padding: 1)
      let points = 2 * rows * columns
      let (image, bias) = (generator.floats(points * 32), generator.floats(32))
      func run(_ table: kernel_table) -> [Float] {
        var patches = [Float](repeating: .nan, count: points * 9 * 32)
        var filled = [Float](repeating: .nan, count: 3 * 32)
        table.im2col(image, window, &patches)
        table.fill_rows(&filled, bias, 3, 32)
        return patches + filled
      }
      let expected = run(scalar)
      #expect(expected.allSatisfy { $0.isFinite })
      #expect(run(kernels) == expected, "\(rows) x \(columns)")
    }
  }
}
