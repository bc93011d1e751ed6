import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// How far values shift the logits of a node's actions: sigma of Danihelka et al. (2022), equation 8, of values
/// that are completed for the actions without visits (appendix D).
struct ValueShift {
  /// The value taken for an action without visits: the node's own, mixed with those of its visited actions.
  let mixedValue: Float
  /// The value that shifts nothing.
  let origin: Float
  let factor: Float
  /// The largest shift of all actions.
  let largest: Float
  /// By what the probability of an action without visits is multiplied, if that of the largest shift is by 1.
  let unvisited: Float

  init(mixedValue: Float, origin: Float, factor: Float, largest: Float) {
    self.mixedValue = mixedValue
    self.origin = origin
    self.factor = factor
    self.largest = largest
    unvisited = exp((mixedValue - origin) * factor - largest)
  }
}

extension TreeSearch {
  /// The shifts of an evaluated node. Illegal actions count as unvisited ones, as in mctx. O(actions).
  func valueShift(of node: Int, _ gumbel: Gumbel) -> ValueShift {
    var (visits, most): (Int32, Int32) = (0, 0)
    var (visited, weight, weighted): (Int, Float, Float) = (0, 0, 0)
    var (low, high) = (Float.infinity, -Float.infinity)
    for edge in tree.edgeRange(of: node) where tree.edges[edge].visits > 0 {
      let value = meanValue(ofVisited: edge)
      visits += tree.edges[edge].visits
      most = max(most, tree.edges[edge].visits)
      visited += 1
      weight += safePrior(of: edge)
      weighted += safePrior(of: edge) * value
      low = min(low, value)
      high = max(high, value)
    }
    let raw = tree.nodes[node].value
    let mixed = visits > 0 ? (raw + Float(visits) * (weighted / weight)) / Float(visits + 1) : raw
    if visited < game.actionCount {
      low = min(low, mixed)
      high = max(high, mixed)
    }
    let strength = gumbel.valueScale * (gumbel.visitOffset + Float(most))
    let origin = gumbel.scaling == .siblings ? low : range.low
    let factor = strength * (gumbel.scaling == .siblings ? 1 / max(high - low, 1e-8) : range.scale)
    return ValueShift(
      mixedValue: mixed, origin: origin, factor: factor, largest: (high - origin) * factor)
  }

  /// The root's action of the highest noisy, improved logit among those that sequential halving has in turn.
  ///
  /// Where none has the wanted number of visits, as proofs and waiting leaves upset the schedule, the nearest
  /// number counts.
  func competingEdge(_ gumbel: Gumbel) -> Int {
    let shift = valueShift(of: 0, gumbel)
    let edges = tree.edgeRange(of: 0)
    var best = edges.lowerBound
    var (bestDistance, bestScore) = (Int.max, -Float.infinity)
    for edge in edges where !tree.edges[edge].bounds.isLost {
      let waiting = Int(tree.edges[edge].pending) / parameters.virtualLoss
      let distance = abs(plannedVisits(of: edge) + waiting - rootPlan.halving.wanted)
      if distance > bestDistance { continue }
      let score = noisyLogit(of: edge, shift)
      if distance < bestDistance || score > bestScore {
        (best, bestDistance, bestScore) = (edge, distance, score)
      }
    }
    return best
  }

  /// The winner of sequential halving: of the actions with the most visits in this plan, the one with the
  /// highest noisy, improved logit. Refuted actions never win.
  func halvingWinner(_ gumbel: Gumbel) -> Int {
    let shift = valueShift(of: 0, gumbel)
    let edges = tree.edgeRange(of: 0)
    var best = edges.first { !isRefuted($0, from: 0) } ?? edges.lowerBound
    for edge in edges where edge > best && !isRefuted(edge, from: 0) {
      let (visits, most) = (plannedVisits(of: edge), plannedVisits(of: best))
      if visits > most || visits == most && noisyLogit(of: edge, shift) > noisyLogit(of: best, shift) {
        best = edge
      }
    }
    return best
  }

  /// The action whose visits are furthest behind its probability in the improved policy (equation 14).
  func mostWantingEdge(of node: Int, _ gumbel: Gumbel) -> Int {
    let shift = valueShift(of: node, gumbel)
    let edges = tree.edgeRange(of: node)
    var (sum, visits): (Float, Int32) = (0, 0)
    for edge in edges {
      visits += tree.edges[edge].visits + tree.edges[edge].pending
      if !tree.edges[edge].bounds.isLost { sum += improvedWeight(of: edge, shift) }
    }
    let exploration = gumbel.exploration(parentVisits: Int(visits) + 1)
    var best = edges.lowerBound
    var bestScore = -Float.infinity
    for edge in edges where !tree.edges[edge].bounds.isLost {
      let score = gumbel.score(
        value: 0, prior: improvedWeight(of: edge, shift) / sum,
        visits: Float(tree.edges[edge].visits + tree.edges[edge].pending), exploration: exploration)
      if score > bestScore { (best, bestScore) = (edge, score) }
    }
    return best
  }

  /// The probability of an action in the improved policy, up to a factor that is the same for all.
  func improvedWeight(of edge: Int, _ shift: ValueShift) -> Float {
    let isVisited = tree.edges[edge].visits > 0
    return safePrior(of: edge)
      * (isVisited ? exp(self.shift(of: edge, shift) - shift.largest) : shift.unvisited)
  }

  private func noisyLogit(of edge: Int, _ shift: ValueShift) -> Float {
    rootPlan.noise[tree.edges[edge].action.index] + log(safePrior(of: edge)) + self.shift(of: edge, shift)
  }

  private func shift(of edge: Int, _ shift: ValueShift) -> Float {
    let value = tree.edges[edge].visits > 0 ? meanValue(ofVisited: edge) : shift.mixedValue
    return (value - shift.origin) * shift.factor
  }

  /// Visits of an action of the root since the plan was made.
  private func plannedVisits(of edge: Int) -> Int {
    Int(tree.edges[edge].visits - rootPlan.earlierVisits[tree.edges[edge].action.index])
  }

  /// The prior, kept from vanishing so that its logarithm exists.
  private func safePrior(of edge: Int) -> Float { max(tree.edges[edge].prior, 1e-30) }
}
