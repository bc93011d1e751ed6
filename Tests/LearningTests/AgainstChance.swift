import Environments
import Search

/// The points of an agent in games against random play, a half for each draw; it moves first in every other game.
func pointsAgainstChance<G: Game>(of agent: some Agent<G>, in game: G, games: Int) throws -> Double {
  var points = 0.0
  for number in 0..<games {
    var random = Random(seed: 5, purpose: .test, index: UInt64(number))
    var state = game.start(using: &random)
    try agent.begin(state, random: random)
    let ours: Player = number % 2 == 0 ? .first : .second
    while true {
      let mover = game.playerToMove(in: state)
      let action =
        mover == ours
        ? try agent.decide(in: state).action : game.randomLegalAction(in: state, using: &random)
      let transition = game.step(&state, taking: action, using: &random)
      if transition.status.isOver {
        points += transition.reward == 0 ? 0.5 : (transition.reward > 0) == (mover == ours) ? 1 : 0
        break
      }
      try agent.follow(action, to: state)
    }
  }
  return points
}
