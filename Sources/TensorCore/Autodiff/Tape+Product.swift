import CKernels
import COpenBLAS

extension Tape {
  /// target[rows, columns] (+)= a[rows, inner] b[inner, columns], where a transposed operand is stored the other
  /// way round; or with `bias` [columns], that plus the product. All matrices are dense and row-major.
  ///
  /// Products that are large in every direction go to OpenBLAS's SGEMM, which cuts them into blocks.
  func multiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, transposed: (Bool, Bool), rows: Int, columns: Int,
    inner: Int, bias: UnsafePointer<Float>? = nil, adding: Bool, into target: UnsafeMutablePointer<Float>
  ) {
    guard rows > 0, columns > 0 else { return }
    if let tiles = tiles(rows: rows, columns: columns, inner: inner) {
      if let bias { kernels.fill_rows(target, bias, rows, columns) }
      return tileMultiply(
        a, b, transposed: transposed, rows: rows, columns: columns, inner: inner,
        adding: adding || bias != nil,
        into: target, on: tiles)
    }
    if isSparse(a, transposed: transposed, rows: rows, columns: columns, inner: inner, adding: adding) {
      return sparseMultiply(
        a, b, transposed: transposed, rows: rows, columns: columns, inner: inner, bias: bias, adding: adding,
        into: target)
    }
    if let bias { kernels.fill_rows(target, bias, rows, columns) }
    let adding = adding || bias != nil
    if min(rows, columns, inner) >= Self.largeSide && rows * columns * inner > Self.largeProduct {
      return cblas_sgemm(
        CblasRowMajor, transposed.0 ? CblasTrans : CblasNoTrans, transposed.1 ? CblasTrans : CblasNoTrans,
        blasint(rows), blasint(columns), blasint(inner), 1, a, blasint(transposed.0 ? rows : inner), b,
        blasint(transposed.1 ? inner : columns), adding ? 1 : 0, target, blasint(columns))
    }
    var product = kernel_gemm()
    product.a_row = transposed.0 ? 1 : inner
    product.a_inner = transposed.0 ? rows : 1
    product.a = a
    product.b = b
    (product.m, product.n, product.k) = (rows, columns, inner)
    // Turning b around to have it in rows costs as much as b is large. Where the result has fewer rows than
    // columns, its transpose b^T a^T wants the smaller a turned around instead.
    if transposed.1 && !transposed.0 && rows < columns {
      (product.a, product.b) = (b, a)
      (product.m, product.n) = (columns, rows)
      let turned = scratch(columns * rows + Self.packedSize(product))
      (product.c, product.c_stride) = (turned, rows)
      pack(&product, transposed: true, into: turned + columns * rows)
      kernels.gemm(&product)
      return kernels.transpose(turned, columns, rows, rows, target, columns, adding)
    }
    (product.c, product.c_stride) = (target, columns)
    if adding { (product.residual, product.residual_stride) = (UnsafePointer(target), columns) }
    pack(&product, transposed: transposed.1, into: scratch(Self.packedSize(product)))
    kernels.gemm(&product)
  }

  /// Below these the kernels of our own are faster.
  private static let largeSide = 128
  private static let largeProduct = 1 << 27

  private static func packedSize(_ product: kernel_gemm) -> Int { (product.n + 15) / 16 * 16 * product.k }

  /// Whether skipping the zeros of a pays, as behind a ReLU and in the gradient in front of one. What its
  /// elements meet in b is taken to be finite.
  private func isSparse(
    _ a: UnsafePointer<Float>, transposed: (Bool, Bool), rows: Int, columns: Int, inner: Int, adding: Bool
  ) -> Bool {
    // Narrow products cost less than looking for zeros, and few rows less than turning b around.
    guard columns >= 64, inner > 0, rows >= (transposed.1 ? 16 : 1), (inner <= Self.longestList || !adding)
    else {
      return false
    }
    // A large matrix costs more to turn around than its product without its zeros saves.
    guard !transposed.1 || isCached(columns * inner) else { return false }
    let largest = columns * max(rows, inner)
    return kernels.count_nonzero(a, rows * inner) <= mostNonzero(of: rows * inner, withMatrix: largest)
  }

  private func sparseMultiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, transposed: (Bool, Bool), rows: Int, columns: Int,
    inner: Int, bias: UnsafePointer<Float>?, adding: Bool, into target: UnsafeMutablePointer<Float>
  ) {
    var product = kernel_gemm()
    product.a_row = transposed.0 ? 1 : inner
    product.a_inner = transposed.0 ? rows : 1
    (product.a, product.b) = (a, b)
    (product.m, product.n, product.k) = (rows, columns, inner)
    (product.c, product.c_stride) = (target, columns)
    // The kernel reads whole vectors of the bias.
    let fills = bias != nil && columns % 16 != 0
    if let bias, fills { kernels.fill_rows(target, bias, rows, columns) }
    if !fills { product.bias = bias }
    if adding || fills { (product.residual, product.residual_stride) = (UnsafePointer(target), columns) }
    let packed = scratch(Self.packedSize(product))
    if transposed.1 && columns % 16 == 0 {
      // In rows rather than panels, as whole rows are what is skipped.
      kernels.transpose(b, columns, inner, inner, packed, columns, false)
      (product.b, product.b_inner, product.b_panel) = (UnsafePointer(packed), columns, 16)
    } else {
      pack(&product, transposed: transposed.1, into: packed)
    }
    kernels.sparse_gemm(&product)
  }

  /// What `sparse_gemm` can do where it adds to what is there.
  private static let longestList = 4096

  /// Sets how b is laid out, after bringing it into whole panels of 16 columns where it is not.
  private func pack(
    _ product: inout kernel_gemm, transposed: Bool, into packed: UnsafeMutablePointer<Float>
  ) {
    guard let b = product.b else { return }
    let (columns, inner) = (product.n, product.k)
    let width = (columns + 15) / 16 * 16
    (product.b_inner, product.b_panel) = (width, 16)
    if !transposed && width == columns { return }
    product.b = UnsafePointer(packed)
    if transposed {
      (product.b_inner, product.b_panel) = (16, 16 * inner)
      if width > columns { (packed + (width - 16) * inner).update(repeating: 0, count: 16 * inner) }
      for first in stride(from: 0, to: columns, by: 16) {
        kernels.transpose(
          b + first * inner, min(16, columns - first), inner, inner, packed + first * inner, 16, false)
      }
    } else {
      for k in 0..<inner {
        let row = packed + k * width
        row.update(from: b + k * columns, count: columns)
        (row + columns).update(repeating: 0, count: width - columns)
      }
    }
  }
}

/// How many of the `count` elements of a left matrix may differ from zero for skipping the others to pay: half of
/// them, but an eighth where the right matrix or the result, of `floats`, comes from beyond the cache.
func mostNonzero(of count: Int, withMatrix floats: Int) -> Int {
  isCached(floats) ? count / 2 : count / 8
}

/// Whether a matrix stays in a level-two cache.
private func isCached(_ floats: Int) -> Bool { floats <= 1 << 18 }
