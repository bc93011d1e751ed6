/// How a simulation chooses among the actions of a node.
///
/// A rule is a type of its own, so that a search is compiled for it: what one rule needs costs the others nothing.
public protocol SelectionRule: Sendable {
  /// The rule with the constants of its paper.
  init()
  /// Whether every action is tried once, in random order, before the scores count.
  static var triesEveryActionFirst: Bool { get }
  /// Whether actions share the returns of all simulations in which their player took them later; playouts only.
  static var sharesMoves: Bool { get }
  /// What values are scaled by before they are scored.
  var scaling: ValueScaling { get }
  /// The constants of Gumbel search, for the rule that improves the policy of a node as a whole; nil for rules
  /// that score one action at a time.
  var gumbel: Gumbel? { get }
  /// The weight of exploration at a node, computed once a visit; `parentVisits` is at least 1.
  func exploration(parentVisits: Int) -> Float
  /// The value taken for an action without visits, given that of its node.
  func firstPlayValue(parentValue: Float) -> Float
  /// The value of an action from its own mean and visits, and from those that `sharesMoves` brings.
  func value(own: Float, visits: Float, shared: Float, sharedVisits: Float) -> Float
  /// The score of an action: the highest is chosen, the first of equals. Values are scaled from 0 to 1.
  func score(value: Float, prior: Float, visits: Float, exploration: Float) -> Float
}

extension SelectionRule {
  public static var sharesMoves: Bool { false }
  public var scaling: ValueScaling { .range }
  public var gumbel: Gumbel? { nil }
  public func value(own: Float, visits: Float, shared: Float, sharedVisits: Float) -> Float { own }
}

/// What is taken for the worst value, 0, and the best, 1.
public enum ValueScaling: String, CaseIterable, Hashable, Sendable {
  /// -1...1 in two-player games; in single-player ones the range met in the tree so far
  /// (Schrittwieser et al. 2020, appendix B).
  case range
  /// The range of the values at hand: of a node and its actions (Danihelka et al. 2022, as in mctx).
  case siblings
}
