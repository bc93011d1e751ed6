/// Number of sequences of `depth` legal actions from a state; a finished game has no continuation.
///
/// Published counts of such sequences check the rules of a deterministic game. Costs as many steps.
public func perft<Rules: Game>(_ game: Rules, _ state: Rules.State, depth: Int) -> UInt64 {
  precondition(!game.isStochastic, "sequences are counted in games without chance")
  var random = Random(seed: 0, purpose: .test)
  return countSequences(game, state, depth, &random)
}

private func countSequences<Rules: Game>(
  _ game: Rules, _ state: Rules.State, _ depth: Int, _ random: inout Random
) -> UInt64 {
  if depth == 0 { return 1 }
  let actions = game.legalActions(in: state)
  if depth == 1 { return UInt64(actions.count) }
  var total: UInt64 = 0
  actions.forEach { action in
    var next = state
    _ = game.step(&next, taking: action, using: &random)
    total += countSequences(game, next, depth - 1, &random)
  }
  return total
}
