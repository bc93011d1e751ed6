/// The value of every ply of an episode, from the view of the player who moved there.
///
/// Works backwards through `value = reward + discount * (same mover ? next : -next)`. After `bootstrapSteps`
/// steps (0: never) the recursion ends in the search's value of the state reached, as in n-step returns
/// (Sutton and Barto 2018, section 7.1).
/// - Parameters:
///   - rewards: [plies], each of the player who moved.
///   - movers: [plies + 1], the last one of the state after the last ply; it may be left out where `finalValue`
///     is 0.
///   - values: [plies], the search's value of each state from its mover's view.
///   - ends: plies at which returns from before end in the search's value, and which have it themselves.
///   - finalValue: the value of the state after the last ply, from its mover's view: 0 if the episode has
///     terminated, what to bootstrap from if it was truncated.
/// - Returns: [plies].
package func returnTargets<Mover: Equatable>(
  rewards: [Float], movers: [Mover], values: [Float], finalValue: Float, discount: Float, bootstrapSteps: Int,
  ends: (Int) -> Bool = { _ in false }
) -> [Float] {
  let count = rewards.count
  var result = [Float](repeating: 0, count: count)
  guard count > 0 else { return result }
  func mover(_ ply: Int) -> Mover { movers[min(ply, movers.count - 1)] }
  for start in stride(from: count - 1, through: 0, by: -1) {
    // Without a horizon the return of the next ply is known already.
    let end = bootstrapSteps > 0 ? min(start + bootstrapSteps, count) : start + 1
    var target = end == count ? finalValue : bootstrapSteps > 0 ? values[end] : result[end]
    for ply in stride(from: end - 1, through: start, by: -1) {
      target =
        ends(ply) ? values[ply] : rewards[ply] + discount * (mover(ply) == mover(ply + 1) ? target : -target)
    }
    result[start] = target
  }
  return result
}
