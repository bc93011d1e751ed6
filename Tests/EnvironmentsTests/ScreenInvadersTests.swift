import Environments
import GameLaws
import Testing

@Suite("Space Invaders on the full screen")
struct ScreenInvadersTests {
  /// Steps aside for bombs, else stands where a shot meets the nearest column of invaders, and keeps firing.
  static func shoot(_ features: ScreenFeatures, step: Int) -> String {
    let cannon = (features[0] + 1) * 80 + 6
    for bomb in 0..<3 where features[6 + 3 * bomb] == 1 {
      let (x, y) = ((features[7 + 3 * bomb] + 1) * 80 + 1, (features[8 + 3 * bomb] + 1) * 105)
      if y > 110 && abs(x - cannon) < 13 {
        return (x < cannon || cannon < 14) && cannon < 146 ? "right-fire" : "left-fire"
      }
    }
    let formation = (features[15] + 1) * 80
    var way = Float.infinity
    for column in 0..<6 where (0..<6).contains(where: { features[23 + 6 * $0 + column] == 1 }) {
      // A shot takes some 20 frames to the invaders; they march a pixel or two meanwhile.
      let difference = formation + Float(16 * column) + 6 + 3 * features[17] - cannon
      if abs(difference) < abs(way) { way = difference }
    }
    return way.isFinite && way > 3 ? "right-fire" : way.isFinite && way < -3 ? "left-fire" : "fire"
  }

  @Test("the laws hold, with pictures and with features")
  func laws() throws {
    var options = ScreenOptions()
    let rules = ScreenGame.invaders(ScreenInvaders())
    try checkLaws(of: try ScreenArcade(rules, options: options), games: 1, seed: 1, plyLimit: 60)
    options.observation = .features
    try checkLaws(of: try ScreenArcade(rules, options: options), games: 10, seed: 2)
  }

  @Test("who aims and dodges scores far more than random play")
  func shooting() throws {
    let game = try ScreenArcade(.invaders(ScreenInvaders()))
    let random = randomScore(of: game, episodes: 40, seed: 3)
    var total = 0
    for seed in 1...5 as ClosedRange<UInt64> {
      let end = try play(game, seed: seed, script: Self.shoot)
      print("space invaders, seed \(seed): \(end) against \(random) of random play")
      total += end.score
    }
    #expect(random > 50)
    #expect(Double(total) / 5 > 2 * random)
  }

  @Test("invaders that are let be reach the cannon and end the game with lives left, or bomb them all away")
  func landing() throws {
    var options = PongTests.options()
    options.lives = 9
    let game = try ScreenArcade(.invaders(ScreenInvaders()), options: options)
    // In the corner the bombs aimed at the cannon fall beside it for most of the time.
    let end = try play(game, seed: 4) { _, _ in "left" }
    #expect(end.score == 0)
    #expect(end.steps < 4_000)
  }

  @Test("a shot from below bites into the shield, and two seconds of fire make a hole")
  func shields() throws {
    let game = try ScreenArcade(.invaders(ScreenInvaders()), options: PongTests.options())
    var random = Random(seed: 5, purpose: .test)
    var state = game.start(using: &random)
    let whole = (0..<8).reduce(Float(0)) { $0 + game.features(of: state)[59 + $1] }
    for _ in 0..<30 { _ = game.step(&state, taking: 1, using: &random) }
    let left = (0..<8).reduce(Float(0)) { $0 + game.features(of: state)[59 + $1] }
    #expect(whole == 52.0 / 8)
    #expect(left < whole)
  }
}
