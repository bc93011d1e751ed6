import Environments

/// Takes note of the moves of a playout.
protocol MoveRecorder: ~Copyable {
  /// Whether it wants to hear of moves at all.
  static var records: Bool { get }
  mutating func note(_ action: Action, by mover: Player)
}

/// Records nothing, at no cost.
struct NoRecorder: MoveRecorder {
  static var records: Bool { false }
  mutating func note(_ action: Action, by mover: Player) {}
}

/// Plays uniformly random actions to the end, or for `limit` steps, and returns the discounted return
/// from the view of the player to move in `state`. Beyond the limit nothing is counted.
public func playout<Subject: Game>(
  of game: Subject, from state: Subject.State, discount: Float = 1, limit: Int = .max,
  using random: inout Random
) -> Float {
  var state = state
  var recorder = NoRecorder()
  return finishRandomly(
    &state, of: game, discount: discount, limit: limit, using: &random, recorder: &recorder)
}

/// The same, played on a state that is not needed any more: copying large states costs as much as some steps.
@inline(__always)
func finishRandomly<Subject: Game, Recorder: MoveRecorder & ~Copyable>(
  _ state: inout Subject.State, of game: Subject, discount: Float, limit: Int, using random: inout Random,
  recorder: inout Recorder
) -> Float {
  let start = game.playerToMove(in: state)
  var total: Float = 0
  var factor: Float = 1
  var steps = 0
  while steps < limit {
    let isOwn = game.playerCount == 1 || game.playerToMove(in: state) == start
    let transition: Transition
    if Recorder.records {
      let action = game.randomLegalAction(in: state, using: &random)
      recorder.note(action, by: game.playerToMove(in: state))
      transition = game.step(&state, taking: action, using: &random)
    } else {
      transition = game.stepRandomly(&state, using: &random)
    }
    total += factor * (isOwn ? transition.reward : -transition.reward)
    if transition.status.isOver { break }
    factor *= discount
    steps += 1
  }
  return total
}
