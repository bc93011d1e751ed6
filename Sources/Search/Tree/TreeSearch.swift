import Environments

/// What became of a selection.
public enum Selection: Sendable {
  /// A leaf waits for `expand`; its state was appended to the leaves.
  case leaf
  /// The path ended in a known value, which was backed up: the simulation is complete.
  case ended
  /// The path met a leaf that waits already; nothing has changed.
  case collision
}

/// Monte Carlo tree search in phases, so that a worker can run many games in lockstep.
///
/// A simulation is `select`, an evaluation by the caller, and `expand`; or `simulatePlayout` all at once.
/// Several leaves may wait at a time; `expand` takes them in the order of their selection. The root's own
/// evaluation is the first leaf of a new tree, and not counted as a simulation.
public struct TreeSearch<Subject: Game, Rule: SelectionRule>: ~Copyable {
  public let game: Subject
  public var parameters: SearchParameters<Rule>
  /// The state being thought about.
  public internal(set) var rootState: Subject.State
  /// Simulations still to run; see `plan`.
  public internal(set) var remaining = 0

  package var tree = SearchTree(keepsShared: Rule.sharesMoves)
  var random: Random
  var range: ValueRange
  /// Priors of the root before noise, by action; valid if `hasNoise`.
  var cleanPriors: [Float]
  var hasNoise = false
  /// Scratch of the root's Dirichlet noise.
  var noiseSample: [Float]
  /// Whether the present plan explores: with noise at the root.
  var explores = true
  package var rootPlan: HalvingPlan
  /// Leaves of this search, from its beginning on, that took over the evaluation of another node.
  public internal(set) var sharedEvaluations = 0
  var evaluated = EvaluationTable()
  var path = GrowingBuffer<PathStep>()
  var waiting = GrowingBuffer<WaitingLeaf>()
  var sharedMoves: SharedMoves
  var firstWaiting = 0

  /// A search over `game.start`, until the first `begin`.
  public init(game: Subject, parameters: SearchParameters<Rule>) {
    self.game = game
    self.parameters = parameters
    random = Random(seed: 0, purpose: .agent)
    rootState = game.start(using: &random)
    range = ValueRange(playerCount: game.playerCount)
    cleanPriors = [Float](repeating: 0, count: game.actionCount)
    noiseSample = cleanPriors
    precondition(
      parameters.nodeLimit > game.actionCount, "a tree has room for its root and all actions of it")
    rootPlan = HalvingPlan(actionCount: parameters.rule.gumbel == nil ? 0 : game.actionCount)
    sharedMoves = SharedMoves(actionCount: Rule.sharesMoves ? game.actionCount : 0)
    resetTree()
  }

  /// Starts a new tree at a state. All chance of the search is drawn from `random`.
  public mutating func begin(_ state: Subject.State, random: Random) {
    self.random = random
    restart(at: state)
  }

  /// Sets how many simulations `LockstepSearch` runs on this tree, besides those that it has, and whether they
  /// explore: with the noise that the parameters name at the root, be it Dirichlet's or Gumbel's.
  ///
  /// Every plan is for one move, so that fast and full searches may take turns (playout caps, Wu 2019).
  public mutating func plan(simulations: Int, explores: Bool = true) {
    remaining = tree.nodes[0].bounds.isProven ? 0 : simulations
    self.explores = explores
    if tree.nodes[0].phase == .open { prepareRoot() }
  }

  /// Follows an action to the state it led to, and keeps the part of the tree below it.
  ///
  /// Returns false if nothing could be kept, and the tree is new. O(size of what remains).
  @discardableResult
  public mutating func advance(_ action: Action, to state: Subject.State) -> Bool {
    precondition(waiting.isEmpty, "leaves wait for their evaluation")
    guard let child = child(after: action, at: state) else {
      restart(at: state)
      return false
    }
    tree.reroot(at: child)
    if tree.nodes[0].phase == .proven { tree.nodes[0].phase = .open }
    rootState = state
    remaining = 0
    hasNoise = false
    measureRange()
    findEvaluatedNodes()
    return true
  }

  /// Whether the tree has all the nodes it may have.
  private var isFull: Bool { tree.nodes.count >= parameters.nodeLimit }

  /// Walks down to a leaf and appends its state to `leaves`, or backs up a path that ends in a known value.
  public mutating func select(appendingTo leaves: inout [Subject.State]) -> Selection {
    let start = path.count
    let isFull = self.isFull
    var state = rootState
    var node = 0
    while true {
      switch tree.nodes[node].phase {
      case .open:
        guard let next = descend(from: node, in: &state, isFull: isFull) else {
          backUpMean(of: node, pathStart: start)
          return .ended
        }
        node = next
      case .closed, .proven:
        endSimulation(at: node, pathStart: start)
        return .ended
      case .waiting:
        path.shrink(to: start)
        return .collision
      case .fresh, .cutOff:
        if parameters.sharesEvaluations, shareEvaluation(with: node, in: state) {
          endSimulation(at: node, pathStart: start)
          return .ended
        }
        wait(at: node, in: state, pathStart: start)
        leaves.append(state)
        if node != 0 { countSimulation() }
        return .leaf
      }
    }
  }

  /// Gives the oldest waiting leaf its evaluation, and backs it up.
  ///
  /// `logits` [actionCount] are unnormalised log probabilities, of which only those of legal actions count;
  /// `value` is the expected return from the view of the leaf's player to move.
  public mutating func expand(logits: Span<Float>, value: Float) {
    precondition(firstWaiting < waiting.count, "no leaf waits")
    let leaf = waiting[firstWaiting]
    firstWaiting += 1
    let node = Int(leaf.node)
    tree.nodes[node].value = value
    if tree.nodes[node].edgeCount > 0 {
      setPriors(of: node, logits: logits)
      tree.nodes[node].phase = .open
      if node == 0 {
        prepareRoot()
      } else if parameters.sharesEvaluations {
        evaluated.insert(tree.nodes[node].key, node: node)
      }
    } else {
      tree.nodes[node].phase = .closed
    }
    markPending(
      -Int32(parameters.virtualLoss), at: node, pathStart: Int(leaf.pathStart), pathEnd: Int(leaf.pathEnd))
    backUp(from: node, value: value, pathStart: Int(leaf.pathStart), pathEnd: Int(leaf.pathEnd))
    if firstWaiting == waiting.count {
      waiting.removeAll()
      path.removeAll()
      firstWaiting = 0
    }
  }

  /// Runs one simulation whose leaf is judged by one uniformly random playout of at most `limit` steps.
  ///
  /// Returns whether there was a playout: a path that ends the game needs none.
  @discardableResult
  public mutating func simulatePlayout(limit: Int = .max) -> Bool {
    var state = rootState
    var node = 0
    var playsOut = false
    // A simulation adds one node at most.
    let isFull = self.isFull
    while true {
      switch tree.nodes[node].phase {
      case .open:
        guard let next = descend(from: node, in: &state, isFull: isFull) else {
          backUpMean(of: node, pathStart: 0)
          return false
        }
        node = next
        continue
      case .fresh where node == 0 || tree.nodes[node].visits > 0 && !isFull:
        // Leaves get their edges on the second visit only: most nodes never see one.
        tree.addEdges(to: node, for: game.legalActions(in: state))
        tree.nodes[node].phase = .open
        if node == 0 { prepareRoot() }
        continue
      case .fresh:
        playsOut = true
        tree.nodes[node].value = finish(&state, limit: limit)
      case .cutOff:
        // Nobody can play on here, so there is nothing to bootstrap from.
        tree.nodes[node].phase = .closed
      case .closed, .proven:
        break
      case .waiting:
        preconditionFailure("playouts and evaluations in one tree")
      }
      break
    }
    backUp(from: node, value: tree.nodes[node].value, pathStart: 0, pathEnd: path.count)
    if Rule.sharesMoves { shareMoves(value: tree.nodes[node].value) }
    if !playsOut && canSolve { prove(from: node, pathStart: 0, pathEnd: path.count) }
    path.removeAll()
    countSimulation()
    return playsOut
  }
}
