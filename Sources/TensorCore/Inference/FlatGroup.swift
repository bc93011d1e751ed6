import CKernels

/// What repeats itself in planes of flat images: one board, or several that belong together.
package struct FlatGroup {
  package let boards: Int
  /// Points of a board, row by row of it.
  package let points: Int
  /// Rows of a plane.
  package let rows: Int
  /// The row of each point of each board.
  package private(set) var rowOfPoint: [Int] = []
  /// The first rows of the runs, of which two by two are pairs, also of two groups.
  package private(set) var runs: [Int] = []
  /// Which taps each pair has; one for all of them, or as many as a group has pairs.
  package private(set) var tapRanges: [Range<Int>] = []
  package private(set) var taps: [kernel_flat_tap] = []
  /// Rows of a plane from a point to the one beside it, and to the one below.
  package private(set) var pointStride = 1
  package private(set) var rowStride = 1

  private init(boards: Int, points: Int, rows: Int) {
    (self.boards, self.points, self.rows) = (boards, points, rows)
  }

  /// Which taps the run at an index has.
  package func tapRange(ofRun run: Int) -> Range<Int> { tapRanges[run / 2 % tapRanges.count] }

  /// Products of a run with a tap.
  var products: Int { runs.indices.reduce(0) { $0 + tapRange(ofRun: $1).count } }
}

extension FlatGroup {
  /// One board, row after row of it with a column of zeros behind each, which is also the left border of the next
  /// one, and a row of zeros above and below, so that a tap is one offset. Results are computed for all points from
  /// the first to the last and for the zeros between them.
  package static func alone(rows: Int, columns: Int) -> Self {
    let width = columns + 1
    let runs = (rows * width + 15) / 16
    var group = Self(boards: 1, points: rows * columns, rows: rowsAlone(rows: rows, columns: columns))
    group.rowStride = width
    for row in 0..<rows { group.rowOfPoint += (0..<columns).map { width + 1 + row * width + $0 } }
    group.runs = (0..<runs).map { width + 1 + 16 * $0 }
    group.taps = (0..<9).map { tap in
      let offset = Int32((tap / 3 - 1) * width + tap % 3 - 1)
      return kernel_flat_tap(weight: Int32(tap), offsets: (offset, offset), continues: false)
    }
    group.tapRanges = [0..<9]
    return group
  }

  static func rowsAlone(rows: Int, columns: Int) -> Int {
    2 * (columns + 2) + (rows * (columns + 1) + 15) / 16 * 16
  }

  /// Sixteen boards abreast: a run is one point of all of them. What lies outside the board is not computed, but for
  /// a few points that are paired with points of other taps, and then read zeros behind the last point.
  package static func abreast(rows: Int, columns: Int) -> Self {
    let points = rows * columns
    var group = Self(boards: 16, points: points, rows: 16 * (points + 1))
    (group.pointStride, group.rowStride) = (16, 16 * columns)
    group.rowOfPoint = (0..<16).flatMap { board in (0..<points).map { 16 * $0 + board } }
    for (first, second) in pairs(rows: rows, columns: columns) {
      group.runs += [16 * first, 16 * second]
      let taps = taps(first, second, rows: rows, columns: columns)
      group.tapRanges.append(group.taps.count..<group.taps.count + taps.count)
      group.taps += taps
    }
    return group
  }

  /// The taps at which either of two points has a neighbour on the board. Those of points side by side mostly continue.
  private static func taps(_ first: Int, _ second: Int, rows: Int, columns: Int) -> [kernel_flat_tap] {
    let zeros = rows * columns
    var before: Int?
    return (0..<9).compactMap { tap in
      func neighbour(_ point: Int) -> Int? {
        let (row, column) = (point / columns + tap / 3 - 1, point % columns + tap % 3 - 1)
        return 0..<rows ~= row && 0..<columns ~= column ? row * columns + column : nil
      }
      let read = (neighbour(first), neighbour(second))
      if read == (nil, nil) { return nil }
      defer { before = read.1 ?? zeros }
      return kernel_flat_tap(
        weight: Int32(tap),
        offsets: (Int32(16 * ((read.0 ?? zeros) - first)), Int32(16 * ((read.1 ?? zeros) - second))),
        continues: before == read.0 ?? zeros)
    }
  }

  /// All points two by two, as far as it goes with the same taps. They come in strips of two columns, so that what
  /// one pair reads is still in the cache for the next. One point that is left is paired with itself.
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
