import Environments
import GameLaws
import Testing

extension GameLawsTests {
  @Test("gridworlds with wind, ice, cliffs, one-way cells, keys and doors, seen whole or in part")
  func richGridworld() throws {
    let map = try GridMap(
      "S..>.#.\n.I.#.L.\n.CC..#G\nSK^~.DK\n.....#.", colors: [.red, .red, .green, .blue],
      wind: [0, 0, 1, 0, -1, 0, 0])
    for view in Gridworld.View.allCases {
      var rules = Gridworld.Rules()
      rules.view = view
      rules.stepLimit = 300
      try checkLaws(of: try Gridworld(map: map, rules: rules), games: 60, seed: 14)
      rules.actionOrder = .upRightDownLeft
      rules.intendedProbability = 0.7
      rules.iceProbability = 0.1
      try checkLaws(of: try Gridworld(map: map, rules: rules), games: 60, seed: 15)
    }
  }

  @Test("mini-grid worlds from maps and from chance, seen whole or in part")
  func miniGrid() throws {
    let map = try GridMap(
      "S.L.G\n.B#..\nKXO~D", colors: [.red, .blue, .red, .grey, .green, .purple])
    let layouts: [GridLayout] = [
      .map(map, heading: .down), .map(map, heading: nil), .empty(side: 5, startsAnywhere: false),
      .empty(side: 6, startsAnywhere: true), .doorKey(side: 5), .doorKey(side: 8), .fourRooms(side: 19),
      .crossing(side: 9, rivers: 2, obstacle: .lava), .crossing(side: 11, rivers: 8, obstacle: .wall),
      .lavaGap(side: 25),
    ]
    for layout in layouts {
      for view in MiniGrid.View.allCases {
        var rules = MiniGrid.Rules()
        rules.view = view
        try checkLaws(of: try MiniGrid(layout, rules: rules), games: 4, seed: 16, plyLimit: 150)
      }
    }
  }

  @Test("taxi")
  func taxi() throws {
    try checkLaws(of: try Taxi(map: try TaxiMap(TaxiMap.standardDrawing)), games: 100, seed: 17)
    let small = try TaxiMap("+---+\n|a:b|\n+---+")
    try checkLaws(of: try Taxi(map: small, stepLimit: nil), games: 20, seed: 18)
  }
}
