import Environments
import Testing

@Suite("MiniGrid")
struct MiniGridTests {
  /// Plays actions by name and returns the transitions.
  private func play(
    _ names: String, from state: inout MiniGrid.State, in game: MiniGrid
  ) throws -> [Transition] {
    var random = Random(seed: 1, purpose: .test)
    return try names.split(separator: " ").map { name in
      let action = try #require(game.action(named: String(name), in: state), "\(name)")
      return game.step(&state, taking: action, using: &random)
    }
  }

  private func world(
    _ text: String, colors: [GridMap.Color] = [], facing: Heading = .right,
    _ change: (inout MiniGrid.Rules) -> Void = { _ in }
  ) throws -> (game: MiniGrid, state: MiniGrid.State) {
    var rules = MiniGrid.Rules()
    change(&rules)
    let game = try MiniGrid(.map(try GridMap(text, colors: colors), heading: facing), rules: rules)
    var random = Random(seed: 1, purpose: .test)
    return (game, game.start(using: &random))
  }

  @Test("a key is fetched, opens its door, stays in hand and can be put down; the goal pays by the step")
  func doorAndKey() throws {
    var (game, state) = try world("SKLG\n....") { $0.stepLimit = 100 }
    #expect(game.draw(state) == ">KLG\n....")
    _ = try play("pickup", from: &state, in: game)
    #expect(game.draw(state) == ">.LG\n....\ncarries a yellow key")
    _ = try play("forward toggle", from: &state, in: game)
    #expect(game.draw(state) == ".>OG\n....\ncarries a yellow key")
    _ = try play("right drop", from: &state, in: game)
    #expect(game.draw(state) == ".vOG\n.K..")
    let last = try play("left forward forward", from: &state, in: game).last
    #expect(last == Transition(reward: Float(1 - 0.9 * 8 / 100), status: .terminated))
    #expect(game.legalActions(in: state).isEmpty)
  }

  @Test("what is impossible does nothing but costs a step")
  func impossible() throws {
    let (game, start) = try world("#B.G\n.SX.\n.LK.", colors: [.blue, .red, .green, .purple], facing: .up)
    for names in [
      "left left pickup wait", "forward wait", "drop", "toggle", "right pickup left pickup left drop drop",
    ] {
      var (state, other) = (start, start)
      let count = names.split(separator: " ").count
      _ = try play(names, from: &state, in: game)
      _ = try play([String](repeating: "wait", count: count).joined(separator: " "), from: &other, in: game)
      #expect(state.position == other.position)
      #expect(game.key(of: state) != game.key(of: start), "the step counts")
    }
    // A key of another colour does not open the door.
    var state = start
    _ = try play("right toggle forward right", from: &state, in: game)
    _ = try play("pickup right forward left toggle", from: &state, in: game)
    #expect(state.content(of: 9).tile == .lockedDoor)
    #expect(state.carries?.tile == .key)
    // The box is gone once opened, the ball is in the way until it is taken.
    #expect(state.content(of: 6).tile == .floor)
    _ = try play("left left forward", from: &state, in: game)
    #expect(state.position == 5)
  }

  @Test("doors open and close")
  func doors() throws {
    var (game, state) = try world("SD.G")
    _ = try play("forward", from: &state, in: game)
    #expect(state.position == 0)
    _ = try play("toggle", from: &state, in: game)
    #expect(state.content(of: 1).tile == .openDoor)
    let before = game.key(of: state)
    _ = try play("toggle", from: &state, in: game)
    #expect(state.content(of: 1).tile == .closedDoor)
    #expect(game.key(of: state) != before)
  }

  @Test("lava ends the episode for nothing, a limit cuts it off, and the goal at the limit still counts")
  func ends() throws {
    var (game, state) = try world("G.S~") { $0.stepLimit = 4 }
    #expect(try play("forward", from: &state, in: game) == [Transition(status: .terminated)])
    state = try world("G.S~").state
    let waits = try play("wait wait wait wait", from: &state, in: game)
    #expect(waits.map(\.status) == [.running, .running, .running, .truncated])
    state = try world("G.S~").state
    let last = try play("left left forward forward", from: &state, in: game).last
    #expect(last == Transition(reward: Float(1 - 0.9), status: .terminated))
  }

  @Test("walls and shut doors block sight, and the hands are seen where the player stands")
  func sight() throws {
    func drawing(_ game: MiniGrid, _ state: MiniGrid.State) -> String {
      let symbols = game.sight(of: state).map { $0.map { $0.tile.symbol } ?? " " }
      return (0..<7).map { row in String(symbols[row * 7..<row * 7 + 7]) }.joined(separator: "\n")
    }
    var (game, state) = try world("......G\n###D###\n.......\n...S...", facing: .up)
    let blank = String(repeating: " ", count: 7)
    let hidden = [blank, blank, blank, blank, "###D###", ".......", "......."]
    #expect(drawing(game, state) == hidden.joined(separator: "\n"))
    _ = try play("forward toggle", from: &state, in: game)
    let shown = [blank, blank, blank, "#######", "......G", "###O###", "......."]
    #expect(drawing(game, state) == shown.joined(separator: "\n"))
    let open = try world("......G\n###D###\n.......\n...S...", facing: .up) { $0.blocksSight = false }
    #expect(drawing(open.game, open.state) == "#######\n#######\n#######\n......G\n###D###\n.......\n.......")
    var (withKey, keyState) = try world("SK.G")
    _ = try play("pickup", from: &keyState, in: withKey)
    #expect(withKey.sight(of: keyState)[45]?.tile == .key)
  }

  @Test(
    "the goal of every random world can be reached",
    arguments: [
      (GridLayout.empty(side: 6, startsAnywhere: true), 100), (.doorKey(side: 5), 100),
      (.doorKey(side: 6), 60),
      (.doorKey(side: 8), 25), (.fourRooms(side: 19), 60), (.fourRooms(side: 7), 100),
      (.crossing(side: 9, rivers: 1, obstacle: .lava), 100),
      (.crossing(side: 9, rivers: 6, obstacle: .wall), 100),
      (.lavaGap(side: 6), 100), (.lavaGap(side: 5), 50),
    ])
  func solvable(_ layout: GridLayout, _ worlds: Int) throws {
    let game = try MiniGrid(layout)
    var ways: Set<MiniGrid.WayToGoal> = []
    for seed in 0..<UInt64(worlds) {
      var random = Random(seed: seed, purpose: .test)
      let state = game.start(using: &random)
      let way = game.wayToGoal(from: state)
      guard case .actions(let count) = way else {
        Issue.record("seed \(seed): \(way)\n\(game.draw(state))")
        continue
      }
      #expect(count <= game.stepLimit, "seed \(seed)")
      ways.insert(way)
    }
    #expect(ways.count > 1, "worlds differ")
  }

  @Test("random worlds have the shapes of MiniGrid's tasks")
  func shapes() throws {
    for seed in 0..<200 as Range<UInt64> {
      var random = Random(seed: seed, purpose: .test)
      func count(_ layout: GridLayout) throws -> (GridMap.Tile) -> Int {
        let game = try MiniGrid(layout)
        let state = game.start(using: &random)
        let tiles = (0..<game.rows * game.columns).map { state.content(of: $0).tile }
        #expect(tiles[state.position] == .floor, "seed \(seed)")
        return { tile in tiles.count { $0 == tile } }
      }
      let doorKey = try count(.doorKey(side: 8))
      #expect(doorKey(.key) == 1 && doorKey(.lockedDoor) == 1 && doorKey(.goal) == 1, "seed \(seed)")
      #expect(doorKey(.wall) == 28 + 5, "seed \(seed)")
      let rooms = try count(.fourRooms(side: 19))
      #expect(rooms(.wall) == 72 + 33 - 4 && rooms(.goal) == 1, "seed \(seed)")
      let crossing = try count(.crossing(side: 9, rivers: 1, obstacle: .lava))
      #expect(crossing(.lava) == 6 && crossing(.wall) == 32, "seed \(seed)")
      let gap = try count(.lavaGap(side: 6))
      #expect(gap(.lava) == 3 && gap(.goal) == 1, "seed \(seed)")
    }
  }

  @Test("things that cannot be moved out of the way make a map unplayable")
  func blocked() throws {
    // The hands hold one thing, and key and ball cannot change places in a dead end; a box can be opened.
    let error = #expect(throws: RuleError.self) { _ = try world("KBSLG") }
    #expect(error?.description.hasPrefix("map: row 1, column 3: no goal") == true)
    let box = try world("KXSLG")
    // Turn twice, open the box, forward, take the key, turn twice, forward, toggle, forward twice.
    #expect(box.game.wayToGoal(from: box.state) == .actions(11))
    let ball = try world("S.BKLG")
    guard case .actions = ball.game.wayToGoal(from: ball.state) else {
      Issue.record("the ball can be put down behind")
      return
    }
  }

  @Test("layouts and tiles that cannot be are refused")
  func refusals() throws {
    for layout: GridLayout in [
      .doorKey(side: 4), .fourRooms(side: 26), .crossing(side: 8, rivers: 1, obstacle: .lava),
      .crossing(side: 9, rivers: 7, obstacle: .lava),
      .map(try GridMap("S.G", wind: [0, 1, 0]), heading: nil),
    ] {
      #expect(throws: RuleError.self) { try MiniGrid(layout) }
    }
    let error = #expect(throws: RuleError.self) {
      try MiniGrid(.map(try GridMap("..G\nS.I"), heading: nil))
    }
    #expect(error?.description.hasPrefix("map: row 2, column 3: 'I'") == true)
  }
}
