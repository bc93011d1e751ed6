import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The policy that a search found for its root.
struct RootPolicy {
  /// The shifts of Gumbel search; nil for other rules, whose policy are the visits.
  var shift: ValueShift?
  /// What forced playouts are taken off by; nil if there were none.
  var forced: ForcedPlayouts?
  /// Whether priors stand in for visits, as all actions with visits are proven losses.
  var usesPriors = false
  /// Sum of the weights of all actions.
  var total: Float = 0
}

extension TreeSearch {
  /// Writes the policy that the search found for the root, [actionCount], adding up to 1: the share of visits of
  /// each action, less those that were forced, and with Gumbel search the improved policy, softmax(logits +
  /// sigma(completed values)).
  ///
  /// Once the root is proven only its best actions have a share, and a proven loss has none before that.
  public func writePolicy(into policy: inout MutableSpan<Float>) {
    for index in policy.indices { policy[index] = 0 }
    let found = rootPolicy
    guard found.total > 0 else { return }
    for edge in tree.edgeRange(of: 0) {
      policy[tree.edges[edge].action.index] = weight(of: edge, in: found) / found.total
    }
  }

  /// Writes the evaluator's own policy for the root, without noise: [actionCount], adding up to 1.
  public func writePrior(into prior: inout MutableSpan<Float>) {
    for index in prior.indices { prior[index] = 0 }
    for edge in tree.edgeRange(of: 0) {
      let action = tree.edges[edge].action.index
      prior[action] = hasNoise ? cleanPriors[action] : tree.edges[edge].prior
    }
  }

  /// The action that the search would play: the winner of sequential halving with Gumbel search, else the most
  /// visited one. The root must have had at least one simulation.
  public var chosenAction: Action {
    guard let gumbel = parameters.rule.gumbel else { return mostVisited }
    return tree.edges[halvingWinner(gumbel)].action
  }

  /// The action with the most visits; among equals that of higher value, then of lower number.
  ///
  /// The root must have had at least one simulation.
  public var mostVisited: Action {
    guard let edge = mostVisitedEdge(of: 0) else { preconditionFailure("no simulation has been run") }
    return tree.edges[edge].action
  }

  /// Draws an action with a probability that grows with its share of the policy to the power of
  /// 1 / temperature; `chosenAction` if the temperature is 0.
  public func sampleAction(temperature: Float, using random: inout Random) -> Action {
    let policy = rootPolicy
    var most: Float = 0
    for edge in tree.edgeRange(of: 0) { most = max(most, weight(of: edge, in: policy)) }
    guard temperature > 0, most > 0 else { return chosenAction }
    func chance(of edge: Int) -> Float {
      let share = weight(of: edge, in: policy)
      return share > 0 ? exp(log(share / most) / temperature) : 0
    }
    var sum: Float = 0
    for edge in tree.edgeRange(of: 0) { sum += chance(of: edge) }
    var rest = random.uniformFloat() * sum
    var chosen: Int?
    for edge in tree.edgeRange(of: 0) where weight(of: edge, in: policy) > 0 {
      chosen = edge
      rest -= chance(of: edge)
      if rest < 0 { break }
    }
    return chosen.map { tree.edges[$0].action } ?? chosenAction
  }

  /// All actions of the root, the chosen one first, then by their share of the policy. Allocates.
  public func candidates(lineLimit: Int = 16) -> [Candidate] {
    let policy = rootPolicy
    let total = max(policy.total, .leastNormalMagnitude)
    let chosen = parameters.rule.gumbel.map { halvingWinner($0) }
    let sorted = tree.edgeRange(of: 0).sorted { a, b in
      if a == chosen || b == chosen { return a == chosen && b != chosen }
      let (first, second) = (weight(of: a, in: policy), weight(of: b, in: policy))
      return first != second ? first > second : isBetter(a, than: b, from: 0)
    }
    return sorted.map { edge in
      let action = tree.edges[edge].action
      return Candidate(
        action: action, visits: Int(tree.edges[edge].visits),
        share: weight(of: edge, in: policy) / total,
        prior: Rule.triesEveryActionFirst
          ? nil : hasNoise ? cleanPriors[action.index] : tree.edges[edge].prior,
        value: meanValue(of: edge), line: line(from: edge, limit: lineLimit))
    }
  }

  /// The expected return of a player who plays the policy that the search found, from the view of the player to move;
  /// or the proven outcome.
  ///
  /// With Gumbel search more than `rootValue`: of few simulations most only try what will not be played.
  public var policyValue: Float {
    if let provenValue { return provenValue }
    let policy = rootPolicy
    guard policy.total > 0 else { return rootValue }
    let unvisited = policy.shift?.mixedValue ?? rootValue
    var sum: Float = 0
    for edge in tree.edgeRange(of: 0) {
      sum += weight(of: edge, in: policy) * (meanValue(of: edge) ?? unvisited)
    }
    return sum / policy.total
  }

  private var rootPolicy: RootPolicy {
    var policy = RootPolicy()
    if let gumbel = parameters.rule.gumbel, tree.nodes[0].phase == .open {
      policy.shift = valueShift(of: 0, gumbel)
    }
    policy.forced = forcedPlayouts
    policy.total = totalWeight(in: policy)
    if policy.total == 0 && simulationCount > 0 {
      policy.usesPriors = true
      policy.total = totalWeight(in: policy)
    }
    return policy
  }

  private func totalWeight(in policy: RootPolicy) -> Float {
    var total: Float = 0
    for edge in tree.edgeRange(of: 0) { total += weight(of: edge, in: policy) }
    return total
  }

  /// The probability of an action times the policy's total. Refuted actions have none.
  private func weight(of edge: Int, in policy: RootPolicy) -> Float {
    if isRefuted(edge, from: 0) { return 0 }
    if let shift = policy.shift { return improvedWeight(of: edge, shift) }
    if !policy.usesPriors, let forced = policy.forced { return Float(prunedVisits(of: edge, forced)) }
    return policy.usesPriors ? tree.edges[edge].prior : Float(tree.edges[edge].visits)
  }
}
