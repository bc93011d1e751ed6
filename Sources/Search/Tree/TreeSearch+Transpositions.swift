import Environments

extension TreeSearch {
  /// Gives a fresh node the policy and value of a node whose state is the same, if the tree has one, so that
  /// nobody needs to evaluate it. Statistics stay apart: the tree remains a tree.
  @inline(never)
  mutating func shareEvaluation(with node: Int, in state: Subject.State) -> Bool {
    guard node != 0, tree.nodes[node].phase == .fresh else { return false }
    let key = game.key(of: state)
    tree.nodes[node].key = key
    // Two states with one key are as good as never met, but would make illegal moves.
    guard let twin = evaluated.node(for: key), tree.hasEdges(twin, for: game.legalActions(in: state)) else {
      return false
    }
    tree.addEdges(to: node, like: twin)
    // The outcome itself, where the twin's is proven.
    tree.nodes[node].value = tree.nodes[twin].value
    tree.nodes[node].phase = .open
    sharedEvaluations += 1
    return true
  }

  /// Takes note of the evaluated nodes of a tree that has lost a part. The root is left out, as there may be noise
  /// in its priors. O(nodes).
  mutating func findEvaluatedNodes() {
    evaluated.removeAll()
    guard parameters.sharesEvaluations else { return }
    for node in 1..<max(1, tree.nodes.count) where tree.nodes[node].edgeCount > 0 {
      evaluated.insert(tree.nodes[node].key, node: node)
    }
  }
}

extension SearchTree {
  /// Whether the edges of a node are for these actions, in rising order.
  func hasEdges<Actions: ActionSet>(_ node: Int, for actions: Actions) -> Bool {
    var edge = Int(nodes[node].firstEdge)
    let end = edge + Int(nodes[node].edgeCount)
    var isSame = actions.count == end - edge
    actions.forEach {
      isSame = isSame && edges[edge].action == $0
      edge += isSame ? 1 : 0
    }
    return isSame
  }

  /// Gives a node edges like those of another one, without their visits.
  mutating func addEdges(to node: Int, like other: Int) {
    let first = edges.count
    for edge in edgeRange(of: other) {
      edges.append(Edge(prior: edges[edge].prior, action: edges[edge].action))
      if keepsShared { shared.append(SharedStatistics()) }
    }
    nodes[node].firstEdge = Int32(first)
    nodes[node].edgeCount = nodes[other].edgeCount
  }
}
