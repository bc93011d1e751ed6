import Environments
import Testing

@Suite("Episodes that a limit cuts off")
struct TruncationTests {
  /// Plays the same random episodes with a limit and without: where one is cut off, the other runs on from the state
  /// that `untruncated` says.
  private func check<G: Game>(_ limited: G, like free: G, seed: UInt64) throws {
    var cuts = 0
    for number in 0..<20 as Range<UInt64> {
      var random = Random(seed: seed, purpose: .test, index: number)
      var other = random
      var (state, running) = (limited.start(using: &random), free.start(using: &other))
      var choice = Random(seed: seed, purpose: .playout, index: number)
      while true {
        let action = limited.randomLegalAction(in: state, using: &choice)
        let status = limited.step(&state, taking: action, using: &random).status
        let expected = free.step(&running, taking: action, using: &other).status
        if status == .truncated {
          cuts += 1
          let next = limited.untruncated(state)
          #expect(limited.legalActions(in: state).isEmpty && expected == .running)
          #expect(limited.key(of: next) == free.key(of: running), "seed \(seed), game \(number)")
          #expect(limited.legalActions(in: next).array == free.legalActions(in: running).array)
          break
        }
        #expect(status == expected)
        if status.isOver { break }
      }
    }
    #expect(cuts > 0)
  }

  @Test("in gridworlds they would go on where they are")
  func gridworlds() throws {
    func lake(_ limit: Int?) throws -> Gridworld {
      try Gridworld(map: GridMap("SFFF\nFHFH\nFFFH\nHFFG"), intendedProbability: 0.8, stepLimit: limit)
    }
    try check(lake(4), like: lake(nil), seed: 1)
    func taxi(_ limit: Int?) throws -> Taxi {
      try Taxi(map: TaxiMap(TaxiMap.standardDrawing), stepLimit: limit)
    }
    try check(taxi(9), like: taxi(nil), seed: 2)
    func room(_ limit: Int) throws -> MiniGrid {
      var rules = MiniGrid.Rules()
      rules.stepLimit = limit
      return try MiniGrid(.doorKey(side: 5), rules: rules)
    }
    try check(room(5), like: room(6), seed: 3)
  }

  @Test("so they would in arcade games", arguments: ArcadeGame.allCases)
  func arcade(_ game: ArcadeGame) throws {
    try check(MinAtar(game, frameLimit: 7), like: MinAtar(game, frameLimit: nil), seed: 4)
  }

  @Test("and on the screen")
  func screen() throws {
    func pong(_ limit: Int?) throws -> ScreenArcade {
      var options = ScreenOptions()
      options.frameLimit = limit
      return try ScreenArcade(.pong(ScreenPong()), options: options)
    }
    try check(pong(20), like: pong(nil), seed: 5)
  }
}
