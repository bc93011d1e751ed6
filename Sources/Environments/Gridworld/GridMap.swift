/// The map of a gridworld, read from text: one line a row, row 0 on top, one character a cell.
///
/// | symbol | cell | symbol | cell |
/// |---|---|---|---|
/// | `#` | wall | `>` `v` `<` `^` | one-way cell |
/// | `.` `F` | floor | `K` | key |
/// | `S` | start | `L` | locked door |
/// | `G` | goal | `D` | closed door |
/// | `H` | hole | `O` | open door |
/// | `~` | lava | `B` | ball |
/// | `C` | cliff | `X` | box |
/// | `I` | ice | | |
public struct GridMap: Hashable, Sendable {
  public let rows: Int
  public let columns: Int
  /// [rows x columns]
  public let tiles: [Tile]
  /// [rows x columns]: the colour of a key, ball, box or door; yellow where none was named.
  public let colors: [Color]
  /// [columns]: how many cells the wind carries whoever moves off a cell of the column, upwards if positive.
  public let wind: [Int]
  /// Cells marked as starts, in rising order; never empty.
  public let starts: [Int]
  /// The colours of the keys on the map, each once; bit i of a set of keys stands for the i-th of them.
  public let keyColors: [Color]

  /// Reads a map; empty lines at the end do not count. Every start must have a way to a goal.
  ///
  /// `colors` names the colours of keys, balls, boxes and doors in reading order (none: all are yellow), `wind`
  /// the wind of every column (none: there is no wind).
  public init(_ text: String, colors: [Color] = [], wind: [Int] = []) throws(MapError) {
    var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    while lines.last?.isEmpty == true { lines.removeLast() }
    try self.init(lines: lines.map(String.init), colors: colors, wind: wind)
  }

  /// Reads a map from its rows.
  public init(lines: [String], colors: [Color] = [], wind: [Int] = []) throws(MapError) {
    tiles = try Self.tiles(of: lines)
    rows = lines.count
    columns = tiles.count / lines.count
    let things = tiles.count { $0.isColored }
    guard colors.isEmpty || colors.count == things else {
      throw .colors(count: colors.count, expected: things)
    }
    guard wind.isEmpty || wind.count == columns else { throw .wind(count: wind.count, expected: columns) }
    var remaining = colors[...]
    let painted = tiles.map { $0.isColored ? remaining.popFirst() ?? .yellow : .yellow }
    self.colors = painted
    self.wind = wind.isEmpty ? [Int](repeating: 0, count: columns) : wind
    starts = tiles.indices.filter { [tiles] in tiles[$0] == .start }
    let keys = Set(tiles.indices.filter { [tiles] in tiles[$0] == .key }.map { painted[$0] })
    keyColors = Color.allCases.filter(keys.contains)
    if starts.isEmpty { throw .noStart }
    if !tiles.contains(.goal) { throw .noGoal }
    let places = tiles.count << keyColors.count
    if places > Self.maximumPlaces {
      throw .tooLarge(cells: tiles.count, limit: Self.maximumPlaces >> keyColors.count)
    }
    if let start = startWithoutGoal() {
      throw .unreachableGoal(line: start / columns + 1, column: start % columns + 1)
    }
  }

  /// Cells are numbered in 16 bits.
  static let maximumCells = 65_536
  /// Bounds the tables of games: cells times sets of keys.
  static let maximumPlaces = 1 << 20

  private static func tiles(of lines: [String]) throws(MapError) -> [Tile] {
    let columns = lines.first?.count ?? 0
    if columns == 0 { throw .empty }
    if lines.count * columns > maximumCells {
      throw .tooLarge(cells: lines.count * columns, limit: maximumCells)
    }
    var tiles: [Tile] = []
    for (index, line) in lines.enumerated() {
      if line.count != columns { throw .raggedRow(line: index + 1, length: line.count, expected: columns) }
      for (column, character) in line.enumerated() {
        guard let tile = Tile(character) else {
          throw .unknownCharacter(character, line: index + 1, column: column + 1)
        }
        tiles.append(tile)
      }
    }
    return tiles
  }

  /// Throws if a tile is on the map that a game does not have; `remedy` says what to do about it.
  func refuse(_ foreign: Set<Tile>, remedy: String) throws(MapError) {
    guard let cell = tiles.firstIndex(where: foreign.contains) else { return }
    throw .foreignTile(tiles[cell], line: cell / columns + 1, column: cell % columns + 1, remedy: remedy)
  }

  /// The set of keys with the key on this cell added.
  func keys(_ keys: Int, takenAt cell: Int) -> Int {
    guard tiles[cell] == .key, let bit = keyColors.firstIndex(of: colors[cell]) else { return keys }
    return keys | 1 << bit
  }

  /// Whether a locked door can be passed with these keys.
  func isUnlocked(_ door: Int, with keys: Int) -> Bool {
    guard let bit = keyColors.firstIndex(of: colors[door]) else { return false }
    return keys >> bit & 1 == 1
  }
}
