import Replay

/// What the value of a transition's action is trained towards: reward + discount * (same mover ? best : -best),
/// where best is the highest value of a legal action of the next state, and 0 after the end (Mnih et al. 2015,
/// algorithm 1, with the sign of negamax).
/// - Parameters:
///   - nextValues: [rows, actionCount], from the view of the player to move in the next states.
///   - nextLegal: [rows, words], bits of the actions legal there.
package func actionValueTarget(
  of transition: StoredTransition, nextValues: [Float], nextLegal: [UInt64], row: Int, actionCount: Int,
  discount: Float
) -> Float {
  if transition.status == .terminated { return transition.reward }
  let first = row * ((actionCount + 63) / 64)
  var best = -Float.infinity
  var bestOfAll = -Float.infinity
  for action in 0..<actionCount {
    let value = nextValues[row * actionCount + action]
    bestOfAll = max(bestOfAll, value)
    if nextLegal[first + action >> 6] >> UInt64(action & 63) & 1 == 1 { best = max(best, value) }
  }
  // An episode that was cut off has no legal actions any more, though it was not over: any might have come.
  if best == -.infinity { best = bestOfAll }
  return transition.reward + discount * (transition.isSameMover ? best : -best)
}
