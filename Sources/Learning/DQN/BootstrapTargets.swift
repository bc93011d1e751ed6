import Foundation
import TensorCore

/// What the returns of a batch of transitions are trained towards: reward + discount * the value of the next state, where
/// `discounts` are 0 after the end and negative if the next state is an opponent's (negamax).
///
/// The next state is worth its best legal action (Mnih et al. 2015), the best by another network's judgement (van Hasselt
/// et al. 2016), or the mean of a soft policy (Vieillard et al. 2020); and it is a number or a distribution.
package struct BootstrapTargets {
  package let rows: Int
  package let actions: Int
  package let distribution: ActionValueHead.Distribution
  package let munchausen: DQNParameters.Munchausen?

  /// [rows] each.
  package var rewards: [Float]
  package var discounts: [Float]
  /// By the older network: [rows, actions], and [rows, actions, atoms] where distributions are learned.
  package var nextValues: [Float]
  package var nextDistributions: [Float]
  /// Values by which the next action is chosen, [rows, actions]: minus infinity where it is illegal.
  package var selecting: [Float]
  /// By the older network in the state itself, [rows, actions], and the actions taken there: for Munchausen.
  package var values: [Float]
  package var taken: [Int32]

  /// The soft policy of the next state, [rows, actions].
  private var policy: [Float]

  package init(rows: Int, actions: Int, parameters: DQNParameters) {
    self.rows = rows
    self.actions = actions
    distribution = parameters.head.distribution
    munchausen = parameters.munchausen
    let atoms = distribution.atoms
    rewards = [Float](repeating: 0, count: rows)
    discounts = rewards
    nextValues = [Float](repeating: 0, count: rows * actions)
    nextDistributions = [Float](repeating: 0, count: atoms > 1 ? rows * actions * atoms : 0)
    selecting = nextValues
    values = nextValues
    policy = nextValues
    taken = [Int32](repeating: 0, count: rows)
  }

  /// Makes the targets from everything else.
  /// - Parameters:
  ///   - legal: [rows, words], bits of the actions that were legal in the state.
  ///   - nextLegal: the same of the next state.
  ///   - targets: [rows], or probabilities or quantiles [rows, atoms].
  package mutating func make(legal: [UInt64], nextLegal: [UInt64], into targets: inout [Float]) {
    Self.mask(&selecting, legal: nextLegal, actions: actions)
    guard let munchausen else { return makeGreedy(into: &targets) }
    Self.mask(&values, legal: legal, actions: actions)
    for row in 0..<rows {
      let place = row * actions + Int(taken[row])
      let logarithm = values[place] - softMaximum(of: values, row, munchausen.temperature)
      // Not below the floor, and never positive but for rounding.
      rewards[row] += munchausen.scale * min(max(logarithm, munchausen.floor), 0)
    }
    makeSoft(munchausen.temperature, into: &targets)
  }

  /// Lets the older network choose the next action too.
  package mutating func selectByNextValues() {
    for i in selecting.indices { selecting[i] = nextValues[i] }
  }

  /// Targets from the best action of each next state.
  private func makeGreedy(into targets: inout [Float]) {
    var result = targets.mutableSpan
    switch distribution {
    case .expectation:
      doubleQLearningTargets(
        rewards: rewards.span, discounts: discounts.span, nextValues: nextValues.span,
        selecting: selecting.span, into: &result)
    case .categorical(let support):
      support.targets(
        nextDistributions.span, selecting: selecting.span, rewards: rewards.span, discounts: discounts.span,
        into: &result)
    case .quantile:
      quantileTargets(
        rewards: rewards.span, discounts: discounts.span, nextQuantiles: nextDistributions.span,
        selecting: selecting.span, into: &result)
    }
  }

  /// Targets from the mean of the soft policy, to whose values belongs its entropy.
  private mutating func makeSoft(_ temperature: Float, into targets: inout [Float]) {
    let atoms = distribution.atoms
    if atoms > 1 { for i in targets.indices { targets[i] = 0 } }
    for row in 0..<rows {
      let peak = softMaximum(of: selecting, row, temperature)
      for action in 0..<actions {
        let i = row * actions + action
        let logarithm = selecting[i] - peak
        policy[i] = exp(logarithm / temperature)
        // An illegal action has no share, and so no entropy either.
        let bonus = policy[i] > 0 ? -logarithm : 0
        if atoms == 1 { nextValues[i] += bonus } else { addSoft(row, action, policy[i], bonus, to: &targets) }
      }
    }
    guard case .expectation = distribution else { return }
    var result = targets.mutableSpan
    expectedSarsaTargets(
      rewards: rewards.span, discounts: discounts.span, nextValues: nextValues.span, policy: policy.span,
      into: &result)
  }

  /// Adds one action's share to the target of a row.
  private func addSoft(
    _ row: Int, _ action: Int, _ share: Float, _ bonus: Float, to targets: inout [Float]
  ) {
    if share == 0 { return }
    let atoms = distribution.atoms
    let start = (row * actions + action) * atoms
    switch distribution {
    case .expectation: break
    case .categorical(let support):
      var result = targets.mutableSpan
      for atom in 0..<atoms {
        support.add(
          share * nextDistributions[start + atom],
          at: rewards[row] + discounts[row] * (support[atom] + bonus), to: &result, from: row * atoms)
      }
    case .quantile:
      for atom in 0..<atoms {
        let value = rewards[row] + discounts[row] * (nextDistributions[start + atom] + bonus)
        targets[row * atoms + atom] += share * value
      }
    }
  }

  /// temperature * ln sum e^(value / temperature) over a row.
  private func softMaximum(of values: [Float], _ row: Int, _ temperature: Float) -> Float {
    let range = row * actions..<(row + 1) * actions
    var highest = -Float.infinity
    for i in range { highest = max(highest, values[i]) }
    var sum: Float = 0
    for i in range { sum += exp((values[i] - highest) / temperature) }
    return highest + temperature * log(sum)
  }

  /// Makes the values of illegal actions minus infinity. An episode that was cut off has no legal actions any more,
  /// though it was not over: any might have come.
  private static func mask(_ values: inout [Float], legal: [UInt64], actions: Int) {
    let words = (actions + 63) / 64
    for row in 0..<values.count / actions {
      let first = row * words
      if (first..<first + words).allSatisfy({ legal[$0] == 0 }) { continue }
      for action in 0..<actions where legal[first + action >> 6] >> UInt64(action & 63) & 1 == 0 {
        values[row * actions + action] = -.infinity
      }
    }
  }
}
