import Environments

extension TreeSearch {
  /// The outcome of the game under best play, if the search has proven it: 1 a win of the root's player to move,
  /// 0 a draw, -1 a loss; see `SearchParameters.solves`.
  public var provenValue: Float? {
    let bounds = tree.nodes[0].bounds
    return bounds.isProven ? Float(bounds.lower) : nil
  }

  /// The proven outcome after an action of the root, from the view of its player to move.
  public func provenValue(of action: Action) -> Float? {
    for edge in tree.edgeRange(of: 0) where tree.edges[edge].action == action {
      return tree.edges[edge].bounds.isProven ? Float(tree.edges[edge].bounds.lower) : nil
    }
    return nil
  }

  /// Whether outcomes can be proven at all: there is no chance, and none of the outcomes is discounted.
  var canSolve: Bool {
    parameters.solves && !game.isStochastic && game.playerCount == 2 && parameters.discount == 1
  }

  /// Carries what is known of the end of a path up the path, until a node learns nothing new from it.
  ///
  /// The returns of the path must have been backed up. A proven loss then has a sum of minus infinity, so that no
  /// rule chooses it while there is another action, at no cost where actions are scored.
  @inline(never)
  mutating func prove(from leaf: Int, pathStart: Int, pathEnd: Int) {
    var child = leaf
    var index = pathEnd
    while index > pathStart {
      index -= 1
      let (node, edge) = (Int(path[index].node), Int(path[index].edge))
      let bounds = tree.nodes[child].bounds.seen(through: path[index].reward, flips: path[index].flips)
      if bounds == tree.edges[edge].bounds { return }
      tree.edges[edge].bounds = bounds
      if bounds.isLost {
        tree.edges[edge].valueSum = -.infinity
      } else if bounds.isProven {
        tree.edges[edge].valueSum = Double(bounds.lower) * Double(tree.edges[edge].visits)
      }
      if !raiseBounds(of: node) { return }
      child = node
    }
  }

  /// Takes the bounds of a node anew from its actions, of which it has the best. Returns whether they changed.
  private mutating func raiseBounds(of node: Int) -> Bool {
    var (lower, upper): (Int8, Int8) = (-1, -1)
    for edge in tree.edgeRange(of: node) {
      lower = max(lower, tree.edges[edge].bounds.lower)
      upper = max(upper, tree.edges[edge].bounds.upper)
    }
    let bounds = ValueBounds(lower: lower, upper: upper)
    if bounds == tree.nodes[node].bounds { return false }
    tree.nodes[node].bounds = bounds
    guard bounds.isProven else { return true }
    if node == 0 {
      remaining = 0
    } else {
      tree.nodes[node].phase = .proven
      tree.nodes[node].value = Float(bounds.lower)
    }
    return true
  }

  /// Whether an action is proven to be worse than another one of its node.
  func isRefuted(_ edge: Int, from node: Int) -> Bool {
    let (bounds, best) = (tree.edges[edge].bounds, tree.nodes[node].bounds)
    return best.isProven ? bounds.lower < best.lower : bounds.isLost
  }

  /// The mean return of an action with visits, within what is proven of it.
  @inline(__always)
  func meanValue(ofVisited edge: Int) -> Float {
    let bounds = tree.edges[edge].bounds
    let mean = Float(tree.edges[edge].valueSum / Double(tree.edges[edge].visits))
    return bounds == .open ? mean : min(max(mean, Float(bounds.lower)), Float(bounds.upper))
  }
}
