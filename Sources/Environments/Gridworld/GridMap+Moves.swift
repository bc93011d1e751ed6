extension GridMap {
  /// The cell a move arrives at: one step, then as many as the wind of the column that is left blows.
  ///
  /// Walls, the border, doors without a key and one-way cells hold the walker back; only the cell in which
  /// the move ends matters, so the wind carries over holes. `keys` is a set of `keyColors`.
  public func destination(of cell: Int, towards heading: Heading, keys: Int = 0) -> Int {
    var destination = neighbour(of: cell, towards: heading, keys: keys)
    let strength = wind[cell % columns]
    for _ in 0..<abs(strength) {
      destination = neighbour(of: destination, towards: strength > 0 ? .up : .down, keys: keys)
    }
    return destination
  }

  /// The cell one step away, or `cell` where something is in the way.
  private func neighbour(of cell: Int, towards heading: Heading, keys: Int) -> Int {
    let (row, column) = (cell / columns + heading.rowStep, cell % columns + heading.columnStep)
    guard 0..<rows ~= row, 0..<columns ~= column else { return cell }
    if let only = tiles[cell].oneWay, only != heading { return cell }
    let destination = row * columns + column
    let isBlocked =
      switch tiles[destination] {
      case .wall: true
      case .lockedDoor: !isUnlocked(destination, with: keys)
      case let tile: tile.oneWay == heading.opposite
      }
    return isBlocked ? cell : destination
  }

  /// A start from which no goal can be reached, if there is one. O(cells x sets of keys), and as much again for each
  /// start from which a goal can be reached only by falling down a cliff.
  ///
  /// Whoever steps on a key has it from then on; balls and boxes are taken to be out of the way. A cliff leads
  /// back to the start that the walk began on, perhaps with a key that was found on the way.
  func startWithoutGoal() -> Int? {
    let isGood = placesWithGoal(fallingTo: nil)
    // Who has fallen is where the walk began; that helps only with a key that was found on the way.
    let canHelp = tiles.contains(.cliff) && !keyColors.isEmpty
    return starts.first { !isGood[$0] && !(canHelp && placesWithGoal(fallingTo: $0)[$0]) }
  }

  /// For every place (set of keys x cells + cell) whether a goal can be reached from it, found by a search
  /// backwards from the goals. Who falls down a cliff comes to `home`; nil: nowhere.
  private func placesWithGoal(fallingTo home: Int?) -> [Bool] {
    let count = tiles.count << keyColors.count
    // Incoming moves as linked lists: the first of each place, and the one after each.
    var first = [Int32](repeating: -1, count: count)
    var after = [Int32](repeating: -1, count: count * 4)
    for place in 0..<count {
      let (cell, keys) = (place % tiles.count, place / tiles.count)
      if tiles[cell] == .wall || tiles[cell].isFinal { continue }
      for heading in Heading.allCases {
        var next = destination(of: cell, towards: heading, keys: keys)
        if tiles[next] == .cliff {
          guard let home else { continue }
          next = home
        }
        let arrival = self.keys(keys, takenAt: next) * tiles.count + next
        let move = place * 4 + Int(heading.rawValue)
        after[move] = first[arrival]
        first[arrival] = Int32(move)
      }
    }
    var isGood = (0..<count).map { tiles[$0 % tiles.count] == .goal }
    var frontier = isGood.indices.filter { isGood[$0] }
    while let place = frontier.popLast() {
      var move = first[place]
      while move >= 0 {
        let origin = Int(move) / 4
        if !isGood[origin] {
          isGood[origin] = true
          frontier.append(origin)
        }
        move = after[Int(move)]
      }
    }
    return isGood
  }
}
