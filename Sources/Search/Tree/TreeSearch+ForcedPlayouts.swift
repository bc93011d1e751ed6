import Environments

/// What the visits of the root's other actions are measured against when forced playouts are taken off them.
struct ForcedPlayouts {
  /// The action with the most visits.
  var best: Int
  var bestScore: Float
  var scale: NodeScale
}

/// Forced playouts and the pruning of what they do to the policy target (Wu 2019, section 3.2).
extension TreeSearch {
  /// Whether the present plan forces playouts.
  private var forces: Bool {
    parameters.forcedPlayouts > 0 && hasNoise && parameters.rule.gumbel == nil
  }

  /// sqrt(k * P * N), squared: what the visits of a visited action of the root must not fall short of.
  private func squareOfForcedVisits(of edge: Int) -> Float {
    parameters.forcedPlayouts * tree.edges[edge].prior * Float(tree.nodes[0].visits + tree.nodes[0].pending)
  }

  /// The first action of the root that has been tried, and has fewer visits than the noisy prior asks for.
  func forcedEdge(isFull: Bool) -> Int? {
    guard forces else { return nil }
    for edge in tree.edgeRange(of: 0) {
      let visits = tree.edges[edge].visits + tree.edges[edge].pending
      if visits == 0 || tree.edges[edge].bounds.isLost { continue }
      if isFull && tree.edges[edge].child == SearchTree.none { continue }
      if Float(visits) * Float(visits) < squareOfForcedVisits(of: edge) { return edge }
    }
    return nil
  }

  /// What forced visits are measured against; nil if the plan forced none.
  var forcedPlayouts: ForcedPlayouts? {
    guard forces, let best = mostVisitedEdge(of: 0) else { return nil }
    let scale = nodeScale(of: 0)
    return ForcedPlayouts(
      best: best, bestScore: score(of: best, visits: tree.edges[best].visits, scale), scale: scale)
  }

  /// The visits of an action of the root less those that only force explains: up to as many as were forced, as
  /// long as its score stays below that of the best action; and none at all if one or none is left.
  func prunedVisits(of edge: Int, _ forced: ForcedPlayouts) -> Int32 {
    let visits = tree.edges[edge].visits
    if edge == forced.best || visits == 0 { return visits }
    let least = max(0, visits - Int32(squareOfForcedVisits(of: edge).squareRoot()))
    var kept = visits
    while kept > least && score(of: edge, visits: kept - 1, forced.scale) < forced.bestScore { kept -= 1 }
    return kept > 1 ? kept : 0
  }

  /// The score of a visited action if it had other visits, of the same mean.
  private func score(of edge: Int, visits: Int32, _ scale: NodeScale) -> Float {
    let value = (meanValue(ofVisited: edge) - scale.range.low) * scale.range.scale
    return parameters.rule.score(
      value: value, prior: tree.edges[edge].prior, visits: Float(visits), exploration: scale.exploration)
  }
}
