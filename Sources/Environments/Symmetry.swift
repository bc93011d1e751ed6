/// A symmetry as two permutations.
public struct Symmetry: Hashable, Sendable {
  /// Cell `c` (row x columns + column) of the transformed planes is cell `cells[c]` of the original ones.
  public var cells: [Int32]
  /// Action `a` of the transformed state is action `actions[a]` of the original one.
  public var actions: [Int32]

  public init(cells: [Int32], actions: [Int32]) {
    self.cells = cells
    self.actions = actions
  }
}

extension Symmetry {
  /// The eight symmetries of a square of cells, as permutations of row x side + column, the identity first.
  public static func square(side: Int) -> [[Int32]] {
    (0..<8).map { index in
      (0..<side * side).map { cell in
        var (row, column) = (cell / side, cell % side)
        if index & 4 != 0 { swap(&row, &column) }
        if index & 2 != 0 { row = side - 1 - row }
        if index & 1 != 0 { column = side - 1 - column }
        return Int32(row * side + column)
      }
    }
  }
}
