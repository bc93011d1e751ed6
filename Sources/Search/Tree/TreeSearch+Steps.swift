import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// One edge of a path, with what its step brought in this simulation.
struct PathStep: BitwiseCopyable {
  var node: Int32
  var edge: Int32
  var reward: Float
  /// Whether the other player moves next, so that the value changes its sign.
  var flips: Bool
}

/// A selected leaf and its path.
struct WaitingLeaf: BitwiseCopyable {
  var node: Int32
  var pathStart: Int32
  var pathEnd: Int32
}

/// The range of values that is scaled to 0...1: fixed for two players, else what the tree has met.
struct ValueRange {
  private(set) var low: Float
  private(set) var scale: Float
  private var high: Float
  let isFixed: Bool

  init(playerCount: Int) {
    isFixed = playerCount == 2
    low = isFixed ? -1 : 0
    high = isFixed ? 1 : 0
    scale = isFixed ? 0.5 : 0
    isEmpty = !isFixed
  }

  private var isEmpty: Bool

  mutating func include(_ value: Float) {
    low = isEmpty ? value : min(low, value)
    high = isEmpty ? value : max(high, value)
    isEmpty = false
    scale = high > low ? 1 / (high - low) : 0
  }
}

/// What the actions of a node are scored with.
struct NodeScale {
  var exploration: Float
  var range: ValueRange
  /// The scaled value of an action without visits.
  var unvisited: Float
}

extension TreeSearch {
  /// Chooses an action of an open node, plays it, and returns the node it leads to, or nil if that would be a
  /// new one and the tree is full. The state is of no more use then.
  @inline(__always)
  mutating func descend(from node: Int, in state: inout Subject.State, isFull: Bool) -> Int? {
    let edge = chooseEdge(of: node, isFull: isFull)
    if isFull && tree.edges[edge].child == SearchTree.none { return nil }
    let transition = game.step(&state, taking: tree.edges[edge].action, using: &random)
    let child: Int
    if game.isStochastic {
      let key = game.key(of: state)
      if let known = tree.outcome(of: edge, key: key) {
        child = known
      } else {
        if isFull { return nil }
        child = addOutcome(to: edge, in: state, key: key, transition.status)
      }
    } else {
      let known = tree.edges[edge].child
      child = known >= 0 ? Int(known) : addOutcome(to: edge, in: state, key: 0, transition.status)
    }
    path.append(
      PathStep(
        node: Int32(node), edge: Int32(edge), reward: transition.reward,
        flips: tree.nodes[node].mover != tree.nodes[child].mover))
    return child
  }

  private mutating func addOutcome(
    to edge: Int, in state: Subject.State, key: UInt64, _ status: Status
  ) -> Int {
    let phase: SearchTree.Phase =
      switch status {
      case .running: .fresh
      case .truncated: .cutOff
      case .terminated: .closed
      }
    return tree.addOutcome(
      SearchTree.Node(
        key: key, mover: game.playerToMove(in: state), phase: phase,
        bounds: status == .terminated ? .ended : .open), to: edge)
  }

  @inline(__always)
  private mutating func chooseEdge(of node: Int, isFull: Bool) -> Int {
    let tried = Int(tree.nodes[node].triedCount)
    let first = Int(tree.nodes[node].firstEdge)
    let count = Int(tree.nodes[node].edgeCount)
    if Rule.triesEveryActionFirst && tried < count && !isFull {
      // One step of a Fisher-Yates shuffle: the edges tried are always the first ones.
      let chosen = first + tried + random.integer(below: count - tried)
      let edge = tree.edges[chosen]
      tree.edges[chosen] = tree.edges[first + tried]
      tree.edges[first + tried] = edge
      tree.nodes[node].triedCount += 1
      return first + tried
    }
    let best =
      if let gumbel = parameters.rule.gumbel {
        node == 0 ? competingEdge(gumbel) : mostWantingEdge(of: node, gumbel)
      } else if node == 0, let forced = forcedEdge(isFull: isFull) {
        forced
      } else {
        // A full tree has edges that were never tried: the last ones, with a rule that tries all of them first.
        bestEdge(
          of: node, in: first..<first + (Rule.triesEveryActionFirst ? max(tried, 1) : count),
          isFull: isFull && !Rule.triesEveryActionFirst)
      }
    if !isFull && tree.edges[best].visits + tree.edges[best].pending == 0 { tree.nodes[node].triedCount += 1 }
    return best
  }

  @inline(__always)
  func nodeScale(of node: Int) -> NodeScale {
    let visits = tree.nodes[node].visits
    let exploration = parameters.rule.exploration(
      parentVisits: max(1, Int(visits + tree.nodes[node].pending)))
    let mean = visits > 0 ? Float(tree.nodes[node].valueSum) / Float(visits) : 0
    let range = parameters.rule.scaling == .siblings ? siblingRange(of: node, mean: mean) : range
    let unvisited = parameters.rule.firstPlayValue(parentValue: (mean - range.low) * range.scale)
    return NodeScale(exploration: exploration, range: range, unvisited: unvisited)
  }

  @inline(__always)
  private func bestEdge(of node: Int, in edges: Range<Int>, isFull: Bool) -> Int {
    let scale = nodeScale(of: node)
    let range = scale.range
    var best = edges.lowerBound
    var bestScore = -Float.infinity
    for index in edges {
      if isFull && tree.edges[index].child == SearchTree.none { continue }
      let visits = Float(tree.edges[index].visits)
      // Pending visits add to the count but nothing to the sum: they count as the worst value.
      let tried = visits + Float(tree.edges[index].pending)
      var value =
        tried > 0
        ? (Float(tree.edges[index].valueSum) - range.low * visits) * range.scale / tried : scale.unvisited
      if Rule.sharesMoves { value = sharedValue(of: index, own: value, visits: tried, range: range) }
      let score = parameters.rule.score(
        value: value, prior: tree.edges[index].prior, visits: tried, exploration: scale.exploration)
      if score > bestScore {
        bestScore = score
        best = index
      }
    }
    return best
  }

  /// The range of the values of a node and of its visited actions.
  private func siblingRange(of node: Int, mean: Float) -> ValueRange {
    var range = ValueRange(playerCount: 1)
    range.include(mean)
    for edge in tree.edgeRange(of: node) where tree.edges[edge].visits > 0 {
      range.include(meanValue(ofVisited: edge))
    }
    return range
  }

  /// Adds a return to every node and edge of a path, from the leaf up:
  /// value = reward + discount * (same mover ? next : -next).
  @inline(__always)
  mutating func backUp(from leaf: Int, value: Float, pathStart: Int, pathEnd: Int) {
    var value = value
    tree.nodes[leaf].visits += 1
    tree.nodes[leaf].valueSum += Double(value)
    var index = pathEnd
    while index > pathStart {
      index -= 1
      let step = path[index]
      value = step.reward + parameters.discount * (step.flips ? -value : value)
      let edge = Int(step.edge)
      tree.edges[edge].visits += 1
      tree.edges[edge].valueSum += Double(value)
      tree.nodes[Int(step.node)].visits += 1
      tree.nodes[Int(step.node)].valueSum += Double(value)
      if !range.isFixed { range.include(Float(tree.edges[edge].valueSum) / Float(tree.edges[edge].visits)) }
    }
  }

  /// Ends a simulation at a node whose value is known.
  @inline(__always)
  mutating func endSimulation(at node: Int, pathStart: Int) {
    backUp(from: node, value: tree.nodes[node].value, pathStart: pathStart, pathEnd: path.count)
    if canSolve { prove(from: node, pathStart: pathStart, pathEnd: path.count) }
    path.shrink(to: pathStart)
    countSimulation()
  }

  /// Ends a simulation at an open node below which a full tree has no room: it counts as the mean of the node.
  @inline(never)
  mutating func backUpMean(of node: Int, pathStart: Int) {
    let visits = max(1, Double(tree.nodes[node].visits))
    backUp(
      from: node, value: Float(tree.nodes[node].valueSum / visits), pathStart: pathStart, pathEnd: path.count)
    path.shrink(to: pathStart)
    countSimulation()
  }

  /// Adds virtual visits along a path.
  mutating func markPending(_ visits: Int32, at leaf: Int, pathStart: Int, pathEnd: Int) {
    tree.nodes[leaf].pending += visits
    for index in pathStart..<pathEnd {
      tree.edges[Int(path[index].edge)].pending += visits
      tree.nodes[Int(path[index].node)].pending += visits
    }
  }

  /// Softmax over the legal actions.
  mutating func setPriors(of node: Int, logits: Span<Float>) {
    let edges = tree.edgeRange(of: node)
    var highest = -Float.infinity
    for edge in edges { highest = max(highest, logits[tree.edges[edge].action.index]) }
    var sum: Float = 0
    for edge in edges {
      let weight = exp(logits[tree.edges[edge].action.index] - highest)
      tree.edges[edge].prior = weight
      sum += weight
    }
    for edge in edges { tree.edges[edge].prior /= sum }
  }

  /// Takes the range of values anew from the tree, after part of it was dropped.
  mutating func measureRange() {
    range = ValueRange(playerCount: game.playerCount)
    if range.isFixed { return }
    for edge in 0..<tree.edges.count where tree.edges[edge].visits > 0 {
      range.include(Float(tree.edges[edge].valueSum) / Float(tree.edges[edge].visits))
    }
  }
}
