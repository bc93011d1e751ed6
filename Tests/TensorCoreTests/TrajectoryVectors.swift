import TensorCore

extension TargetRun {
  /// Returns and advantages along stretches of steps; nil for other operations.
  func trajectories() throws -> [String: [Float]]? {
    if vector.op == "gae_rollout" { return try rollout() }
    guard ["n_step_return", "discounted_returns", "lambda_return", "gae", "vtrace"].contains(vector.op) else {
      return nil
    }
    let (rewards, discounts, values) = (try floats("reward"), try floats("discount"), try floats("value"))
    let (r, d, v) = (rewards.span, discounts.span, values.span)
    switch vector.op {
    case "n_step_return":
      let steps = try vector.integer("n")
      return [
        "output.return": result(rewards.count) {
          nStepReturns(rewards: r, discounts: d, values: v, steps: steps, into: &$0)
        }
      ]
    case "discounted_returns":
      return [
        "output.return": result(rewards.count) {
          discountedReturns(rewards: r, discounts: d, last: values[rewards.count], into: &$0)
        }
      ]
    case "vtrace": return try vtrace(rewards, discounts, values)
    default: return try byLambda(rewards, discounts, values)
    }
  }

  private func byLambda(_ rewards: [Float], _ discounts: [Float], _ values: [Float]) throws -> [String:
    [Float]]
  {
    let lambda = try vector.number("lambda")
    let returns = result(rewards.count) {
      lambdaReturns(
        rewards: rewards.span, discounts: discounts.span, values: values.span, lambda: lambda, into: &$0)
    }
    if vector.op == "lambda_return" { return ["output.return": returns] }
    let advantages = result(rewards.count) {
      generalisedAdvantages(
        rewards: rewards.span, discounts: discounts.span, values: values.span, lambda: lambda, into: &$0)
    }
    return ["output.advantage": advantages, "output.return": returns]
  }

  private func rollout() throws -> [String: [Float]] {
    let (rewards, values, starts) = (try floats("reward"), try floats("value"), try floats("episode_start"))
    let (lastValues, lastDone) = (try floats("last_value"), try floats("last_done"))
    let (gamma, lambda) = (try vector.number("gamma"), try vector.number("lambda"))
    // Environments lie side by side, [steps, environments]; nothing flows back across the start of an episode.
    let width = lastValues.count
    var advantages = [Float](repeating: .nan, count: rewards.count)
    for environment in 0..<width {
      func column(_ values: [Float]) -> [Float] {
        stride(from: environment, to: values.count, by: width).map { values[$0] }
      }
      let (own, ends) = (column(rewards), column(starts).dropFirst() + [lastDone[environment]])
      let (discounts, reached) = (ends.map { gamma * (1 - $0) }, column(values) + [lastValues[environment]])
      let found = result(own.count) {
        generalisedAdvantages(
          rewards: own.span, discounts: discounts.span, values: reached.span, lambda: lambda, into: &$0)
      }
      for (step, advantage) in found.enumerated() { advantages[step * width + environment] = advantage }
    }
    return ["output.advantage": advantages, "output.return": zip(advantages, values).map { $0 + $1 }]
  }

  private func vtrace(_ rewards: [Float], _ discounts: [Float], _ values: [Float]) throws -> [String: [Float]]
  {
    let ratios = try floats("rho")
    let trace = VTrace(
      lambda: try vector.number("lambda"), clip: try vector.number("clip_rho"),
      policyClip: try vector.number("clip_pg_rho"))
    let targets = result(rewards.count) {
      trace.targets(
        rewards: rewards.span, discounts: discounts.span, values: values.span, ratios: ratios.span, into: &$0)
    }
    let estimates = result(rewards.count) {
      trace.actionValues(
        rewards: rewards.span, discounts: discounts.span, values: values.span, targets: targets.span,
        into: &$0)
    }
    let advantages = result(rewards.count) {
      trace.advantages(estimates: estimates.span, values: values.span, ratios: ratios.span, into: &$0)
    }
    return [
      "output.target": targets, "output.td_error": zip(targets, values).map { $0 - $1 },
      "output.q_estimate": estimates, "output.pg_advantage": advantages,
    ]
  }
}
