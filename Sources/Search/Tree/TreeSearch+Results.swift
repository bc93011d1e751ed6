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

  /// The mean return of the root, or its proven outcome, from the view of its player to move; 0 before any
  /// simulation.
  public var rootValue: Float {
    if let provenValue { return provenValue }
    return tree.nodes[0].visits > 0 ? Float(tree.nodes[0].valueSum / Double(tree.nodes[0].visits)) : 0
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

  /// The mean return of an action of the root, or its proven outcome, from the view of its player to move, or nil without visits.
  public func value(of action: Action) -> Float? {
    for edge in tree.edgeRange(of: 0) where tree.edges[edge].action == action { return meanValue(of: edge) }
    return nil
  }

  /// The line of most visited actions, outcomes and replies, from the root on. Allocates.
  public func principalVariation(limit: Int = 16) -> [Action] {
    mostVisitedEdge(of: 0).map { line(from: $0, limit: limit) } ?? []
  }

  func line(from edge: Int, limit: Int) -> [Action] {
    var result: [Action] = []
    var next: Int? = edge
    while let edge = next, result.count < limit {
      result.append(tree.edges[edge].action)
      next = mostVisitedOutcome(of: edge).flatMap { mostVisitedEdge(of: $0) }
    }
    return result
  }

  func mostVisitedOutcome(of edge: Int) -> Int? {
    var child = tree.edges[edge].child
    var best = child
    while child != SearchTree.none {
      if tree.nodes[Int(child)].visits > tree.nodes[Int(best)].visits { best = child }
      child = tree.nodes[Int(child)].sibling
    }
    return best == SearchTree.none ? nil : Int(best)
  }

  /// The edge of a node that is not refuted and has the most visits; nil if none has any visits at all.
  func mostVisitedEdge(of node: Int) -> Int? {
    var best: Int?
    var isVisited = false
    for edge in tree.edgeRange(of: node) {
      if tree.edges[edge].visits > 0 { isVisited = true }
      if let current = best, !isBetter(edge, than: current, from: node) { continue }
      best = edge
    }
    return isVisited ? best : nil
  }

  /// Not refuted, then more visits, then higher value, then higher prior, then lower number: a total order.
  func isBetter(_ edge: Int, than other: Int, from node: Int) -> Bool {
    let isWorse = isRefuted(edge, from: node)
    if isWorse != isRefuted(other, from: node) { return !isWorse }
    let (a, b) = (tree.edges[edge], tree.edges[other])
    if a.visits != b.visits { return a.visits > b.visits }
    if a.valueSum != b.valueSum { return a.valueSum > b.valueSum }
    if a.prior != b.prior { return a.prior > b.prior }
    return a.action.index < b.action.index
  }

  func meanValue(of edge: Int) -> Float? {
    tree.edges[edge].visits > 0 ? meanValue(ofVisited: edge) : nil
  }
}
