import Environments
import Testing

/// What holds on every frame, read from the observations alone.
@Suite("What always holds in the arcade games")
struct MinAtarInvariantTests {
  /// One frame, as sets of cells (row * 10 + column) by plane, and the one before it.
  struct Frame {
    var planes: [Set<Int>]
    var reward: Float = 0
    var isOver = false
    var difficulty = 0

    func count(_ plane: Int) -> Int { planes[plane].count }

    func rows(of plane: Int, are range: ClosedRange<Int>) -> Bool {
      planes[plane].allSatisfy { range ~= $0 / 10 }
    }
  }

  @Test("thousands of random steps, with and without ramping", arguments: ArcadeGame.allCases, [true, false])
  func randomPlay(_ arcade: ArcadeGame, ramps: Bool) throws {
    let seed = UInt64.random(in: 0...(.max))
    let game = try MinAtar(arcade, stickyProbability: 0.2, rampsDifficulty: ramps, frameLimit: nil)
    var chance = Random(seed: seed, purpose: .test)
    var choice = Random(seed: seed, purpose: .test, index: 1)
    var (steps, episodes) = (0, 0)
    while steps < 4_000 {
      var state = game.start(using: &chance)
      var before = frame(game, state)
      episodes += 1
      var length = 0
      while !before.isOver {
        // Runs of one action, so that the player gets about.
        let action = game.randomLegalAction(in: state, using: &choice)
        for _ in 0..<choice.integer(in: 1..<6) where !before.isOver {
          let transition = game.step(&state, taking: action, using: &chance)
          var after = frame(game, state)
          (after.reward, after.isOver) = (transition.reward, transition.status.isOver)
          try #require(Self.holds(arcade, before, after), "seed \(seed), step \(steps)")
          try #require(after.difficulty >= before.difficulty && (ramps || after.difficulty == 0))
          before = after
          (steps, length) = (steps + 1, length + 1)
        }
      }
      #expect(arcade != .freeway || length == 2501, "seed \(seed)")
    }
    print("\(arcade): \(steps) steps in \(episodes) episodes, seed \(seed)")
  }

  @Test("the lists of Seaquest hold all that comes at full difficulty")
  func crowdedSea() {
    let seed = UInt64.random(in: 0...(.max))
    var most = 0
    for index in 0..<8 {
      var random = Random(seed: seed, purpose: .test, index: UInt64(index))
      var board = Seaquest(using: &random)
      (board.spawnPeriod, board.movePeriod) = (1, 2)
      for _ in 0..<4_000 {
        // Half of the boards keep out of the way, so that nothing is shot; the end of a game changes nothing.
        let action = index % 2 == 0 ? .nothing : ArcadeAction.allCases[random.integer(below: 6)]
        _ = board.advance(taking: action, ramping: true, using: &random)
        most = max(most, board.enemies.count)
      }
    }
    #expect(20...30 ~= most, "seed \(seed)")
    print("seaquest: up to \(most) enemies at a time, seed \(seed)")
  }

  private func frame(_ game: MinAtar, _ state: MinAtar.State) -> Frame {
    var values = [Float](repeating: .nan, count: game.observationShape.count)
    var span = values.mutableSpan
    game.observe(state, into: &span)
    var planes = [Set<Int>](repeating: [], count: game.observationShape.planes)
    for (element, value) in values.enumerated() where value != 0 {
      #expect(value == 1)
      planes[element / 100].insert(element % 100)
    }
    return Frame(planes: planes, difficulty: state.board.contents.difficulty)
  }

  static func holds(_ game: ArcadeGame, _ before: Frame, _ after: Frame) -> Bool {
    switch game {
    case .asterix: asterix(before, after)
    case .breakout: breakout(before, after)
    case .freeway: freeway(before, after)
    case .seaquest: seaquest(before, after)
    case .spaceInvaders: spaceInvaders(before, after)
    }
  }

  private static func column(_ frame: Frame, _ plane: Int) -> Int { (frame.planes[plane].first ?? 0) % 10 }
  private static func row(_ frame: Frame, _ plane: Int) -> Int { (frame.planes[plane].first ?? 0) / 10 }
}

extension MinAtarInvariantTests {
  /// The player walks in rows 1 to 8, where every row holds at most one thing with its trail beside it.
  private static func asterix(_ before: Frame, _ after: Frame) -> Bool {
    let things = after.planes[1].union(after.planes[3])
    let move = abs(row(after, 0) - row(before, 0)) + abs(column(after, 0) - column(before, 0))
    return after.count(0) == 1 && after.rows(of: 0, are: 1...8) && move <= 1
      && after.planes[1].isDisjoint(with: after.planes[3])
      && things.count == Set(things.map { $0 / 10 }).count && things.allSatisfy { 1...8 ~= $0 / 10 }
      && after.planes[2].allSatisfy { trail in
        things.contains { $0 / 10 == trail / 10 && abs($0 - trail) == 1 }
      }
      && 0...2 ~= after.reward
  }

  /// One paddle, one ball, and bricks that go one at a time for a reward each, or come back all at once.
  private static func breakout(_ before: Frame, _ after: Frame) -> Bool {
    let isWallNew = before.count(3) == 0 && after.count(3) == 30
    return (0...2).allSatisfy { after.count($0) == 1 } && after.rows(of: 0, are: 9...9)
      && after.planes[2] == before.planes[1] && after.rows(of: 3, are: 1...3)
      && abs(column(after, 0) - column(before, 0)) <= 1 && abs(row(after, 1) - row(before, 1)) <= 1
      && (isWallNew ? after.reward == 0 : before.count(3) - after.count(3) == Int(after.reward))
      && (isWallNew || after.planes[3].isSubset(of: before.planes[3])) && 0...1 ~= after.reward
  }

  /// Every lane has one car and one mark of its speed behind it; the chicken stays in its column.
  private static func freeway(_ before: Frame, _ after: Frame) -> Bool {
    let lanes = Set(1...8)
    let speeds = after.planes[2...6].reduce(into: Set()) { $0.formUnion($1) }
    let isMoved = abs(row(after, 0) - row(before, 0)) <= 1 || row(after, 0) == 9
    return after.count(0) == 1 && column(after, 0) == 4 && row(after, 0) > 0 && isMoved
      && after.count(1) == 8 && Set(after.planes[1].map { $0 / 10 }) == lanes
      && after.planes[2...6].map(\.count).reduce(0, +) == 8 && Set(speeds.map { $0 / 10 }) == lanes
      && after.planes[1].allSatisfy { car in
        [1, 9].contains { speeds.contains(car / 10 * 10 + (car % 10 + $0) % 10) }
      }
      && (after.reward == 0 || after.reward == 1 && row(before, 0) == 1)
  }

  /// Submarine and gauges are where they belong; a reward says how many enemies went, or how much air was left.
  private static func seaquest(_ before: Frame, _ after: Frame) -> Bool {
    let oxygen = after.planes[7].map { $0 - 90 }.sorted()
    let divers = after.planes[8].map { 98 - $0 }.sorted()
    return after.count(0) == 1 && after.count(1) == 1 && after.rows(of: 0, are: 0...8)
      && abs(column(after, 0) - column(after, 1)) == 1 && row(after, 0) == row(after, 1)
      && oxygen == Array(0..<oxygen.count) && oxygen.count <= 10
      && divers == Array(0..<divers.count) && divers.count <= 6
      && [3, 5, 6, 9].allSatisfy { after.rows(of: $0, are: 1...8) }
      && after.count(2) <= 3 && after.count(4) <= 12 && after.count(9) <= 3
      && after.count(5) + after.count(6) <= 32 && 0...10 ~= after.reward
      && (row(after, 0) > 0 || after.isOver || oxygen.count == 10)
  }

  /// Aliens march as one, and are as many as were not shot, until a new block of 24 comes.
  private static func spaceInvaders(_ before: Frame, _ after: Frame) -> Bool {
    let isBlockNew = before.count(1) == Int(after.reward)
    return after.count(0) == 1 && after.rows(of: 0, are: 9...9)
      && abs(column(after, 0) - column(before, 0)) <= 1
      && after.planes[1] == after.planes[2].union(after.planes[3])
      && (after.count(2) == 0 || after.count(3) == 0)
      && after.count(1) == (isBlockNew ? 24 : before.count(1) - Int(after.reward))
      && after.count(4) <= 2 && after.count(5) <= 1
  }
}
