import CKernels
import TensorCore
import Testing

@Suite("Convolutions that skip zeros")
struct SparseConvolutionTests {
  /// Planes [batch, planes, points] in which one element of eight is not zero.
  private func planes(_ count: Int, using generator: inout TestGenerator) -> [Float] {
    (0..<count).map { _ in
      Int.random(in: 0..<8, using: &generator) == 0 ? Float.random(in: -1...1, using: &generator) : 0
    }
  }

  @Test(
    "give the same values and gradients as convolutions that do not",
    arguments: [(3, 1, 48), (3, 0, 16), (5, 2, 16), (1, 0, 32)])
  func gradients(kernel: Int, padding: Int, outputs: Int) {
    var layout = ParameterLayout()
    let weight = layout.addParameter("weight", shape: [outputs, 5, kernel, kernel], decays: true)
    let bias = layout.addParameter("bias", shape: [outputs], decays: false)
    let parameters = Parameters(layout: layout)
    var generator = TestGenerator(state: 41)
    for i in parameters.trained.indices {
      parameters.trained[i] = Float.random(in: -1...1, using: &generator)
    }
    let images = planes(3 * 5 * 6 * 7, using: &generator)
    let side = (6 + 2 * padding - kernel + 1, 7 + 2 * padding - kernel + 1)
    let cotangent = generator.floats(3 * side.0 * side.1 * outputs)
    // Asking for the image's gradient rules out skipping zeros.
    let results = [true, false].map { isDense in
      let tape = Tape(parameters: parameters)
      tape.reset()
      let input = tape.images(images, [3, 5, 6, 7], wantsGradient: isDense)
      let y = tape.convolution(
        input, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: outputs, kernel: kernel,
        padding: padding)
      tape.backward(from: y, cotangent: cotangent)
      return withExtendedLifetime(tape) { (Array(tape.values(of: y)), tape.gradientValues()) }
    }
    #expect(largestDifference(results[1].0, results[0].0) < 1e-5)
    #expect(largestDifference(results[1].1, results[0].1) < 1e-5)
  }

  @Test(
    "give the same bits as a matrix product with the patches", arguments: Kernels.available.indices,
    [false, true])
  func bits(index: Int, relu: Bool) {
    let kernels = Kernels.available[index].table
    var generator = TestGenerator(state: 42)
    let window = kernel_window(
      boards: 2, rows: 5, columns: 4, channels: 3, kernel_rows: 3, kernel_columns: 3, padding: 1)
    let (image, weights) = (planes(2 * 5 * 4 * 3, using: &generator), generator.floats(2 * 27 * 16))
    var patches = [Float](repeating: 0, count: 40 * 27)
    var sparse = [Float](repeating: .nan, count: 40 * 32)
    var dense = sparse
    let bias = generator.floats(32)
    kernels.sparse_convolution(image, window, weights, bias, relu, 32, &sparse)
    var (plain, unbiased) = (sparse, sparse)
    kernels.sparse_convolution(image, window, weights, nil, relu, 32, &plain)
    kernels.sparse_convolution(
      image, window, weights, [Float](repeating: 0, count: 32), relu, 32, &unbiased)
    #expect(plain == unbiased)
    kernels.im2col(image, window, &patches)
    patches.withUnsafeBufferPointer { patches in
      weights.withUnsafeBufferPointer { weights in
        bias.withUnsafeBufferPointer { bias in
          dense.withUnsafeMutableBufferPointer { dense in
            var product = kernel_gemm(
              a: patches.baseAddress, b: weights.baseAddress, bias: bias.baseAddress, residual: nil,
              c: dense.baseAddress, a_row: 27, a_inner: 1, b_inner: 16, b_panel: 27 * 16,
              residual_stride: 0, c_stride: 32, m: 40, n: 32, k: 27, relu: relu)
            kernels.gemm(&product)
          }
        }
      }
    }
    #expect(sparse == dense)
  }
}
