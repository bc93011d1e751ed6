/// Returns and advantages along one stretch of T steps. `rewards` and `discounts` are [T], a discount is 0
/// where the episode ended; `values` is [T + 1], the last one is that of the state after the stretch.

/// G_t = r_t + d_t G_(t+1) with G_T = `last`: into [T].
public func discountedReturns(
  rewards: Span<Float>, discounts: Span<Float>, last: Float, into returns: inout MutableSpan<Float>
) {
  var next = last
  for t in stride(from: rewards.count - 1, through: 0, by: -1) {
    next = rewards[t] + discounts[t] * next
    returns[t] = next
  }
}

/// The rewards of `steps` steps and the value of the state reached (Sutton and Barto 2018, section 7.1); at
/// the end of the stretch there are fewer steps: into [T].
public func nStepReturns(
  rewards: Span<Float>, discounts: Span<Float>, values: Span<Float>, steps: Int,
  into returns: inout MutableSpan<Float>
) {
  precondition(steps > 0 && values.count == rewards.count + 1, "\(values.count) values, \(steps) steps")
  for t in rewards.indices {
    let end = min(t + steps, rewards.count)
    var result = values[end]
    for i in stride(from: end - 1, through: t, by: -1) { result = rewards[i] + discounts[i] * result }
    returns[t] = result
  }
}

/// G_t = r_t + d_t ((1 - lambda) v_(t+1) + lambda G_(t+1)) with G_T = v_T (Sutton and Barto 2018, chapter
/// 12): into [T].
public func lambdaReturns(
  rewards: Span<Float>, discounts: Span<Float>, values: Span<Float>, lambda: Float,
  into returns: inout MutableSpan<Float>
) {
  precondition(values.count == rewards.count + 1, "\(values.count) values for \(rewards.count) steps")
  var next = values[rewards.count]
  for t in stride(from: rewards.count - 1, through: 0, by: -1) {
    next = rewards[t] + discounts[t] * ((1 - lambda) * values[t + 1] + lambda * next)
    returns[t] = next
  }
}

/// Generalised advantage estimation (Schulman et al. 2016): A_t = delta_t + d_t lambda A_(t+1) with
/// delta_t = r_t + d_t v_(t+1) - v_t, into [T]. Advantage plus value is the lambda-return.
public func generalisedAdvantages(
  rewards: Span<Float>, discounts: Span<Float>, values: Span<Float>, lambda: Float,
  into advantages: inout MutableSpan<Float>
) {
  precondition(values.count == rewards.count + 1, "\(values.count) values for \(rewards.count) steps")
  var next: Float = 0
  for t in stride(from: rewards.count - 1, through: 0, by: -1) {
    let delta = rewards[t] + discounts[t] * values[t + 1] - values[t]
    next = delta + discounts[t] * lambda * next
    advantages[t] = next
  }
}
