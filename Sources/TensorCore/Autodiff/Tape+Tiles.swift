import CKernels

/// Products in bf16 on matrix tiles, with sums in f32: operands are rounded and brought into the order of tiles,
/// which costs as much as they are large, and then multiplied sixteen times as fast as in f32.
extension Tape {
  /// The kernels that multiply on tiles, for a product that has enough of them.
  func tiles(rows: Int, columns: Int, inner: Int) -> kernel_table? {
    guard min(rows, columns, inner) >= 16, rows * columns * inner >= Self.smallestTiled else { return nil }
    return tileKernels
  }

  private static let smallestTiled = 1 << 15

  /// The same as `multiply`, without a bias.
  func tileMultiply(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, transposed: (Bool, Bool), rows: Int, columns: Int,
    inner: Int, adding: Bool, into target: UnsafeMutablePointer<Float>, on tiles: kernel_table
  ) {
    let (m, n, k) = (rows.rounded(upTo: 16), columns.rounded(upTo: 16), inner.rounded(upTo: 32))
    let isWhole = m == rows && n == columns
    var space = HalfSpace(scratch((m + n) * k / 2 + max(m, n) * k + (isWhole ? 0 : m * n)))
    var product = kernel_tile_product()
    product.a = UnsafePointer(
      tiles.leftRows(a, transposed: transposed.0, rows: rows, inner: inner, m: m, k: k, in: &space))
    product.b = UnsafePointer(
      tiles.rightPanels(b, transposed: transposed.1, columns: columns, inner: inner, n: n, k: k, in: &space))
    (product.a_row, product.m, product.n, product.k) = (k, m, n, k)
    let sums = isWhole ? target : space.floats(m * n)
    (product.c, product.c_stride, product.adding) = (sums, n, isWhole && adding)
    tiles.multiplyTiles(&product)
    guard !isWhole else { return }
    for row in 0..<rows {
      let (from, to) = (sums + row * n, target + row * columns)
      if adding { kernels.add_scaled(from, 1, columns, to) } else { to.update(from: from, count: columns) }
    }
  }
}

/// Scratch memory that is handed out from the front; a copy hands out the same again.
struct HalfSpace {
  private var next: UnsafeMutableRawPointer

  init(_ memory: UnsafeMutablePointer<Float>) { next = UnsafeMutableRawPointer(memory) }

  mutating func halves(_ count: Int) -> UnsafeMutablePointer<UInt16> {
    defer { next += (2 * count).rounded(upTo: 64) }
    return next.assumingMemoryBound(to: UInt16.self)
  }

  mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    defer { next += (4 * count).rounded(upTo: 64) }
    return next.assumingMemoryBound(to: Float.self)
  }
}

extension kernel_table {
  func multiplyTiles(_ product: inout kernel_tile_product) {
    tiles_begin()
    tile_product(&product)
    tiles_end()
  }

  /// A left matrix as rows [m][k]. A matrix that is stored as [inner][rows] takes twice as much memory on the way.
  fileprivate func leftRows(
    _ a: UnsafePointer<Float>, transposed: Bool, rows: Int, inner: Int, m: Int, k: Int,
    in space: inout HalfSpace
  ) -> UnsafeMutablePointer<UInt16> {
    let result = space.halves(m * k)
    guard transposed else {
      round_rows(a, rows, inner, inner, result, k)
      return result
    }
    var rest = space
    let (rounded, pairs) = (rest.halves(m * k), rest.halves(m * k))
    round_rows(a, inner, rows, rows, rounded, m)
    (rounded + inner * m).update(repeating: 0, count: (k - inner) * m)
    pair_rows(rounded, k / 2, m, m, pairs, 2 * m, 32)
    transposePairs(pairs, rows: k / 2, columns: m, into: result)
    return result
  }

  /// A right matrix in the order of `kernel_tile_product`.
  fileprivate func rightPanels(
    _ b: UnsafePointer<Float>, transposed: Bool, columns: Int, inner: Int, n: Int, k: Int,
    in space: inout HalfSpace
  ) -> UnsafeMutablePointer<UInt16> {
    let result = space.halves(n * k)
    var rest = space
    let rounded = rest.halves(n * k)
    if transposed {
      round_rows(b, columns, inner, inner, rounded, k)
      panels(of: rounded, columns: n, inner: k, into: result)
    } else {
      round_rows(b, inner, columns, columns, rounded, n)
      (rounded + inner * n).update(repeating: 0, count: (k - inner) * n)
      pair_rows(rounded, k / 2, n, n, result, 32, 16 * k)
    }
    return result
  }

  /// The panels that `kernel_tile_product` wants, of a right matrix stored as [columns][inner].
  func panels(
    of rows: UnsafePointer<UInt16>, columns: Int, inner: Int, into panels: UnsafeMutablePointer<UInt16>
  ) {
    for column in stride(from: 0, to: columns, by: 16) {
      transposePairs(rows + column * inner, rows: 16, columns: inner / 2, into: panels + column * inner)
    }
  }

  /// [rows][columns][2] to [columns][rows][2]. A pair is as large as a float, and moved as one.
  func transposePairs(
    _ pairs: UnsafePointer<UInt16>, rows: Int, columns: Int, into result: UnsafeMutablePointer<UInt16>
  ) {
    transpose(
      UnsafeRawPointer(pairs).assumingMemoryBound(to: Float.self), rows, columns, columns,
      UnsafeMutableRawPointer(result).assumingMemoryBound(to: Float.self), rows, false)
  }
}

extension Int {
  func rounded(upTo multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
