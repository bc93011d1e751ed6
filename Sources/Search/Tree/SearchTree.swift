import Environments

/// The statistics of a search: index-linked nodes, each with its edges side by side.
///
/// States are not stored; a simulation copies the root's state and steps along its path. The root is node 0.
/// In stochastic games the outcomes of an edge are a chain of siblings, told apart by the keys of their states.
package struct SearchTree: ~Copyable {
  package struct Node: BitwiseCopyable, Sendable {
    /// Key of the state, in stochastic games and where nodes share evaluations only.
    package var key: UInt64 = 0
    /// Sum of the returns of all visits, from the view of `mover`.
    package var valueSum: Double = 0
    package var visits: Int32 = 0
    package var firstEdge: Int32 = 0
    /// The next outcome of the same edge, or `none`.
    package var sibling: Int32 = SearchTree.none
    /// The evaluator's value from the view of `mover`; 0 for a terminated state.
    package var value: Float = 0
    /// Virtual visits of simulations that wait for their evaluation.
    package var pending: Int32 = 0
    package var edgeCount: UInt16 = 0
    /// Edges that have been chosen at least once.
    package var triedCount: UInt16 = 0
    package var mover: Player
    package var phase: Phase
    /// What is proven, from the view of `mover`.
    package var bounds = ValueBounds.open
  }

  /// The life of a node.
  package enum Phase: UInt8, Sendable, BitwiseCopyable {
    /// Running, without edges.
    case fresh
    /// Truncated, and not evaluated yet.
    case cutOff
    /// Selected, and not evaluated yet.
    case waiting
    /// Running, with edges.
    case open
    /// Terminated, or truncated and evaluated: `value` is all there is to know.
    case closed
    /// Running, with edges, but its outcome is proven: `value`.
    case proven
  }

  package struct Edge: BitwiseCopyable, Sendable {
    /// Sum of the returns from the view of the player who chooses the edge.
    package var valueSum: Double = 0
    package var prior: Float
    package var visits: Int32 = 0
    package var pending: Int32 = 0
    /// The first of its outcomes, or `none`.
    package var child: Int32 = SearchTree.none
    package var action: Action
    /// What is proven, from the view of the player who chooses the edge.
    package var bounds = ValueBounds.open
  }

  package static let none: Int32 = -1

  package var nodes = GrowingBuffer<Node>()
  package var edges = GrowingBuffer<Edge>()
  /// Where `reroot` copies to; the two pairs then change places.
  private var spareNodes = GrowingBuffer<Node>()
  private var spareEdges = GrowingBuffer<Edge>()
  /// One for every edge, if the tree keeps them.
  package var shared = GrowingBuffer<SharedStatistics>()
  private var spareShared = GrowingBuffer<SharedStatistics>()
  let keepsShared: Bool

  package init(keepsShared: Bool = false) { self.keepsShared = keepsShared }

  /// Forgets everything but a fresh root.
  package mutating func reset(mover: Player, key: UInt64) {
    nodes.removeAll()
    edges.removeAll()
    shared.removeAll()
    nodes.append(Node(key: key, mover: mover, phase: .fresh))
  }

  /// Gives a node one edge for every action, in rising order, each with the same prior.
  package mutating func addEdges<Actions: ActionSet>(to node: Int, for actions: Actions) {
    let first = edges.count
    let count = actions.count
    let prior = 1 / Float(count)
    actions.forEach { edges.append(Edge(prior: prior, action: $0)) }
    if keepsShared { for _ in 0..<count { shared.append(SharedStatistics()) } }
    nodes[node].firstEdge = Int32(first)
    nodes[node].edgeCount = UInt16(count)
  }

  /// The positions of a node's edges.
  @inline(__always)
  package func edgeRange(of node: Int) -> Range<Int> {
    let first = Int(nodes[node].firstEdge)
    return first..<first + Int(nodes[node].edgeCount)
  }

  /// The outcome of an edge whose state has this key, or nil. O(outcomes).
  package func outcome(of edge: Int, key: UInt64) -> Int? {
    var child = edges[edge].child
    while child != Self.none {
      if nodes[Int(child)].key == key { return Int(child) }
      child = nodes[Int(child)].sibling
    }
    return nil
  }

  /// Adds an outcome to an edge and returns its position.
  @inline(__always)
  package mutating func addOutcome(_ node: Node, to edge: Int) -> Int {
    let child = nodes.count
    var node = node
    node.sibling = edges[edge].child
    nodes.append(node)
    edges[edge].child = Int32(child)
    return child
  }

  /// Makes a node the root, and drops all that is not below it. O(size of what remains).
  ///
  /// Cheney's copying collection (1970): the copied nodes are themselves the queue of what is left to copy.
  package mutating func reroot(at root: Int) {
    spareNodes.removeAll()
    spareEdges.removeAll()
    spareShared.removeAll()
    spareNodes.append(nodes[root])
    spareNodes[0].sibling = Self.none
    var scanned = 0
    while scanned < spareNodes.count {
      let first = spareEdges.count
      let last = Int(spareNodes[scanned].firstEdge) + Int(spareNodes[scanned].edgeCount)
      for old in Int(spareNodes[scanned].firstEdge)..<last {
        spareEdges.append(edges[old])
        if keepsShared { spareShared.append(shared[old]) }
        copyOutcomes(of: spareEdges.count - 1)
      }
      spareNodes[scanned].firstEdge = Int32(first)
      scanned += 1
    }
    swap(&nodes, &spareNodes)
    swap(&edges, &spareEdges)
    swap(&shared, &spareShared)
  }

  /// Copies the chain of outcomes of an edge already copied, in its order.
  private mutating func copyOutcomes(of edge: Int) {
    var old = spareEdges[edge].child
    var previous = Self.none
    while old != Self.none {
      let copy = Int32(spareNodes.count)
      spareNodes.append(nodes[Int(old)])
      if previous == Self.none {
        spareEdges[edge].child = copy
      } else {
        spareNodes[Int(previous)].sibling = copy
      }
      previous = copy
      old = nodes[Int(old)].sibling
    }
  }
}
