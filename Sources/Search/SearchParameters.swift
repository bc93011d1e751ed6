/// What a tree search needs to know besides the game.
public struct SearchParameters<Rule: SelectionRule>: Sendable {
  public var rule: Rule
  /// Worth of a reward one step later.
  public var discount: Float
  /// Noise in the root's priors, or nil for none.
  public var noise: RootNoise?
  /// Visits of the worst value that a waiting leaf counts for, which drives the tree's next leaf elsewhere.
  public var virtualLoss: Int
  /// Whether proven wins, draws and losses are carried up the tree, and end the search once the root is proven:
  /// in two-player games without chance and with a discount of 1.
  public var solves: Bool
  /// Nodes that the tree may have, more than a game has actions; then the search goes on among those that it has. Without limit by default.
  ///
  /// A node takes 48 bytes and each of its legal actions 32, once the node was visited twice (with an evaluator:
  /// once). Buffers grow by doubling, and a tree that is reused keeps a second pair for the next move, so that
  /// up to four times the sum can be held.
  public var nodeLimit: Int
  /// `k` of forced playouts: an action of the root that was tried gets at least sqrt(k * prior * visits of the root)
  /// visits in plans with root noise, which the policy leaves out where nothing else explains them (Wu 2019,
  /// section 3.2: 2). 0 forces none. Not for Gumbel search.
  public var forcedPlayouts: Float
  /// Whether a new leaf takes over policy and value of a node of the same tree whose state has the same key,
  /// instead of being evaluated again. Exact for evaluators that judge states as such.
  public var sharesEvaluations: Bool

  public init(
    rule: Rule, discount: Float = 1, noise: RootNoise? = nil, virtualLoss: Int = 1, solves: Bool = false,
    nodeLimit: Int = .max, forcedPlayouts: Float = 0, sharesEvaluations: Bool = false
  ) {
    precondition(virtualLoss >= 1, "a waiting leaf counts for at least one visit")
    self.rule = rule
    self.discount = discount
    self.noise = noise
    self.virtualLoss = virtualLoss
    self.solves = solves
    self.nodeLimit = nodeLimit
    self.forcedPlayouts = forcedPlayouts
    self.sharesEvaluations = sharesEvaluations
  }
}
