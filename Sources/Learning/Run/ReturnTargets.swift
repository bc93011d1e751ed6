/// The value of every ply of an episode, from the view of the player who moved there.
///
/// Works backwards through `value = reward + discount * (same mover ? next : -next)`. After `bootstrapSteps`
/// steps (0: never) the recursion ends in the search's value of the state reached, as in n-step returns
/// (Sutton and Barto 2018, section 7.1); a truncated episode ends in the value of its last state.
/// - Parameters:
///   - rewards: [plies], each of the player who moved.
///   - movers: [plies].
///   - values: [plies], the search's value of each state from its mover's view.
///   - isTruncated: whether the episode was cut off rather than ended.
/// - Returns: [plies].
package func returnTargets<Mover: Equatable>(
  rewards: [Float], movers: [Mover], values: [Float], isTruncated: Bool, discount: Float, bootstrapSteps: Int
) -> [Float] {
  let count = rewards.count
  var result = [Float](repeating: 0, count: count)
  for ply in stride(from: count - 1, through: 0, by: -1) {
    if bootstrapSteps > 0 {
      let end = min(ply + bootstrapSteps, count)
      // The last state of a truncated episode was not searched; the one before it stands in.
      var target: Float = end < count ? values[end] : isTruncated ? values[count - 1] : 0
      var mover = movers[min(end, count - 1)]
      for step in stride(from: end - 1, through: ply, by: -1) {
        target = rewards[step] + discount * (movers[step] == mover ? target : -target)
        mover = movers[step]
      }
      result[ply] = target
    } else if ply == count - 1 {
      result[ply] = rewards[ply] + (isTruncated ? discount * values[ply] : 0)
    } else {
      let next = result[ply + 1]
      result[ply] = rewards[ply] + discount * (movers[ply] == movers[ply + 1] ? next : -next)
    }
  }
  return result
}
