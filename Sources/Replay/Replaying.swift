import Environments

/// Plays a record again: calls `visit` at each ply with the state before the action, the action and what it
/// brought, and returns the last state.
///
/// Throws `ReplayError` that names the ply where the record does not follow from the rules: an illegal action,
/// another reward, another status; or at once if `rules` is given and is not the record's fingerprint.
@discardableResult
public func replay<G: Game>(
  _ record: GameRecord, game: G, rules: UInt64? = nil,
  visit: (_ ply: Int, _ state: G.State, _ action: Action, _ transition: Transition) throws -> Void =
    { _, _, _, _ in }
) throws -> G.State {
  if let rules, rules != record.rules {
    throw disagreement(
      "game \(record.game) was recorded under rules \(String(record.rules, radix: 16)), "
        + "these are \(String(rules, radix: 16))", remedy: "replay it with the rules it was played by")
  }
  guard record.rewards.count == record.actions.count else {
    throw disagreement("\(record.actions.count) actions have \(record.rewards.count) rewards")
  }
  guard !record.actions.isEmpty || record.status == .running else {
    throw disagreement("no action was made, and the episode is \(record.status)")
  }
  if game.playerCount == 2, let value = record.finalValue, !(-1...1 ~= value) {
    throw disagreement("the last state is worth \(value), which is not within -1 and 1")
  }
  guard record.players.count <= game.playerCount else {
    throw disagreement("\(record.players.count) players are named of \(game.playerCount)")
  }
  var random = record.random
  var state = game.start(using: &random)
  for (ply, action) in record.actions.enumerated() {
    guard action.index < game.actionCount, game.legalActions(in: state).contains(action) else {
      throw disagreement("ply \(ply): action \(action.index) is illegal")
    }
    let before = state
    let transition = game.step(&state, taking: action, using: &random)
    guard transition.reward.bitPattern == record.rewards[ply].bitPattern else {
      throw disagreement(
        "ply \(ply): the reward is \(transition.reward), recorded was \(record.rewards[ply])")
    }
    let isLast = ply == record.actions.count - 1
    let expected = isLast ? record.status : .running
    // A runner may cut an episode off that the rules would let go on.
    let isCutOff = isLast && record.status == .truncated && transition.status == .running
    guard transition.status == expected || isCutOff else {
      throw disagreement("ply \(ply): the episode is \(transition.status), recorded was \(expected)")
    }
    try visit(ply, before, action, Transition(reward: transition.reward, status: expected))
  }
  return state
}

private func disagreement(
  _ problem: String, remedy: String = "check that game, rules and version are those that recorded it"
) -> ReplayError {
  ReplayError(.disagreement, problem: problem, remedy: remedy)
}
