import Environments
import GameLaws
import Testing

@Suite("Breakout on the full screen")
struct ScreenBreakoutTests {
  /// Goes where the ball will come down, and meets it now with this, now with that part of the paddle.
  static func foresee(_ features: ScreenFeatures, step: Int) -> String {
    guard features[3] == 1 else { return "fire" }
    // In pixels: see `writeFeatures`.
    let paddle = 8 + (features[0] + 1) * 68
    let width: Float = features[2] == 1 ? 8 : 16
    let (y, speedX, speedY) = (32 + (features[5] + 1) * 89, features[6] * 4, features[7] * 4)
    var x = 8 + (features[4] + 1) * 71
    if speedY > 0 && y > 93 {
      x += (185 - y) / speedY * speedX
      while !(8...150 ~= x) { x = x < 8 ? 16 - x : 300 - x }
    }
    let part = Float(step / 31 % 5 - 2) * width / 7
    let way = x + 1 - width / 2 + part - paddle - 4 * features[1]
    return way > 2.5 ? "right" : way < -2.5 ? "left" : "nothing"
  }

  @Test("the laws hold, with pictures and with features")
  func laws() throws {
    var options = ScreenOptions()
    let rules = ScreenGame.breakout(ScreenBreakout())
    try checkLaws(of: try ScreenArcade(rules, options: options), games: 1, seed: 1, plyLimit: 60)
    options.observation = .features
    options.lives = 1
    options.clipsRewards = true
    try checkLaws(of: try ScreenArcade(rules, options: options), games: 20, seed: 2)
  }

  @Test("who foresees where the ball comes down clears a wall of 432 points; random play takes a few bricks")
  func foreseeing() throws {
    let game = try ScreenArcade(.breakout(ScreenBreakout()), options: PongTests.options())
    let random = randomScore(of: game, episodes: 40, seed: 3)
    var cleared = 0
    for seed in 1...5 as ClosedRange<UInt64> {
      let end = try play(game, seed: seed, script: Self.foresee)
      print("breakout, seed \(seed): \(end.score) points in \(end.steps) steps; random play has \(random)")
      if end.score >= 432 { cleared += 1 }
    }
    #expect(0.2...8 ~= random)
    #expect(cleared >= 3)
  }

  @Test("bricks are worth 7, 7, 4, 4, 1 and 1 by row, and a wall 432")
  func worths() throws {
    var options = PongTests.options()
    options.actionRepeat = 1
    let game = try ScreenArcade(.breakout(ScreenBreakout()), options: options)
    var random = Random(seed: 4, purpose: .test)
    var state = game.start(using: &random)
    var total: Float = 0
    var worths = Set<Float>()
    for step in 0..<60_000 {
      let name = Self.foresee(game.features(of: state), step: step / 4)
      let before = Self.bricks(game.features(of: state))
      let action = try #require(game.action(named: name, in: state))
      let transition = game.step(&state, taking: action, using: &random)
      let after = Self.bricks(game.features(of: state))
      // A new wall stands up with the return after the last brick.
      guard zip(before, after).allSatisfy({ $0 >= $1 }) else { break }
      let worth = zip(before, after).enumerated().reduce(Float(0)) { sum, brick in
        sum + (brick.element.0 - brick.element.1) * [7, 7, 4, 4, 1, 1][brick.offset / 18]
      }
      #expect(transition.reward == worth, "step \(step)")
      total += worth
      worths.insert(worth)
      if transition.status.isOver { break }
    }
    #expect(worths.isSuperset(of: [0, 1, 4, 7]))
    #expect(total <= 432)
  }

  private static func bricks(_ features: ScreenFeatures) -> [Float] { (10..<118).map { features[$0] } }

  @Test("five balls lost end the game, each a life; the ball launches itself after two seconds")
  func lives() throws {
    var options = PongTests.options()
    options.actionRepeat = 1
    let game = try ScreenArcade(.breakout(ScreenBreakout()), options: options)
    var random = Random(seed: 5, purpose: .test)
    var state = game.start(using: &random)
    for frame in 0..<120 {
      #expect(game.features(of: state)[3] == 0, "frame \(frame)")
      _ = game.step(&state, taking: 0, using: &random)
    }
    #expect(game.features(of: state)[3] == 1)
    // The paddle waits in the corner.
    var lives = [state.tally.lives]
    var status = Status.running
    while !status.isOver {
      status = game.step(&state, taking: 2, using: &random).status
      if state.tally.lives != lives.last { lives.append(state.tally.lives) }
    }
    #expect(lives == [5, 4, 3, 2, 1, 0])
    #expect(status == .terminated)
  }
}
