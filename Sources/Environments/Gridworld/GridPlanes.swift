/// What a gridworld's observation shows, plane by plane: the player; goals; hazards (holes, lava and cliffs);
/// walls; then, where the map has them, ice; one-way cells to the right, downwards, to the left and upwards;
/// and for every key colour its keys, then its locked doors.
struct GridPlanes: Sendable {
  let count: Int
  /// Planes of keys begin here, two a colour.
  let firstKeyPlane: Int
  /// [planes, rows, columns]: everything as it is before a key is found, without the player.
  let scenery: [Float]
  /// Cells with a key or a locked door, and the colour's index in the map's `keyColors`.
  let locks: [(cell: Int, color: Int)]

  init(of map: GridMap) {
    let cells = map.tiles.count
    let hasIce = map.tiles.contains(.ice)
    let hasOneWay = map.tiles.contains { $0.oneWay != nil }
    let oneWayPlane = hasIce ? 5 : 4
    let keyPlane = oneWayPlane + (hasOneWay ? 4 : 0)
    firstKeyPlane = keyPlane
    count = keyPlane + 2 * map.keyColors.count
    var scenery = [Float](repeating: 0, count: count * cells)
    var locks: [(cell: Int, color: Int)] = []
    for (cell, tile) in map.tiles.enumerated() {
      let color = map.keyColors.firstIndex(of: map.colors[cell])
      let plane: Int?
      switch tile {
      case .goal: plane = 1
      case .hole, .lava, .cliff: plane = 2
      case .wall: plane = 3
      case .ice: plane = 4
      case .key: plane = color.map { keyPlane + 2 * $0 }
      // A locked door without any key of its colour is a wall.
      case .lockedDoor: plane = color.map { keyPlane + 2 * $0 + 1 } ?? 3
      default: plane = tile.oneWay.map { oneWayPlane + Int($0.rawValue) }
      }
      if let plane { scenery[plane * cells + cell] = 1 }
      if let color, tile == .key || tile == .lockedDoor { locks.append((cell, color)) }
    }
    self.scenery = scenery
    self.locks = locks
  }
}

extension Gridworld {
  /// Rows and columns of the partial view.
  static let viewSide = 7

  /// The planes of `GridPlanes` over the whole map, or over the 7 x 7 cells around the player. A key that was
  /// found is shown where the player is; a door that it opens is shown no more.
  public var observationShape: ObservationShape {
    switch rules.view {
    case .full: ObservationShape(planes: planes.count, rows: map.rows, columns: map.columns)
    case .partial: ObservationShape(planes: planes.count, rows: Self.viewSide, columns: Self.viewSide)
    }
  }

  public func observe(_ state: State, into planes: inout MutableSpan<Float>) {
    switch rules.view {
    case .full: observeAll(state, into: &planes)
    case .partial: observeAround(state, into: &planes)
    }
  }

  private func observeAll(_ state: State, into output: inout MutableSpan<Float>) {
    let cells = map.tiles.count
    for index in planes.scenery.indices { output[index] = planes.scenery[index] }
    output[state.position] = 1
    guard state.keys != 0 else { return }
    for lock in planes.locks where state.keys >> UInt8(lock.color) & 1 == 1 {
      output[(planes.firstKeyPlane + 2 * lock.color) * cells + lock.cell] = 0
      output[(planes.firstKeyPlane + 2 * lock.color + 1) * cells + lock.cell] = 0
    }
    for color in map.keyColors.indices where state.keys >> UInt8(color) & 1 == 1 {
      output[(planes.firstKeyPlane + 2 * color) * cells + state.position] = 1
    }
  }

  private func observeAround(_ state: State, into output: inout MutableSpan<Float>) {
    let (cells, side) = (map.tiles.count, Self.viewSide)
    let (top, left) = (state.position / map.columns - side / 2, state.position % map.columns - side / 2)
    for row in 0..<side {
      for column in 0..<side {
        let isInside = 0..<map.rows ~= top + row && 0..<map.columns ~= left + column
        let cell = (top + row) * map.columns + left + column
        for plane in 0..<planes.count {
          var value: Float = plane == 3 ? 1 : 0
          if isInside {
            let color = plane - planes.firstKeyPlane
            let isFound = color >= 0 && state.keys >> UInt8(color / 2) & 1 == 1
            value = isFound ? 0 : planes.scenery[plane * cells + cell]
          }
          output[(plane * side + row) * side + column] = value
        }
      }
    }
    let center = side * side / 2
    output[center] = 1
    for color in map.keyColors.indices where state.keys >> UInt8(color) & 1 == 1 {
      output[(planes.firstKeyPlane + 2 * color) * side * side + center] = 1
    }
  }
}
