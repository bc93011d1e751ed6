/// What solved a game: the values of its states, and the sweeps over all of them that it took.
public struct Solution: Hashable, Sendable {
  /// [states], from the view of the player to move.
  public var values: [Double]
  public var sweeps: Int
  /// Whether the values are final, and not only what a limited number of sweeps came to.
  public var isExact = false
}

extension MarkovModel {
  /// The optimal values, by sweeps that take the best action everywhere until none of them changes a value by more
  /// than `tolerance` (Bellman 1957), states in order and in place. With a discount below 1 values are then within
  /// tolerance x discount / (1 - discount) of the truth.
  public func valueIteration(
    discount: Double, tolerance: Double = 1e-12, sweepLimit: Int = 1_000_000
  ) -> Solution {
    var solution = Solution(values: [Double](repeating: 0, count: states.count), sweeps: 0)
    sweep(&solution, tolerance: tolerance, sweepLimit: sweepLimit) { state, values in
      best(in: state, values: values, discount: discount).value
    }
    return solution
  }

  /// The optimal values, by evaluating a policy and taking the best actions by its values until no action gets
  /// better (Howard 1960). The discount is below 1, so that every policy has values.
  public func policyIteration(
    discount: Double, tolerance: Double = 1e-12, sweepLimit: Int = 1_000_000
  ) -> Solution {
    precondition(discount < 1, "policy iteration needs a discount below 1")
    var solution = Solution(values: [Double](repeating: 0, count: states.count), sweeps: 0)
    var policy = states.indices.map { best(in: $0, values: solution.values, discount: discount).action }
    var isStable = false
    while !isStable {
      sweep(&solution, tolerance: tolerance, sweepLimit: sweepLimit) { state, values in
        value(of: policy[state], in: state, values: values, discount: discount)
      }
      isStable = !solution.isExact || !improve(&policy, by: solution.values, discount: discount)
    }
    return solution
  }

  /// Changes the actions that others surpass; returns whether there were any.
  private func improve(_ policy: inout [Int], by values: [Double], discount: Double) -> Bool {
    var hasChanged = false
    for state in states.indices {
      let best = best(in: state, values: values, discount: discount)
      // A gain within the error of the values is none, or equal actions would take turns for ever.
      guard best.value > value(of: policy[state], in: state, values: values, discount: discount) + 1e-10
      else { continue }
      policy[state] = best.action
      hasChanged = true
    }
    return hasChanged
  }

  private func sweep(
    _ solution: inout Solution, tolerance: Double, sweepLimit: Int,
    _ backup: (_ state: Int, _ values: [Double]) -> Double
  ) {
    var change = Double.infinity
    solution.isExact = false
    while change > tolerance, solution.sweeps < sweepLimit {
      change = 0
      for state in states.indices {
        let value = backup(state, solution.values)
        change = max(change, abs(value - solution.values[state]))
        solution.values[state] = value
      }
      solution.sweeps += 1
    }
    solution.isExact = change <= tolerance
  }
}
