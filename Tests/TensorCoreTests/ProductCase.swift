import CKernels
import Testing

/// A matrix product for kernels to compute, with everything that can be added to it.
struct ProductCase {
  typealias Multiply = (UnsafePointer<kernel_gemm>) -> Void

  let (m, n, k): (Int, Int, Int)
  /// Whether a is stored [k, m].
  let isTurned: Bool
  /// b in panels of 16 columns, [panels, k, 16], and the bias for all of them.
  let (a, b, bias, residual): ([Float], [Float], [Float], [Float])

  func run(hasBias: Bool, hasResidual: Bool, relu: Bool, _ multiply: Multiply) -> [Float] {
    var c = [Float](repeating: .nan, count: m * n + 1)
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        bias.withUnsafeBufferPointer { bias in
          residual.withUnsafeBufferPointer { residual in
            c.withUnsafeMutableBufferPointer { c in
              var arguments = kernel_gemm(
                a: a.baseAddress, b: b.baseAddress, bias: hasBias ? bias.baseAddress : nil,
                residual: hasResidual ? residual.baseAddress : nil, c: c.baseAddress,
                a_row: isTurned ? 1 : k, a_inner: isTurned ? m : 1, b_inner: 16, b_panel: 16 * k,
                residual_stride: n, c_stride: n, m: m, n: n, k: k, relu: relu)
              multiply(&arguments)
            }
          }
        }
      }
    }
    #expect(c[m * n].isNaN, "written past the end")
    return Array(c.prefix(m * n))
  }
}
