import Environments

extension AnyGame {
  /// How a file writes a `GridLayout` that is drawn anew for every episode.
  private enum RandomLayout: String, CaseIterable {
    case empty
    case doorKey = "doorkey"
    case fourRooms = "fourrooms"
    case crossing
    case lavaGap = "lavagap"
  }

  /// How a file writes where the player looks at first.
  private enum Facing: String, CaseIterable {
    case right, down, left, up, random

    var heading: Heading? {
      switch self {
      case .right: .right
      case .down: .down
      case .left: .left
      case .up: .up
      case .random: nil
      }
    }
  }

  /// Keys: `map` or `generate`; `facing` and `colors` of a map; `side`, and what is special to a layout;
  /// `view`, `see_through_walls`, `step_limit`.
  static func miniGrid(from section: ConfigurationSection) throws -> MiniGrid {
    let layout = try layout(from: section)
    var rules = MiniGrid.Rules()
    rules.view = try section.choice("view", default: MiniGrid.View.partial)
    rules.blocksSight = try !section.boolean("see_through_walls", default: !layout.usuallyBlocksSight)
    rules.stepLimit = try section.integer(
      "step_limit", default: layout.usualStepLimit, in: 1...Int(UInt32.max))
    let key = section.contains("generate") ? "side" : "map"
    return try explain(section, key) { try MiniGrid(layout, rules: rules) }
  }

  private static func layout(from section: ConfigurationSection) throws -> GridLayout {
    guard section.contains("generate") else {
      let map = try writtenMap(from: section)
      return .map(map, heading: try section.choice("facing", default: Facing.right).heading)
    }
    let kind: RandomLayout = try section.choice("generate")
    let usualSides: [RandomLayout: Int] = [.empty: 5, .doorKey: 5, .fourRooms: 19, .crossing: 9, .lavaGap: 6]
    let side = try section.integer("side", default: usualSides[kind], in: 5...25)
    switch kind {
    case .empty:
      return .empty(side: side, startsAnywhere: try section.boolean("random_start", default: false))
    case .doorKey: return .doorKey(side: side)
    case .fourRooms: return .fourRooms(side: side)
    case .crossing:
      return .crossing(
        side: side,
        rivers: try section.integer("rivers", default: 1, in: 1...GridLayout.mostRivers(side: side)),
        obstacle: try section.choice("obstacle", default: GridLayout.Obstacle.lava))
    case .lavaGap: return .lavaGap(side: side)
    }
  }
}
