/// One of the eight symmetries of the square, as the matrix by which it moves points about the centre.
struct SquareSymmetry: Hashable, Sendable {
  // (row, column) goes to (a row + b column, c row + d column).
  private let a: Int
  private let b: Int
  private let c: Int
  private let d: Int

  /// Four quarter turns, then the same after a reflection.
  static let all: [SquareSymmetry] = {
    let turn = SquareSymmetry(a: 0, b: -1, c: 1, d: 0)
    var list = [SquareSymmetry(a: 1, b: 0, c: 0, d: 1)]
    for _ in 0..<3 { list.append(turn * list[list.count - 1]) }
    let mirror = SquareSymmetry(a: 1, b: 0, c: 0, d: -1)
    return list + list.map { $0 * mirror }
  }()

  /// The number of this symmetry in `all`.
  var index: Int { Self.all.firstIndex(of: self) ?? 0 }

  /// First `right`, then `left`.
  static func * (left: SquareSymmetry, right: SquareSymmetry) -> SquareSymmetry {
    SquareSymmetry(
      a: left.a * right.a + left.b * right.c, b: left.a * right.b + left.b * right.d,
      c: left.c * right.a + left.d * right.c, d: left.c * right.b + left.d * right.d)
  }

  /// The transposed matrix.
  var inverse: SquareSymmetry { SquareSymmetry(a: a, b: c, c: b, d: d) }

  /// Where the point row * side + column of a square goes.
  func move(_ point: Int, side: Int) -> Int {
    let (row, column) = (2 * (point / side) - side + 1, 2 * (point % side) - side + 1)
    return (a * row + b * column + side - 1) / 2 * side + (c * row + d * column + side - 1) / 2
  }
}
