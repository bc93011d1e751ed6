import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension TreeSearch {
  /// Simulations that went through the root's actions, those kept from earlier moves included.
  public var simulationCount: Int {
    var sum = 0
    for edge in tree.edgeRange(of: 0) { sum += Int(tree.edges[edge].visits) }
    return sum
  }

  /// The mean return of the root, from the view of its player to move; 0 before any simulation.
  public var rootValue: Float {
    tree.nodes[0].visits > 0 ? Float(tree.nodes[0].valueSum / Double(tree.nodes[0].visits)) : 0
  }

  /// The evaluator's own value of the root, from the view of its player to move; 0 before it is evaluated.
  public var evaluatedValue: Float { tree.nodes[0].value }

  /// Visits of an action of the root; 0 if it was never tried.
  public func visits(of action: Action) -> Int {
    for edge in tree.edgeRange(of: 0) where tree.edges[edge].action == action {
      return Int(tree.edges[edge].visits)
    }
    return 0
  }

  /// The mean return of an action of the root from the view of its player to move, or nil without visits.
  public func value(of action: Action) -> Float? {
    for edge in tree.edgeRange(of: 0) where tree.edges[edge].action == action { return meanValue(of: edge) }
    return nil
  }

  /// Writes the policy that the search found for the root, [actionCount], adding up to 1: the share of visits of
  /// each action, and with Gumbel search the improved policy, softmax(logits + sigma(completed values)).
  public func writePolicy(into policy: inout MutableSpan<Float>) {
    for index in policy.indices { policy[index] = 0 }
    let shift = rootShift
    let total = policyTotal(shift)
    guard total > 0 else { return }
    for edge in tree.edgeRange(of: 0) {
      policy[tree.edges[edge].action.index] = policyWeight(of: edge, shift) / total
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
    let shift = rootShift
    var most: Float = 0
    for edge in tree.edgeRange(of: 0) { most = max(most, policyWeight(of: edge, shift)) }
    guard temperature > 0, most > 0 else { return chosenAction }
    func weight(of edge: Int) -> Float {
      let share = policyWeight(of: edge, shift)
      return share > 0 ? exp(log(share / most) / temperature) : 0
    }
    var sum: Float = 0
    for edge in tree.edgeRange(of: 0) { sum += weight(of: edge) }
    var rest = random.uniformFloat() * sum
    var chosen: Int?
    for edge in tree.edgeRange(of: 0) where policyWeight(of: edge, shift) > 0 {
      chosen = edge
      rest -= weight(of: edge)
      if rest < 0 { break }
    }
    return chosen.map { tree.edges[$0].action } ?? chosenAction
  }

  /// All actions of the root, the chosen one first, then by their share of the policy. Allocates.
  public func candidates(lineLimit: Int = 16) -> [Candidate] {
    let shift = rootShift
    let total = max(policyTotal(shift), .leastNormalMagnitude)
    let chosen = parameters.rule.gumbel.map { halvingWinner($0) }
    let sorted = tree.edgeRange(of: 0).sorted { a, b in
      if a == chosen || b == chosen { return a == chosen && b != chosen }
      let (first, second) = (policyWeight(of: a, shift), policyWeight(of: b, shift))
      return first != second ? first > second : isBetter(a, than: b)
    }
    return sorted.map { edge in
      let action = tree.edges[edge].action
      return Candidate(
        action: action, visits: Int(tree.edges[edge].visits),
        share: policyWeight(of: edge, shift) / total,
        prior: Rule.triesEveryActionFirst
          ? nil : hasNoise ? cleanPriors[action.index] : tree.edges[edge].prior,
        value: meanValue(of: edge), line: line(from: edge, limit: lineLimit))
    }
  }

  /// The shifts of Gumbel search at the root; nil for other rules, and before the root is evaluated.
  private var rootShift: ValueShift? {
    guard let gumbel = parameters.rule.gumbel, tree.nodes[0].phase == .open else { return nil }
    return valueShift(of: 0, gumbel)
  }

  /// The probability of an action in the policy that was found, up to a factor that is the same for all.
  private func policyWeight(of edge: Int, _ shift: ValueShift?) -> Float {
    if let shift { return improvedWeight(of: edge, shift) }
    return Float(tree.edges[edge].visits)
  }

  private func policyTotal(_ shift: ValueShift?) -> Float {
    var total: Float = 0
    for edge in tree.edgeRange(of: 0) { total += policyWeight(of: edge, shift) }
    return total
  }

  /// The line of most visited actions, outcomes and replies, from the root on. Allocates.
  public func principalVariation(limit: Int = 16) -> [Action] {
    mostVisitedEdge(of: 0).map { line(from: $0, limit: limit) } ?? []
  }

  private func line(from edge: Int, limit: Int) -> [Action] {
    var result: [Action] = []
    var next: Int? = edge
    while let edge = next, result.count < limit {
      result.append(tree.edges[edge].action)
      next = mostVisitedOutcome(of: edge).flatMap { mostVisitedEdge(of: $0) }
    }
    return result
  }

  private func mostVisitedOutcome(of edge: Int) -> Int? {
    var child = tree.edges[edge].child
    var best = child
    while child != SearchTree.none {
      if tree.nodes[Int(child)].visits > tree.nodes[Int(best)].visits { best = child }
      child = tree.nodes[Int(child)].sibling
    }
    return best == SearchTree.none ? nil : Int(best)
  }

  /// The edge of a node with the most visits, or nil if none has any.
  private func mostVisitedEdge(of node: Int) -> Int? {
    var best: Int?
    for edge in tree.edgeRange(of: node) where tree.edges[edge].visits > 0 {
      if let current = best, !isBetter(edge, than: current) { continue }
      best = edge
    }
    return best
  }

  /// More visits, then higher value, then higher prior, then lower number: a total order.
  private func isBetter(_ edge: Int, than other: Int) -> Bool {
    let (a, b) = (tree.edges[edge], tree.edges[other])
    if a.visits != b.visits { return a.visits > b.visits }
    if a.valueSum != b.valueSum { return a.valueSum > b.valueSum }
    if a.prior != b.prior { return a.prior > b.prior }
    return a.action.index < b.action.index
  }

  private func meanValue(of edge: Int) -> Float? {
    let visits = tree.edges[edge].visits
    return visits > 0 ? Float(tree.edges[edge].valueSum / Double(visits)) : nil
  }
}
