/// What a `MiniGrid` episode starts with: a map, or a random world of one of MiniGrid's tasks.
///
/// Random worlds have the shapes and the distribution of the tasks, and their goal can always be reached.
public enum GridLayout: Hashable, Sendable {
  /// A map; the player looks in a direction, nil for a random one. Of several starts one is drawn.
  case map(GridMap, heading: Heading?)
  /// A room with the goal in the last corner; the player starts in the first one, or anywhere.
  case empty(side: Int, startsAnywhere: Bool)
  /// Two rooms; the key to the locked door between them lies in the player's room, the goal in the other.
  case doorKey(side: Int)
  /// Four rooms with a gap in every wall between them; the player and the goal are anywhere.
  case fourRooms(side: Int)
  /// Straight rivers of lava, or walls, across a room, each with a ford, so that a way remains.
  case crossing(side: Int, rivers: Int, obstacle: Obstacle)
  /// A column of lava with one gap.
  case lavaGap(side: Int)

  /// What rivers are made of.
  public enum Obstacle: String, Hashable, Sendable, CaseIterable {
    case lava, wall
  }

  public var rows: Int {
    switch self {
    case .map(let map, _): map.rows
    case .empty(let side, _), .doorKey(let side), .fourRooms(let side), .crossing(let side, _, _),
      .lavaGap(let side):
      side
    }
  }

  public var columns: Int {
    if case .map(let map, _) = self { map.columns } else { rows }
  }

  /// The step limit of MiniGrid's task.
  public var usualStepLimit: Int {
    switch self {
    case .doorKey: 10 * rows * columns
    case .fourRooms: 100
    default: 4 * rows * columns
    }
  }

  /// Only the empty worlds can be seen through.
  public var usuallyBlocksSight: Bool {
    if case .empty = self { false } else { true }
  }

  /// Throws `RuleError` if there can be no such world.
  func check() throws(RuleError) {
    if case .map(let map, _) = self {
      do {
        try map.refuse(Self.foreignTiles, remedy: "leave it out or choose the game gridworld")
      } catch { throw RuleError(error.description) }
      if map.wind.contains(where: { $0 != 0 }) { throw RuleError("minigrid: there is no wind; leave it out") }
      guard rows * columns <= MiniGrid.maximumCells else {
        throw RuleError(
          "minigrid: \(rows * columns) cells are too many; at most \(MiniGrid.maximumCells) can be used")
      }
      return
    }
    guard 5...25 ~= rows else { throw RuleError("minigrid: the side \(rows) must be from 5 to 25") }
    if case .crossing(let side, let rivers, _) = self {
      guard side % 2 == 1 else { throw RuleError("minigrid: the side \(side) of a crossing must be odd") }
      guard 1...Self.mostRivers(side: side) ~= rivers else {
        throw RuleError(
          "minigrid: \(rivers) rivers do not fit; choose from 1 to \(Self.mostRivers(side: side))")
      }
    }
  }

  /// How many rivers fit a crossing: they run along even rows and columns, two cells off the walls at least.
  public static func mostRivers(side: Int) -> Int { side - 3 }

  private static let foreignTiles: Set<GridMap.Tile> = [
    .hole, .cliff, .ice, .oneWayRight, .oneWayDown, .oneWayLeft, .oneWayUp,
  ]
}
