import CKernels

/// Where the points of boards lie in the planes of flat images, and in which pairs of runs convolutions on matrix tiles
/// compute them; see `kernel_flat_convolution`.
final class FlatArrangement: Sendable {
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
  let planeRows: Int
  /// The row of each point of each board.
  let rowOfPoint: [Int32]
  /// Which point each row is, or the number of all points if it is none.
  private let pointOfRow: [Int32]
  /// Rows that are no points, group by group.
  private let outside: [Int32]
  private let pairs: [kernel_flat_pair]
  /// Pairs that go through all channels together: their sums and what they read stay in the cache.
  let block: Int

  init(of group: Group, boards: Int) {
    self.group = group
    let groups = (boards + group.boards - 1) / group.boards
    planeRows = groups * group.rows
    let rows = (0..<groups).flatMap { i in group.rowOfPoint.map { Int32(i * group.rows + $0) } }
    var points = [Int32](repeating: Int32(rows.count), count: planeRows)
    for (point, row) in rows.enumerated() { points[Int(row)] = Int32(point) }
    rowOfPoint = rows
    pointOfRow = points
    outside = points.indices.filter { points[$0] == rows.count }.map { Int32($0) }
    let runs = (0..<groups).flatMap { i in group.runs.map { Int32(i * group.rows + $0) } }
    pairs = stride(from: 0, to: runs.count, by: 2).map { i in
      let taps = group.tapRanges[i / 2 % group.tapRanges.count]
      return kernel_flat_pair(
        rows: (runs[i], runs[min(i + 1, runs.count - 1)]), first_tap: Int32(taps.lowerBound),
        tap_count: Int32(taps.count))
    }
    block = group.tapRanges.count == 1 ? min(pairs.count, 32) : group.tapRanges.count
  }

  private func groups(of boards: Int) -> Int { (boards + group.boards - 1) / group.boards }

  /// Rows of a plane that hold so many boards.
  func rows(boards: Int) -> Int { groups(of: boards) * group.rows }

  /// Products of a run with a tap that so many boards take.
  func products(boards: Int) -> Int {
    let ofGroup = group.runs.indices.reduce(0) { $0 + group.tapRanges[$1 / 2 % group.tapRanges.count].count }
    return groups(of: boards) * ofGroup
  }

  /// A convolution of so many boards, without its images, weights and channels. What it points to lives as long as the
  /// call of `body`.
  func withConvolution(boards: Int, _ body: (inout kernel_flat_convolution) -> Void) {
    var convolution = kernel_flat_convolution()
    convolution.pair_count = (groups(of: boards) * group.runs.count + 1) / 2
    convolution.block = block
    convolution.plane_rows = planeRows
    pairs.withUnsafeBufferPointer { pairs in
      group.taps.withUnsafeBufferPointer { taps in
        pointOfRow.withUnsafeBufferPointer { points in
          withOutside(boards: boards) { outside in
            convolution.pairs = pairs.baseAddress
            convolution.taps = taps.baseAddress
            convolution.points = points.baseAddress
            convolution.outside = outside.baseAddress
            convolution.outside_count = outside.count
            body(&convolution)
          }
        }
      }
    }
  }

  /// The rows of so many boards that are no points.
  func withOutside(boards: Int, _ body: (UnsafeBufferPointer<Int32>) -> Void) {
    let perGroup = group.rows - group.rowOfPoint.count
    outside.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0.prefix(groups(of: boards) * perGroup)))
    }
  }
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
    let left = waiting.values.sorted()
    return pairs
      + stride(from: 0, to: left.count, by: 2).map { (left[$0], left[min($0 + 1, left.count - 1)]) }
  }
}
