import Environments
import Testing

@Suite("MiniGrid against recorded trajectories")
struct MiniGridVectors {
  struct Trajectory: Decodable {
    var world: String
    var policy: String
    var maxSteps: Int
    var seeThroughWalls: Bool
    var grid: [String]
    var objects: [Thing]
    /// [x, y, direction]
    var player: [Int]
    var initialImage: [Int]
    var steps: [Step]
    var finalGrid: [String]
    var finalObjects: [Thing]
  }

  struct Thing: Decodable, Hashable {
    var type: String
    var x: Int
    var y: Int
    var color: String
    var state: String?
  }

  struct Step: Decodable {
    var action: Int
    var reward: Double
    var terminated: Bool
    var truncated: Bool
    var player: [Int]
    /// [type, colour]
    var carrying: [String]?
    var image: [Int]
  }

  /// The recorded layout with the player's start in it.
  private static func game(of trajectory: Trajectory) throws -> MiniGrid {
    var lines = trajectory.grid.map(Array.init)
    let (x, y) = (trajectory.player[0], trajectory.player[1])
    try #require(lines[y][x] == ".")
    lines[y][x] = "S"
    let inOrder = trajectory.objects.sorted { ($0.y, $0.x) < ($1.y, $1.x) }
    let map = try GridMap(
      lines: lines.map { String($0) },
      colors: try inOrder.map { try #require(GridMap.Color(named: $0.color)) })
    var rules = MiniGrid.Rules()
    rules.stepLimit = trajectory.maxSteps
    rules.blocksSight = !trajectory.seeThroughWalls
    return try MiniGrid(.map(map, heading: Heading(wrapping: trajectory.player[2])), rules: rules)
  }

  /// The recorded form of what the player sees: (column x 7 + row) x 3 + channel.
  private static func image(of state: MiniGrid.State, in game: MiniGrid) -> [Int] {
    let sight = game.sight(of: state)
    return (0..<49).flatMap { index -> [Int] in
      guard let (tile, color) = sight[index % 7 * 7 + index / 7] else { return [0, 0, 0] }
      return switch tile {
      case .floor: [1, 0, 0]
      case .wall: [2, 5, 0]
      case .openDoor: [4, Int(color.rawValue), 0]
      case .closedDoor: [4, Int(color.rawValue), 1]
      case .lockedDoor: [4, Int(color.rawValue), 2]
      case .key: [5, Int(color.rawValue), 0]
      case .ball: [6, Int(color.rawValue), 0]
      case .box: [7, Int(color.rawValue), 0]
      case .goal: [8, 1, 0]
      case .lava: [9, 0, 0]
      default: [-1, -1, -1]
      }
    }
  }

  private static func things(in state: MiniGrid.State, of game: MiniGrid) -> Set<Thing> {
    var things: Set<Thing> = []
    for cell in 0..<game.rows * game.columns {
      let (tile, color) = state.content(of: cell)
      guard tile.isColored else { continue }
      let names: [GridMap.Tile: (String, String?)] = [
        .openDoor: ("door", "open"), .closedDoor: ("door", "closed"), .lockedDoor: ("door", "locked"),
      ]
      let (type, door) = names[tile] ?? ("\(tile)", nil)
      things.insert(
        Thing(type: type, x: cell % game.columns, y: cell / game.columns, color: color.name, state: door))
    }
    return things
  }

  private static func player(_ state: MiniGrid.State, in game: MiniGrid) -> [Int] {
    [state.position % game.columns, state.position / game.columns, Int(state.direction.rawValue)]
  }

  @Test("every field of every step is the recorded one")
  func trajectories() throws {
    var (count, steps) = (0, 0)
    for trajectory in try VectorFiles.lines(of: "minigrid/minigrid.jsonl", as: Trajectory.self) {
      let game = try Self.game(of: trajectory)
      var random = Random(seed: 1, purpose: .test)
      var state = game.start(using: &random)
      #expect(Self.player(state, in: game) == trajectory.player)
      #expect(Self.image(of: state, in: game) == trajectory.initialImage, "\(trajectory.world)")
      #expect(Self.things(in: state, of: game) == Set(trajectory.objects))
      for (index, step) in trajectory.steps.enumerated() {
        let place = "\(trajectory.world), \(trajectory.policy), step \(index + 1)"
        let transition = game.step(&state, taking: Action(step.action), using: &random)
        let isGoal = state.content(of: state.position).tile == .goal
        let reward = isGoal ? game.goalReward(atStep: index + 1) : 0
        #expect(abs(reward - step.reward) < 1e-12, "\(place)")
        #expect(transition.reward == Float(step.reward), "\(place)")
        #expect((transition.status == .terminated) == step.terminated, "\(place)")
        #expect(step.truncated == (index + 1 >= trajectory.maxSteps), "\(place)")
        #expect(transition.status.isOver == (step.terminated || step.truncated), "\(place)")
        #expect(Self.player(state, in: game) == step.player, "\(place)")
        #expect(state.carries.map { ["\($0.tile)", $0.color.name] } == step.carrying, "\(place)")
        #expect(Self.image(of: state, in: game) == step.image, "\(place)")
        steps += 1
        if transition.status.isOver { #expect(index == trajectory.steps.count - 1, "\(place)") }
      }
      let grid = (0..<game.rows).map { row in
        String((0..<game.columns).map { state.content(of: row * game.columns + $0).tile.symbol })
      }
      #expect(grid == trajectory.finalGrid, "\(trajectory.world)")
      #expect(Self.things(in: state, of: game) == Set(trajectory.finalObjects), "\(trajectory.world)")
      count += 1
    }
    #expect(count >= 20)
    print("minigrid/minigrid.jsonl: \(steps) steps of \(count) trajectories compared")
  }
}
