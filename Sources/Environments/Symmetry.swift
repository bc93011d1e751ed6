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
  /// Transforms planes [planes, cells] of a state: writes those of the transformed one. O(planes x cells).
  public func transform(planes: Span<Float>, into result: inout MutableSpan<Float>) {
    for first in stride(from: 0, to: planes.count, by: cells.count) {
      for cell in cells.indices { result[first + cell] = planes[first + Int(cells[cell])] }
    }
  }

  /// Transforms what is said about each action of a state, [actions]. O(actions).
  public func transform(actions values: Span<Float>, into result: inout MutableSpan<Float>) {
    for action in actions.indices { result[action] = values[Int(actions[action])] }
  }

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
