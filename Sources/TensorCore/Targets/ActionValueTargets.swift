/// What action values are trained towards, for rows that each hold one transition: `rewards` and `discounts`
/// are [rows], a discount is 0 where the episode ended. Values of actions are [rows, actions].

/// reward + discount * max over the actions of the next state's values (Watkins 1989): into [rows].
public func qLearningTargets(
  rewards: Span<Float>, discounts: Span<Float>, nextValues: Span<Float>,
  into targets: inout MutableSpan<Float>
) {
  doubleQLearningTargets(
    rewards: rewards, discounts: discounts, nextValues: nextValues, selecting: nextValues, into: &targets)
}

/// reward + discount * nextValues at the best action of `selecting`, the values of the online network in the
/// next state (van Hasselt et al. 2016): into [rows].
public func doubleQLearningTargets(
  rewards: Span<Float>, discounts: Span<Float>, nextValues: Span<Float>, selecting: Span<Float>,
  into targets: inout MutableSpan<Float>
) {
  let actions = rowLength(nextValues, rows: rewards.count)
  precondition(selecting.count == nextValues.count, "the values to select by have another size")
  for row in rewards.indices {
    let best = largest(of: selecting, from: row * actions, count: actions)
    targets[row] = rewards[row] + discounts[row] * nextValues[row * actions + best]
  }
}

/// reward + discount * the mean of the next state's values under `policy` [rows, actions] (van Seijen et al.
/// 2009): into [rows].
public func expectedSarsaTargets(
  rewards: Span<Float>, discounts: Span<Float>, nextValues: Span<Float>, policy: Span<Float>,
  into targets: inout MutableSpan<Float>
) {
  let actions = rowLength(nextValues, rows: rewards.count)
  precondition(policy.count == nextValues.count, "policy and values differ in size")
  for row in rewards.indices {
    var mean: Float = 0
    for i in (row * actions)..<((row + 1) * actions) { mean += policy[i] * nextValues[i] }
    targets[row] = rewards[row] + discounts[row] * mean
  }
}

/// target - value of the action taken: into [rows]. `values` is [rows, actions], `actions` [rows].
public func temporalDifferenceErrors(
  targets: Span<Float>, values: Span<Float>, actions: Span<Int32>, into errors: inout MutableSpan<Float>
) {
  let length = rowLength(values, rows: targets.count)
  for row in targets.indices { errors[row] = targets[row] - values[row * length + Int(actions[row])] }
}

/// The index within its row of the first largest element.
func largest(of values: Span<Float>, from start: Int, count: Int) -> Int {
  var best = 0
  for i in 1..<max(count, 1) where values[start + i] > values[start + best] { best = i }
  return best
}

func rowLength(_ values: Span<Float>, rows: Int) -> Int {
  precondition(rows == 0 || values.count % rows == 0, "\(values.count) values are not \(rows) rows")
  return rows == 0 ? 0 : values.count / rows
}
