import CKernels
import COpenBLAS

extension Tape {
  /// target[rows, columns] (+)= a[rows, inner] b[inner, columns], where a transposed operand is stored the other
  /// way round. All matrices are dense and row-major.
  ///
  /// Large products go to OpenBLAS's SGEMM. Small ones stay here: there OpenBLAS 0.3 allocates memory in every
  /// call on some processors.
  func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, transposed: (Bool, Bool), rows: Int, columns: Int,
    inner: Int, adding: Bool, into target: UnsafeMutablePointer<Float>
  ) {
    guard rows > 0, columns > 0 else { return }
    if rows * columns * inner > Self.smallProduct {
      return cblas_sgemm(
        CblasRowMajor, transposed.0 ? CblasTrans : CblasNoTrans, transposed.1 ? CblasTrans : CblasNoTrans,
        blasint(rows), blasint(columns), blasint(inner), 1, a, blasint(transposed.0 ? rows : inner), b,
        blasint(transposed.1 ? inner : columns), adding ? 1 : 0, target, blasint(columns))
    }
    var left = a
    if transposed.0 {
      let turned = arena.floats(rows * inner)
      channelsLast(a, batch: 1, planes: inner, points: rows, into: turned)
      left = UnsafePointer(turned)
    }
    var arguments = kernel_gemm(
      a: left, b: packPanels(b, transposed: transposed.1, columns: columns, inner: inner), bias: nil,
      residual: adding ? UnsafePointer(target) : nil, c: target, a_stride: inner, residual_stride: columns,
      c_stride: columns, m: rows, n: columns, k: inner, relu: false)
    kernels.gemm(&arguments)
  }

  /// The bound below which OpenBLAS uses its kernels for small matrices.
  private static let smallProduct = 1_000_000

  /// [inner, columns] in the panels that `kernel_gemm` wants.
  private func packPanels(
    _ b: UnsafePointer<Float>, transposed: Bool, columns: Int, inner: Int
  ) -> UnsafePointer<Float> {
    let panels = (columns + 15) / 16
    let packed = arena.zeros(panels * 16 * inner)
    for panel in 0..<panels {
      let start = packed + panel * 16 * inner
      let width = min(16, columns - 16 * panel)
      for k in 0..<inner {
        for j in 0..<width {
          let column = 16 * panel + j
          start[k * 16 + j] = transposed ? b[column * inner + k] : b[k * columns + column]
        }
      }
    }
    return UnsafePointer(packed)
  }
}
