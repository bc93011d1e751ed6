import Environments
import Testing

@Suite("What an agent sees of the screen")
struct ScreenPictureTests {
  private static let games: [ScreenGame] = [
    .pong(ScreenPong()), .breakout(ScreenBreakout()), .invaders(ScreenInvaders()),
  ]

  /// Luminance of the brighter of two pictures, shrunk by the definition of an area mean, in exact integers.
  private static func shrink(_ first: Picture, _ second: Picture) -> [Float] {
    let luminances = zip(first.pixels, second.pixels).map { one, other -> Int in
      let (one, other) = (first.palette[Int(one)], first.palette[Int(other)])
      let brightest = ScreenColour(
        red: max(one.red, other.red), green: max(one.green, other.green), blue: max(one.blue, other.blue))
      return Int(brightest.luminance)
    }
    var result: [Float] = []
    for row in 0..<84 {
      for column in 0..<84 {
        var sum = 0
        // In parts of 1/2 row and 1/21 column, a pixel of the result covers 5 x 40.
        for part in 5 * row..<5 * row + 5 {
          for slice in 40 * column..<40 * column + 40 { sum += luminances[part / 2 * 160 + slice / 21] }
        }
        result.append(Float((sum + 100) / 200) / 255)
      }
    }
    return result
  }

  @Test(
    "four times the mean luminance of the brighter of two frames, the newest first", arguments: games.indices)
  func reference(_ index: Int) throws {
    var options = ScreenOptions()
    options.actionRepeat = 1
    options.stickyProbability = 0
    // The same episode, frame by frame and in steps of 3 frames.
    let frames = try ScreenArcade(Self.games[index], options: options)
    options.actionRepeat = 3
    let steps = try ScreenArcade(Self.games[index], options: options)
    var (random, sameRandom) = (Random(seed: 6, purpose: .test), Random(seed: 6, purpose: .test))
    var choice = Random(seed: 7, purpose: .test)
    var (state, sameState) = (frames.start(using: &random), steps.start(using: &sameRandom))
    var pairs = [[Float]](
      repeating: Self.shrink(frames.picture(of: state), frames.picture(of: state)), count: 4)
    var planes = [Float](repeating: .nan, count: 4 * 84 * 84)
    for step in 0..<120 {
      let action = steps.randomLegalAction(in: sameState, using: &choice)
      var last = frames.picture(of: state)
      for _ in 0..<3 {
        last = frames.picture(of: state)
        _ = frames.step(&state, taking: action, using: &random)
      }
      guard !steps.step(&sameState, taking: action, using: &sameRandom).status.isOver else { break }
      pairs = [Self.shrink(frames.picture(of: state), last)] + pairs.dropLast()
      // Four pictures are slow to shrink by definition: not every step is looked at.
      guard step % 8 < 2 else { continue }
      var span = planes.mutableSpan
      steps.observe(sameState, into: &span)
      #expect(planes == pairs.flatMap { $0 }, "step \(step)")
    }
  }

  @Test("options out of range are refused")
  func refusals() {
    for change in [
      { $0.actionRepeat = 0 }, { $0.stickyProbability = 1.5 }, { $0.frameLimit = 0 }, { $0.lives = 0 },
      { $0.difficulty = 10 },
    ] as [(inout ScreenOptions) -> Void] {
      var options = ScreenOptions()
      change(&options)
      #expect(throws: RuleError.self) { try ScreenArcade(Self.games[0], options: options) }
    }
  }

  @Test("an action that always sticks is the first one for ever, and a frame limit truncates")
  func frame() throws {
    var options = ScreenOptions()
    options.stickyProbability = 1
    options.frameLimit = 10
    let game = try ScreenArcade(Self.games[1], options: options)
    var random = Random(seed: 8, purpose: .test)
    var state = game.start(using: &random)
    let paddle = game.features(of: state)[0]
    var statuses: [Status] = []
    for _ in 0..<3 { statuses.append(game.step(&state, taking: 3, using: &random).status) }
    #expect(game.features(of: state)[0] == paddle)
    #expect(statuses == [.running, .running, .truncated])
    #expect(game.legalActions(in: state).isEmpty)
  }

  @Test("rewards are clipped to their sign when that is asked for")
  func clipping() throws {
    var options = PongTests.options()
    options.clipsRewards = true
    let game = try ScreenArcade(Self.games[2], options: options)
    var random = Random(seed: 9, purpose: .test)
    var state = game.start(using: &random)
    var rewards = Set<Float>()
    for step in 0..<400 {
      let name = ScreenInvadersTests.shoot(game.features(of: state), step: step)
      let action = try #require(game.action(named: name, in: state))
      let transition = game.step(&state, taking: action, using: &random)
      rewards.insert(transition.reward)
      if transition.status.isOver { break }
    }
    #expect(rewards == [0, 1])
    #expect(state.tally.score > 20)
  }
}
