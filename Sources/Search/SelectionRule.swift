/// How a simulation chooses among the actions of a node.
///
/// Values are scaled from 0, the worst, to 1, the best: -1...1 in two-player games, and the range met in the
/// tree so far in single-player ones (Schrittwieser et al. 2020, appendix B).
public protocol SelectionRule: Sendable {
  /// Whether every action is tried once, in random order, before the scores count.
  static var triesEveryActionFirst: Bool { get }
  /// The weight of exploration at a node, computed once a visit; `parentVisits` is at least 1.
  func exploration(parentVisits: Int) -> Float
  /// The value taken for an action without visits, given that of its node.
  func firstPlayValue(parentValue: Float) -> Float
  /// The score of an action: the highest is chosen, the first of equals.
  func score(value: Float, prior: Float, visits: Float, exploration: Float) -> Float
}
