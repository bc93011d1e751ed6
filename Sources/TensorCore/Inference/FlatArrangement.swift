import CKernels

/// Where the points of boards lie in the planes of flat images, and in which pairs of runs convolutions on matrix
/// tiles compute them; see `kernel_flat_convolution`.
// A class, as the owner of memory: it belongs to one engine, and is as little shared as that is.
final class FlatArrangement {
  /// Rows of a plane from a point to the one beside it, and to the one below.
  let pointStride: Int
  let rowStride: Int
  /// Pairs that are computed for 32 outputs before the next 32: what they read stays in the cache.
  private let block: Int
  /// Boards, their points, rows of a plane, rows that are no points, and runs of each group.
  private let boards, points, rows, outsideRows, runs: Int
  /// Rows of a plane with all groups.
  private let planeRows: Int
  /// The row of each point of each board.
  private let rowOfPoint: ConstantBuffer<Int32>
  /// Which point each row is, or the number of all points if it is none.
  private let pointOfRow: ConstantBuffer<Int32>
  /// Rows that are no points, group by group.
  private let outside: ConstantBuffer<Int32>
  private let pairs: ConstantBuffer<kernel_flat_pair>
  /// The same of 1x1 convolutions, with the last one of the taps.
  private let pointPairs: ConstantBuffer<kernel_flat_pair>
  private let taps: ConstantBuffer<kernel_flat_tap>

  /// As many groups as have `boards` boards.
  init(of group: FlatGroup, boards: Int) {
    (pointStride, rowStride) = (group.pointStride, group.rowStride)
    (self.boards, points, rows, runs) = (group.boards, group.points, group.rows, group.runs.count)
    outsideRows = group.rows - group.rowOfPoint.count
    let starts = stride(from: 0, to: boards, by: group.boards).map { $0 / group.boards * group.rows }
    planeRows = starts.count * group.rows
    let rowOfPoint = starts.flatMap { start in group.rowOfPoint.map { Int32(start + $0) } }
    var pointOfRow = [Int32](repeating: Int32(rowOfPoint.count), count: planeRows)
    for (point, row) in rowOfPoint.enumerated() { pointOfRow[Int(row)] = Int32(point) }
    outside = ConstantBuffer(
      pointOfRow.indices.filter { pointOfRow[$0] == rowOfPoint.count }.map { Int32($0) })
    self.rowOfPoint = ConstantBuffer(rowOfPoint)
    self.pointOfRow = ConstantBuffer(pointOfRow)
    let runs = starts.flatMap { start in group.runs.map { Int32(start + $0) } }
    let pairs = stride(from: 0, to: runs.count, by: 2).map { i in
      let taps = group.tapRange(ofRun: i)
      return kernel_flat_pair(
        rows: (runs[i], runs[min(i + 1, runs.count - 1)]), first_tap: Int32(taps.lowerBound),
        tap_count: Int32(taps.count))
    }
    self.pairs = ConstantBuffer(pairs)
    pointPairs = ConstantBuffer(
      pairs.map { kernel_flat_pair(rows: $0.rows, first_tap: Int32(group.taps.count), tap_count: 1) })
    taps = ConstantBuffer(group.taps + [kernel_flat_tap(weight: 0, offsets: (0, 0), continues: false)])
    block = group.boards == 1 ? min(pairs.count, 32) : group.runs.count / 2
  }

  private func groups(of boards: Int) -> Int { (boards + self.boards - 1) / self.boards }

  /// Rows of a plane that so many boards take.
  func rows(boards: Int) -> Int { groups(of: boards) * rows }

  /// What 3x3 convolutions of so many boards have in common, or 1x1 ones.
  func convolution(boards: Int, isPointwise: Bool = false) -> kernel_flat_convolution {
    let groups = groups(of: boards)
    var convolution = kernel_flat_convolution()
    (convolution.pairs, convolution.taps) = (isPointwise ? pointPairs.pointer : pairs.pointer, taps.pointer)
    (convolution.pair_count, convolution.block) = ((groups * runs + 1) / 2, block)
    (convolution.points, convolution.rows) = (pointOfRow.pointer, rowOfPoint.pointer)
    (convolution.outside, convolution.outside_count) = (outside.pointer, groups * outsideRows)
    (convolution.point_count, convolution.plane_rows) = (groups * self.boards * points, planeRows)
    return convolution
  }

  /// How the first of so many boards becomes part of a flat image of them all.
  func input(boards: Int) -> kernel_flat_input {
    var input = kernel_flat_input()
    (input.rows, input.points) = (rowOfPoint.pointer, points)
    (input.outside, input.outside_count) = (outside.pointer, groups(of: boards) * outsideRows)
    input.plane_rows = planeRows
    return input
  }

  /// The first of a board's rows.
  func firstRow(board: Int) -> Int { Int(rowOfPoint.pointer[board * points]) }
}
