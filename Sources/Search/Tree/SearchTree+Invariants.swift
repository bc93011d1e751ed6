extension SearchTree {
  /// What is wrong with the tree, one line each; empty for a sound tree without waiting leaves. O(size).
  package func violations(isStochastic: Bool, isLimited: Bool = false) -> [String] {
    var result: [String] = []
    for index in 0..<nodes.count {
      let node = nodes[index]
      if node.pending != 0 { result.append("node \(index) has \(node.pending) pending visits") }
      if node.phase == .waiting { result.append("node \(index) still waits for its evaluation") }
      guard node.phase == .open || node.phase == .proven else {
        if node.edgeCount != 0 { result.append("node \(index) is \(node.phase) but has edges") }
        continue
      }
      result += edgeViolations(of: index, isStochastic: isStochastic, isLimited: isLimited)
    }
    return result
  }

  private func edgeViolations(of index: Int, isStochastic: Bool, isLimited: Bool) -> [String] {
    var result: [String] = []
    let node = nodes[index]
    var visits = 0
    var tried = 0
    for edge in edgeRange(of: index) {
      visits += Int(edges[edge].visits)
      tried += edges[edge].visits > 0 ? 1 : 0
      if edges[edge].pending != 0 { result.append("edge \(edge) has pending visits") }
      let (outcomes, outcomeVisits) = outcomeCounts(of: edge)
      if !isStochastic && outcomes > 1 { result.append("edge \(edge) has \(outcomes) outcomes") }
      if outcomeVisits != Int(edges[edge].visits) {
        result.append("edge \(edge) has \(edges[edge].visits) visits, its outcomes \(outcomeVisits)")
      }
    }
    // A node is visited once for its own evaluation, save a root that was opened for playouts; more often if
    // simulations ended there, as its outcome was proven or the tree full.
    let own = Int(node.visits) - visits
    if own != 1 && !(own == 0 && index == 0) && !(own > 1 && (node.bounds.isProven || isLimited)) {
      result.append("node \(index) has \(node.visits) visits, its edges \(visits)")
    }
    if tried != Int(node.triedCount) {
      result.append("node \(index) counts \(node.triedCount) tried edges of \(tried)")
    }
    return result
  }

  private func outcomeCounts(of edge: Int) -> (outcomes: Int, visits: Int) {
    var outcomes = 0
    var visits = 0
    var child = edges[edge].child
    while child != Self.none {
      outcomes += 1
      visits += Int(nodes[Int(child)].visits)
      child = nodes[Int(child)].sibling
    }
    return (outcomes, visits)
  }
}
