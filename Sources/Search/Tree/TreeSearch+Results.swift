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

  /// Writes the improved policy of the root: the share of visits of each action; [actionCount], adding up to 1.
  public func writePolicy(into policy: inout MutableSpan<Float>) {
    for index in policy.indices { policy[index] = 0 }
    let total = Float(simulationCount)
    guard total > 0 else { return }
    for edge in tree.edgeRange(of: 0) {
      policy[tree.edges[edge].action.index] = Float(tree.edges[edge].visits) / total
    }
  }

  /// The action with the most visits; among equals that of higher value, then of lower number.
  ///
  /// The root must have had at least one simulation.
  public var mostVisited: Action {
    guard let edge = mostVisitedEdge(of: 0) else { preconditionFailure("no simulation has been run") }
    return tree.edges[edge].action
  }

  /// Draws an action with a probability that grows with visits to the power of 1 / temperature;
  /// the most visited one if the temperature is 0.
  public func sampleAction(temperature: Float, using random: inout Random) -> Action {
    guard temperature > 0, let best = mostVisitedEdge(of: 0) else { return mostVisited }
    let most = Float(tree.edges[best].visits)
    var sum: Float = 0
    for edge in tree.edgeRange(of: 0) { sum += weight(of: edge, most: most, temperature: temperature) }
    var rest = random.uniformFloat() * sum
    var chosen = best
    for edge in tree.edgeRange(of: 0) where tree.edges[edge].visits > 0 {
      chosen = edge
      rest -= weight(of: edge, most: most, temperature: temperature)
      if rest < 0 { break }
    }
    return tree.edges[chosen].action
  }

  /// All actions of the root, the most visited first. Allocates.
  public func candidates(lineLimit: Int = 16) -> [Candidate] {
    let total = max(1, Float(simulationCount))
    let sorted = tree.edgeRange(of: 0).sorted { isBetter($0, than: $1) }
    return sorted.map { edge in
      let action = tree.edges[edge].action
      return Candidate(
        action: action, visits: Int(tree.edges[edge].visits),
        share: Float(tree.edges[edge].visits) / total,
        prior: Rule.triesEveryActionFirst
          ? nil : hasNoise ? cleanPriors[action.index] : tree.edges[edge].prior,
        value: meanValue(of: edge), line: line(from: edge, limit: lineLimit))
    }
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

  private func weight(of edge: Int, most: Float, temperature: Float) -> Float {
    let visits = tree.edges[edge].visits
    return visits > 0 ? exp(log(Float(visits) / most) / temperature) : 0
  }
}
