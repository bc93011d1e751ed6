import Environments
import GameLaws
import Testing

@Suite("Pong")
struct PongTests {
  /// Options for tests of the rules: no sticky actions.
  static func options(_ difficulty: Int = 0) -> ScreenOptions {
    var options = ScreenOptions()
    options.stickyProbability = 0
    options.difficulty = difficulty
    return options
  }

  /// Follows the ball when it comes, else waits in the middle.
  static func track(_ features: ScreenFeatures) -> String {
    let isComing = features[3] == 1 && features[6] > 0
    return move(from: features[0], to: isComing ? features[5] : 0)
  }

  /// Goes where the ball will cross the paddle's line, off its middle by as much as the opponent is far away.
  static func foresee(_ features: ScreenFeatures, step: Int) -> String {
    guard features[3] == 1 && features[6] > 0 else { return move(from: features[0], to: 0) }
    // In pixels: 158 of them down the rail of the ball, 146 down that of the paddle.
    let frames = (138 - (features[4] + 1) * 80) / (features[6] * 4)
    var y = (features[5] + 1) * 79 + frames * features[7] * 4
    while !(0...158 ~= y) { y = y < 0 ? -y : 316 - y }
    let aim: Float = features[2] > 0 ? 7 : -7
    return move(from: features[0], to: (y + 2 - 8 + aim) / 73 - 1)
  }

  private static func move(from place: Float, to target: Float) -> String {
    target - place > 0.04 ? "down" : target - place < -0.04 ? "up" : "nothing"
  }

  @Test("the laws hold, with pictures and with features")
  func laws() throws {
    var options = ScreenOptions()
    try checkLaws(
      of: try ScreenArcade(.pong(ScreenPong()), options: options), games: 1, seed: 1, plyLimit: 60)
    options.observation = .features
    try checkLaws(of: try ScreenArcade(.pong(ScreenPong()), options: options), games: 20, seed: 2)
    options.actionRepeat = 1
    options.stickyProbability = 0
    options.frameLimit = 100
    try checkLaws(of: try ScreenArcade(.pong(ScreenPong()), options: options), games: 5, seed: 3)
  }

  @Test("random play loses nearly every point")
  func randomPlay() throws {
    let game = try ScreenArcade(.pong(ScreenPong()))
    let score = randomScore(of: game, episodes: 40, seed: 4)
    print("random play of pong scores \(score)")
    #expect(-21 ... -19 ~= score)
  }

  @Test("who follows the ball when it comes wins against the easiest opponent")
  func tracking() throws {
    let game = try ScreenArcade(.pong(ScreenPong()), options: Self.options())
    for seed in 1...5 as ClosedRange<UInt64> {
      let end = try play(game, seed: seed) { features, _ in Self.track(features) }
      #expect(end.score > 0, "seed \(seed)")
    }
  }

  @Test("who foresees where the ball comes wins too, and by less the harder the opponent is")
  func foreseeing() throws {
    var totals: [Int] = []
    for difficulty in [0, 3, 6, 9] {
      var options = Self.options(difficulty)
      options.isRamping = false
      let game = try ScreenArcade(.pong(ScreenPong()), options: options)
      totals.append(try (1...4).reduce(0) { try $0 + play(game, seed: $1, script: Self.foresee).score })
    }
    print("pong: the sums of 4 games by difficulty are \(totals)")
    #expect(totals[0] > 24)
    #expect(totals == totals.sorted(by: >))
  }
}
