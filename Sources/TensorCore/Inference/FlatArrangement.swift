import CKernels

/// Where the points of boards lie in the planes of flat images, and in which pairs of runs convolutions on matrix tiles
/// compute them; see `kernel_flat_convolution`.
// A class, as the owner of memory: it belongs to one engine, and is as little shared as that is.
final class FlatArrangement {
  /// What repeats itself: one board, or several that belong together.
  struct Group {
    var boards: Int
    /// Points of a board, row by row of it.
    var points: Int
    /// Rows of a plane.
    var rows: Int
    /// The row of each point of each board.
    var rowOfPoint: [Int] = []
    /// The first rows of the runs, of which two by two are pairs, also of two groups.
    var runs: [Int] = []
    /// Which taps each pair has; one for all of them, or as many as a group has pairs.
    var tapRanges: [Range<Int>] = []
    var taps: [kernel_flat_tap] = []
    /// Rows of a plane from a point to the one beside it, and to the one below.
    var pointStride = 1
    var rowStride = 1
  }

  let group: Group
  /// Rows of a plane.
  private let planeRows: Int
  /// The row of each point of each board.
  private let rowOfPoint: ConstantBuffer<Int32>
  /// Which point each row is, or the number of all points if it is none.
  private let pointOfRow: ConstantBuffer<Int32>
  /// Rows that are no points, group by group.
  private let outside: ConstantBuffer<Int32>
  private let pairs: ConstantBuffer<kernel_flat_pair>
  private let taps: ConstantBuffer<kernel_flat_tap>
  /// Products of a run with a tap for each group.
  private let productsPerGroup: Int
  /// Pairs that go through all channels together: their sums and what they read stay in the cache.
  let block: Int

  init(of group: Group, boards: Int) {
    self.group = group
    let groups = (boards + group.boards - 1) / group.boards
    planeRows = groups * group.rows
    let rows = (0..<groups).flatMap { i in group.rowOfPoint.map { Int32(i * group.rows + $0) } }
    var points = [Int32](repeating: Int32(rows.count), count: planeRows)
    for (point, row) in rows.enumerated() { points[Int(row)] = Int32(point) }
    rowOfPoint = ConstantBuffer(rows)
    pointOfRow = ConstantBuffer(points)
    outside = ConstantBuffer(points.indices.filter { points[$0] == rows.count }.map { Int32($0) })
    let runs = (0..<groups).flatMap { i in group.runs.map { Int32(i * group.rows + $0) } }
    let ranges = group.tapRanges
    let pairs = stride(from: 0, to: runs.count, by: 2).map { i in
      let taps = ranges[i / 2 % ranges.count]
      return kernel_flat_pair(
        rows: (runs[i], runs[min(i + 1, runs.count - 1)]), first_tap: Int32(taps.lowerBound),
        tap_count: Int32(taps.count))
    }
    self.pairs = ConstantBuffer(pairs)
    taps = ConstantBuffer(group.taps)
    productsPerGroup = group.runs.indices.reduce(0) { $0 + ranges[$1 / 2 % ranges.count].count }
    block = ranges.count == 1 ? min(pairs.count, 32) : ranges.count
  }

  private func groups(of boards: Int) -> Int { (boards + group.boards - 1) / group.boards }

  /// Rows of a plane that so many boards take.
  func rows(boards: Int) -> Int { groups(of: boards) * group.rows }

  /// Products of a run with a tap that so many boards take.
  func products(boards: Int) -> Int { groups(of: boards) * productsPerGroup }

  /// What convolutions of so many boards have in common.
  func convolution(boards: Int) -> kernel_flat_convolution {
    let groups = groups(of: boards)
    var convolution = kernel_flat_convolution()
    (convolution.pairs, convolution.taps) = (pairs.pointer, taps.pointer)
    convolution.pair_count = (groups * group.runs.count + 1) / 2
    convolution.block = block
    (convolution.points, convolution.outside) = (pointOfRow.pointer, outside.pointer)
    convolution.outside_count = groups * (group.rows - group.rowOfPoint.count)
    convolution.plane_rows = planeRows
    return convolution
  }

  /// How so many boards become a flat image.
  func input(boards: Int) -> kernel_flat_input {
    var input = kernel_flat_input()
    (input.rows, input.outside) = (rowOfPoint.pointer, outside.pointer)
    input.outside_count = groups(of: boards) * (group.rows - group.rowOfPoint.count)
    (input.points, input.plane_rows) = (boards * group.points, planeRows)
    return input
  }

  /// The first of a board's rows.
  func firstRow(board: Int) -> Int { Int(rowOfPoint.pointer[board * group.points]) }
}

extension FlatArrangement.Group {
  /// One board, row after row of it with a column of zeros behind each, which is also the left border of the next one, and
  /// a row of zeros above and below, so that a tap is one offset. Results are computed for all points from the first to the
  /// last and for the zeros between them.
  static func alone(rows: Int, columns: Int) -> Self {
    let width = columns + 1
    let runs = (rows * width + 15) / 16
    var group = Self(boards: 1, points: rows * columns, rows: rowsAlone(rows: rows, columns: columns))
    group.rowStride = width
    for row in 0..<rows { group.rowOfPoint += (0..<columns).map { width + 1 + row * width + $0 } }
    group.runs = (0..<runs).map { width + 1 + 16 * $0 }
    group.taps = (0..<9).map { tap in
      let offset = Int32((tap / 3 - 1) * width + tap % 3 - 1)
      return kernel_flat_tap(weight: Int32(tap), offsets: (offset, offset))
    }
    group.tapRanges = [0..<9]
    return group
  }

  static func rowsAlone(rows: Int, columns: Int) -> Int {
    2 * (columns + 2) + (rows * (columns + 1) + 15) / 16 * 16
  }

  /// Sixteen boards abreast: a run is one point of all of them. What lies outside the board is not computed, but for a few
  /// points that are paired with points of other taps, and then read zeros behind the last point.
  static func abreast(rows: Int, columns: Int) -> Self {
    let points = rows * columns
    var group = Self(boards: 16, points: points, rows: 16 * (points + 1))
    (group.pointStride, group.rowStride) = (16, 16 * columns)
    group.rowOfPoint = (0..<16).flatMap { board in (0..<points).map { 16 * $0 + board } }
    for (first, second) in pairs(rows: rows, columns: columns) {
      group.runs += [16 * first, 16 * second]
      let taps = (0..<9).compactMap { tap -> kernel_flat_tap? in
        func offset(_ point: Int) -> Int? {
          let (row, column) = (point / columns + tap / 3 - 1, point % columns + tap % 3 - 1)
          guard 0..<rows ~= row, 0..<columns ~= column else { return nil }
          return 16 * (row * columns + column - point)
        }
        let offsets = (offset(first), offset(second))
        if offsets == (nil, nil) { return nil }
        return kernel_flat_tap(
          weight: Int32(tap),
          offsets: (Int32(offsets.0 ?? 16 * (points - first)), Int32(offsets.1 ?? 16 * (points - second))))
      }
      group.tapRanges.append(group.taps.count..<group.taps.count + taps.count)
      group.taps += taps
    }
    return group
  }

  /// All points two by two, as far as it goes with the same taps. They come in strips of two columns, so that what one pair
  /// reads is still in the cache for the next. One point that is left is paired with itself.
  private static func pairs(rows: Int, columns: Int) -> [(Int, Int)] {
    var pairs: [(Int, Int)] = []
    var waiting: [[Bool]: Int] = [:]
    for strip in 0...columns / 2 {
      for row in 0..<rows {
        for column in max(0, 2 * strip - 1)..<min(columns, 2 * strip + 1) {
          let edges = [row == 0, row == rows - 1, column == 0, column == columns - 1]
          let point = row * columns + column
          if let other = waiting.removeValue(forKey: edges) {
            pairs.append((other, point))
          } else {
            waiting[edges] = point
          }
        }
      }
    }
    // What is left over is paired so that as few taps as possible are multiplied for one of the two only.
    var left = waiting.sorted { ($0.key.count { $0 }, $0.value) < ($1.key.count { $0 }, $1.value) }
    while let (edges, point) = left.popLast() {
      func inCommon(_ other: [Bool]) -> Int { zip(edges, other).count { $0 == $1 } }
      guard let partner = left.indices.max(by: { inCommon(left[$0].key) < inCommon(left[$1].key) }) else {
        pairs.append((point, point))
        break
      }
      pairs.append((point, left.remove(at: partner).value))
    }
    return pairs
  }
}
