import Environments
import Replay

/// One environment of many that are stepped together: one episode after another.
struct EnvironmentLane<G: Game> {
  private(set) var state: G.State
  private(set) var record: GameRecord
  private var random: Random

  init(job: TrainingJob<G>, number: Int, resuming record: GameRecord?) {
    self.record =
      record
      ?? GameRecord(
        game: job.gameName, rules: job.rulesFingerprint, seed: job.seed, stream: UInt64(number),
        lane: UInt32(number), players: [String](repeating: job.agentName, count: job.game.playerCount))
    random = self.record.random
    state = job.game.start(using: &random)
    for action in self.record.actions { _ = job.game.step(&state, taking: action, using: &random) }
  }

  mutating func step(_ game: G, taking action: Action) -> Transition {
    let transition = game.step(&state, taking: action, using: &random)
    record.append(action, transition)
    return transition
  }

  /// Begins the lane's next episode.
  mutating func restart(job: TrainingJob<G>, laneCount: Int) {
    let stream = record.stream + UInt64(laneCount)
    record = GameRecord(
      game: record.game, rules: record.rules, seed: record.seed, stream: stream, lane: record.lane,
      players: record.players)
    random = record.random
    state = job.game.start(using: &random)
  }
}

/// The legal action of highest value, the first of equals, in one row of `values` [rows, actionCount].
func greedyAction<Actions: ActionSet>(
  values: [Float], row: Int = 0, actionCount: Int, legal: Actions
) -> Action {
  var best = legal.action(atRank: 0)
  var bestValue = -Float.infinity
  legal.forEach { action in
    let value = values[row * actionCount + action.index]
    if value > bestValue { (best, bestValue) = (action, value) }
  }
  return best
}
