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
    // Where b is the larger one and lies in rows, b a^T takes it as it is, and the smaller a is turned around.
    let turns = transposed == (false, true) && rows < columns
    let product =
      turns
      ? TileProduct(left: b, right: a, transposed: transposed, rows: columns, columns: rows, inner: inner)
      : TileProduct(left: a, right: b, transposed: transposed, rows: rows, columns: columns, inner: inner)
    let (m, n) = (product.m, product.n)
    let goesStraight = !turns && m == rows && n == columns
    var space = HalfSpace(scratch(product.floats + (goesStraight ? 0 : m * n)))
    let sums = goesStraight ? target : space.floats(m * n)
    product.run(adding: goesStraight && adding, into: sums, space: &space, on: tiles)
    if turns { return kernels.transpose(sums, columns, rows, n, target, columns, adding) }
    if goesStraight { return }
    for row in 0..<rows {
      let (from, to) = (sums + row * n, target + row * columns)
      if adding { kernels.add_scaled(from, 1, columns, to) } else { to.update(from: from, count: columns) }
    }
  }
}

/// A product of matrices in f32 on tiles. The larger one is rounded part by part, each of which is multiplied while it
/// is in the cache.
private struct TileProduct {
  let left, right: UnsafePointer<Float>
  /// Whether the left one is stored as [inner][rows], and the right one as [columns][inner].
  let transposed: (Bool, Bool)
  let rows, columns, inner: Int
  /// Rows, columns and what they have in common in whole tiles.
  let m, n, k: Int
  /// How many rows, or columns, are rounded together.
  private let rowsAtOnce, columnsAtOnce: Int

  init(
    left: UnsafePointer<Float>, right: UnsafePointer<Float>, transposed: (Bool, Bool), rows: Int,
    columns: Int,
    inner: Int
  ) {
    (self.left, self.right, self.transposed) = (left, right, transposed)
    (self.rows, self.columns, self.inner) = (rows, columns, inner)
    (m, n, k) = (rows.rounded(upTo: 16), columns.rounded(upTo: 16), inner.rounded(upTo: 32))
    let partsLeft = m > n && !transposed.0
    rowsAtOnce = partsLeft ? 32 : m
    columnsAtOnce = partsLeft ? n : max(1, Self.cachedHalves / k / 32) * 32
  }

  private static let cachedHalves = 1 << 14

  /// Scratch memory that `run` wants.
  var floats: Int {
    let (left, right) = (min(rowsAtOnce, m) * k, min(columnsAtOnce, n) * k)
    let turned = max(transposed.0 ? left : 0, transposed.1 ? right : 0)
    return (left + right + turned) / 2 + 64
  }

  /// sums[m, n] (+)= left[m, k] right[k, n]
  func run(
    adding: Bool, into sums: UnsafeMutablePointer<Float>, space: inout HalfSpace, on tiles: kernel_table
  ) {
    let leftPart = space.halves(min(rowsAtOnce, m) * k)
    let rightPart = space.halves(min(columnsAtOnce, n) * k)
    let rest = space.halves(0)
    var product = kernel_tile_product()
    (product.a, product.b) = (UnsafePointer(leftPart), UnsafePointer(rightPart))
    (product.a_row, product.k, product.c_stride, product.adding) = (k, k, n, adding)
    tiles.tiles_begin()
    for column in stride(from: 0, to: n, by: columnsAtOnce) {
      product.n = min(columnsAtOnce, n - column)
      packRight(from: column, count: product.n, into: rightPart, by: rest, on: tiles)
      for row in stride(from: 0, to: m, by: rowsAtOnce) {
        product.m = min(rowsAtOnce, m - row)
        if rowsAtOnce < m || column == 0 {
          packLeft(from: row, count: product.m, into: leftPart, by: rest, on: tiles)
        }
        product.c = sums + row * n + column
        tiles.tile_product(&product)
      }
    }
    tiles.tiles_end()
  }

  /// Rows [count][k]; a left matrix that is stored as [inner][rows] is taken whole.
  private func packLeft(
    from row: Int, count: Int, into result: UnsafeMutablePointer<UInt16>,
    by rest: UnsafeMutablePointer<UInt16>,
    on tiles: kernel_table
  ) {
    guard transposed.0 else {
      return tiles.round_rows(left + row * inner, min(count, rows - row), inner, inner, result, k)
    }
    tiles.round_pairs(left, inner, rows, rows, k / 2, rest, 2 * m, 32)
    tiles.transposePairs(rest, rows: k / 2, columns: m, into: result)
  }

  /// Columns in the order of `kernel_tile_product`.
  private func packRight(
    from column: Int, count: Int, into result: UnsafeMutablePointer<UInt16>,
    by rest: UnsafeMutablePointer<UInt16>, on tiles: kernel_table
  ) {
    let there = min(count, columns - column)
    guard transposed.1 else {
      return tiles.round_pairs(right + column, inner, there, columns, k / 2, result, 32, 16 * k)
    }
    tiles.round_rows(right + column * inner, there, inner, inner, rest, k)
    tiles.panels(of: rest, columns: count, inner: k, into: result)
  }
}

/// Scratch memory that is handed out from the front.
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
