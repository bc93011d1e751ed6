/// A tile and its colour in one byte: how `MiniGrid` keeps what is on a cell.
struct GridCell: Hashable, Sendable {
  /// tile x 8 + colour; the colour is 0 where the tile has none.
  let code: UInt8

  init(_ tile: GridMap.Tile, _ color: GridMap.Color = .red) {
    code = tile.rawValue << 3 | (tile.isColored ? color.rawValue : 0)
  }

  init(code: UInt8) { self.code = code }

  static let floor = GridCell(.floor)
  static let wall = GridCell(.wall)
  static let goal = GridCell(.goal)
  static let lava = GridCell(.lava)

  /// Whether it is this tile, of any colour.
  func `is`(_ tile: GridMap.Tile) -> Bool { code >> 3 == tile.rawValue }

  /// The same colour on another tile.
  func changed(to tile: GridMap.Tile) -> GridCell { GridCell(code: tile.rawValue << 3 | code & 7) }

  func hasColor(of other: GridCell) -> Bool { code & 7 == other.code & 7 }

  /// Whether the player can stand here.
  var isPassable: Bool {
    self == .floor || self == .goal || self == .lava || self.is(.openDoor)
  }

  /// Whether hands can take it.
  var isPortable: Bool { self.is(.key) || self.is(.ball) || self.is(.box) }

  /// Whether nothing behind it can be seen.
  var blocksSight: Bool { self == .wall || self.is(.closedDoor) || self.is(.lockedDoor) }

  var tile: GridMap.Tile { GridMap.Tile(rawValue: code >> 3) ?? .floor }
  var color: GridMap.Color { GridMap.Color(rawValue: code & 7) ?? .red }
}
