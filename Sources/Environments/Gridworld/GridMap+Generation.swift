extension GridMap {
  /// A random square lake: the start in the first corner, the goal in the last, any other cell safe with
  /// probability `frozen` and else a hole; drawn again until the goal can be reached. `side` is at least 2.
  ///
  /// The distribution of Gymnasium's `generate_random_map`. Where `frozen` is so low that a thousand lakes had no
  /// way, the next one keeps a random way of shortest length free, so that a goal can always be reached.
  public static func lake(side: Int, frozen: Double, using random: inout Random) throws(MapError) -> GridMap {
    var lines: [[Character]] = []
    func draw() {
      lines = (0..<side).map { _ in (0..<side).map { _ in random.uniform() < frozen ? "F" : "H" } }
      lines[0][0] = "S"
      lines[side - 1][side - 1] = "G"
    }
    for _ in 0..<1_000 {
      draw()
      if let map = try? GridMap(lines: lines.map { String($0) }) { return map }
    }
    draw()
    let isDownwards = ([Bool](repeating: true, count: side - 1) + [Bool](repeating: false, count: side - 1))
      .shuffled(using: &random)
    var (row, column) = (0, 0)
    for isDownwards in isDownwards.dropLast() {
      if isDownwards { row += 1 } else { column += 1 }
      lines[row][column] = "F"
    }
    return try GridMap(lines: lines.map { String($0) })
  }

  /// A random maze without loops: cells of odd rows and columns, one way between any two of them. The start is in
  /// the first corner, the goal in the last; `side` is odd and at least 5.
  public static func maze(side: Int, using random: inout Random) throws(MapError) -> GridMap {
    var lines = [[Character]](repeating: [Character](repeating: "#", count: side), count: side)
    lines[1][1] = "S"
    var way = [(row: 1, column: 1)]
    while let (row, column) = way.last {
      let openings = Heading.allCases.filter { heading in
        let (next, side) = (row + 2 * heading.rowStep, lines.count)
        let nextColumn = column + 2 * heading.columnStep
        return 0..<side ~= next && 0..<side ~= nextColumn && lines[next][nextColumn] == "#"
      }
      guard let heading = openings.randomElement(using: &random) else {
        way.removeLast()
        continue
      }
      lines[row + heading.rowStep][column + heading.columnStep] = "."
      let next = (row: row + 2 * heading.rowStep, column: column + 2 * heading.columnStep)
      lines[next.row][next.column] = "."
      way.append(next)
    }
    lines[side - 2][side - 2] = "G"
    return try GridMap(lines: lines.map { String($0) })
  }
}
