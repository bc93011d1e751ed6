import Environments

/// What sequential halving keeps for the present plan of a tree; rows by action, empty for other rules.
package struct HalvingPlan {
  var halving = SequentialHalving(considered: 1, simulations: 0)
  /// Gumbel noise of each action, 0 without noise.
  var noise: [Float]
  /// Visits of each action when the plan was made: the plan counts its own only.
  var earlierVisits: [Int32]
  /// Noise of each action to use instead of drawing it, so that recorded searches can be repeated.
  package var givenNoise: [Float]?

  init(actionCount: Int) {
    noise = [Float](repeating: 0, count: actionCount)
    earlierVisits = [Int32](repeating: 0, count: actionCount)
  }
}

extension TreeSearch {
  mutating func restart(at state: Subject.State) {
    rootState = state
    remaining = 0
    hasNoise = false
    explores = true
    waiting.removeAll()
    path.removeAll()
    firstWaiting = 0
    range = ValueRange(playerCount: game.playerCount)
    evaluated.removeAll()
    resetTree()
  }

  mutating func resetTree() {
    tree.reset(mover: game.playerToMove(in: rootState), key: game.isStochastic ? game.key(of: rootState) : 0)
  }

  /// The node that an action of the root led to, if it is in the tree and can be thought about.
  mutating func child(after action: Action, at state: Subject.State) -> Int? {
    guard tree.nodes[0].phase == .open,
      let edge = tree.edgeRange(of: 0).first(where: { tree.edges[$0].action == action })
    else { return nil }
    let child: Int
    if game.isStochastic {
      guard let outcome = tree.outcome(of: edge, key: game.key(of: state)) else { return nil }
      child = outcome
    } else {
      child = Int(tree.edges[edge].child)
      guard child >= 0 else { return nil }
      var reached = rootState
      _ = game.step(&reached, taking: action, using: &random)
      guard game.key(of: reached) == game.key(of: state) else { return nil }
    }
    let phase = tree.nodes[child].phase
    return phase == .open || phase == .fresh || phase == .proven ? child : nil
  }

  /// Makes a node wait for its evaluation; its actions are noted now, as its state is at hand.
  mutating func wait(at node: Int, in state: Subject.State, pathStart: Int) {
    if tree.nodes[node].phase == .fresh { tree.addEdges(to: node, for: game.legalActions(in: state)) }
    tree.nodes[node].phase = .waiting
    markPending(Int32(parameters.virtualLoss), at: node, pathStart: pathStart, pathEnd: path.count)
    waiting.append(
      WaitingLeaf(node: Int32(node), pathStart: Int32(pathStart), pathEnd: Int32(path.count)))
  }

  /// Gives an open root the noise of the present plan, or takes away that of the last one.
  mutating func prepareRoot() {
    if explores {
      if !hasNoise { mixNoise() }
    } else if hasNoise {
      for edge in tree.edgeRange(of: 0) {
        tree.edges[edge].prior = cleanPriors[tree.edges[edge].action.index]
      }
      hasNoise = false
    }
    if let gumbel = parameters.rule.gumbel { startHalving(gumbel) }
  }

  /// Mixes fresh noise into the root's priors.
  mutating func mixNoise() {
    guard let noise = parameters.noise else { return }
    let edges = tree.edgeRange(of: 0)
    random.dirichlet(alpha: noise.alpha, count: edges.count, into: &noiseSample)
    for (index, edge) in edges.enumerated() {
      let prior = tree.edges[edge].prior
      cleanPriors[tree.edges[edge].action.index] = prior
      tree.edges[edge].prior = prior + noise.fraction * (noiseSample[index] - prior)
    }
    hasNoise = true
  }

  /// Draws the noise of a plan and starts its schedule.
  private mutating func startHalving(_ gumbel: Gumbel) {
    let edges = tree.edgeRange(of: 0)
    for edge in edges {
      let action = tree.edges[edge].action.index
      rootPlan.earlierVisits[action] = tree.edges[edge].visits
      rootPlan.noise[action] =
        !explores || gumbel.noiseScale == 0
        ? 0 : gumbel.noiseScale * (rootPlan.givenNoise?[action] ?? random.gumbel())
    }
    rootPlan.halving = SequentialHalving(
      considered: min(gumbel.considered, edges.count), simulations: remaining)
  }

  /// Notes that a simulation has left the root.
  @inline(__always)
  mutating func countSimulation() {
    if parameters.rule.gumbel != nil { rootPlan.halving.advance() }
  }
}
