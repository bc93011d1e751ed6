/// V-trace (Espeholt et al. 2018) along one stretch of T steps.
public struct VTrace: Hashable, Sendable {
  public let lambda: Float
  /// The bound of the ratios that weigh the errors, rho-bar.
  public let clip: Float
  /// The bound of the ratios that weigh the policy's advantages.
  public let policyClip: Float

  public init(lambda: Float = 1, clip: Float = 1, policyClip: Float = 1) {
    self.lambda = lambda
    self.clip = clip
    self.policyClip = policyClip
  }

  /// The value targets, into [T]: v_t + e_t with e_t = p_t (r_t + d_t v_(t+1) - v_t) + d_t c_t e_(t+1).
  /// `ratios` are pi / mu of the actions taken, [T]; `values` is [T + 1]; p = min(clip, ratio), c = lambda
  /// min(1, ratio).
  public func targets(
    rewards: Span<Float>, discounts: Span<Float>, values: Span<Float>, ratios: Span<Float>,
    into targets: inout MutableSpan<Float>
  ) {
    precondition(values.count == rewards.count + 1, "\(values.count) values for \(rewards.count) steps")
    var error: Float = 0
    for t in stride(from: rewards.count - 1, through: 0, by: -1) {
      let delta = rewards[t] + discounts[t] * values[t + 1] - values[t]
      error = min(clip, ratios[t]) * delta + discounts[t] * lambda * min(1, ratios[t]) * error
      targets[t] = values[t] + error
    }
  }

  /// r_t + d_t b_t, where b_t mixes the next target and the next value by lambda, and is v_T at the end: into
  /// [T].
  public func actionValues(
    rewards: Span<Float>, discounts: Span<Float>, values: Span<Float>, targets: Span<Float>,
    into estimates: inout MutableSpan<Float>
  ) {
    for t in rewards.indices {
      let isLast = t == rewards.count - 1
      let next =
        isLast ? values[t + 1] : lambda * targets[t + 1] + (1 - lambda) * values[t + 1]
      estimates[t] = rewards[t] + discounts[t] * next
    }
  }

  /// min(policyClip, ratio) * (estimate - v_t), the weights of the policy's gradient: into [T].
  public func advantages(
    estimates: Span<Float>, values: Span<Float>, ratios: Span<Float>,
    into advantages: inout MutableSpan<Float>
  ) {
    for t in estimates.indices {
      advantages[t] = min(policyClip, ratios[t]) * (estimates[t] - values[t])
    }
  }
}

/// Retrace (Munos et al. 2016) along one stretch of T steps, into [T]: target_t = r_t + d_t (E_pi q_(t+1) -
/// c_(t+1) q_(t+1)(a) + c_(t+1) target_(t+1)) with c = lambda min(1, pi / mu), and E_pi q alone at the last
/// step.
/// - Parameters:
///   - nextValues: [T, actions], the values of the state after each step.
///   - nextPolicy: [T, actions], the probabilities pi there.
///   - nextActions: [T], the actions taken there.
///   - nextBehaviour: [T], the probabilities mu with which they were taken.
public func retraceTargets(
  rewards: Span<Float>, discounts: Span<Float>, nextValues: Span<Float>, nextPolicy: Span<Float>,
  nextActions: Span<Int32>, nextBehaviour: Span<Float>, lambda: Float, into targets: inout MutableSpan<Float>
) {
  let actions = rowLength(nextValues, rows: rewards.count)
  precondition(nextPolicy.count == nextValues.count, "policy and values differ in size")
  for t in stride(from: rewards.count - 1, through: 0, by: -1) {
    var next: Float = 0
    for i in (t * actions)..<((t + 1) * actions) { next += nextPolicy[i] * nextValues[i] }
    if t < rewards.count - 1 {
      let taken = t * actions + Int(nextActions[t])
      let trust = lambda * min(1, nextPolicy[taken] / nextBehaviour[t])
      next += trust * (targets[t + 1] - nextValues[taken])
    }
    targets[t] = rewards[t] + discounts[t] * next
  }
}
