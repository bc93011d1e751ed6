import Environments

/// Plays one episode with a script and returns the sum of rewards.
///
/// The script sees the features and the number of the step, and names an action.
func play(
  _ game: ScreenArcade, seed: UInt64, stepLimit: Int = 30_000,
  script: (_ features: ScreenFeatures, _ step: Int) -> String
) throws -> (score: Int, steps: Int, tally: ScreenTally) {
  var random = Random(seed: seed, purpose: .test)
  var state = game.start(using: &random)
  for step in 0..<stepLimit {
    let name = script(game.features(of: state), step)
    guard let action = game.action(named: name, in: state) else {
      throw RuleError("the script played '\(name)'")
    }
    if game.step(&state, taking: action, using: &random).status.isOver {
      return (Int(state.tally.score), step + 1, state.tally)
    }
  }
  return (Int(state.tally.score), stepLimit, state.tally)
}

/// The mean score of random play.
func randomScore(of game: ScreenArcade, episodes: Int, seed: UInt64) -> Double {
  var total = 0
  for episode in 0..<episodes {
    var random = Random(seed: seed, purpose: .test, index: UInt64(episode))
    var state = game.start(using: &random)
    while true {
      let action = game.legalActions(in: state).randomAction(using: &random)
      if game.step(&state, taking: action, using: &random).status.isOver { break }
    }
    total += Int(state.tally.score)
  }
  return Double(total) / Double(episodes)
}
