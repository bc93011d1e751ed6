#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// UCT with rapid action value estimates (Gelly and Silver 2007, 2011): until an action has visits of its own, it
/// is judged by all simulations in which its player took it later on, "all moves as first".
public struct RAVE: SelectionRule {
  /// Weight of the exploration: small, as the shared estimates explore by themselves.
  public var constant: Float
  /// Visits after which an action's own value counts as much as the shared one: `k` of the 2011 paper, whose
  /// weight of the shared value is the square root of k / (3 n + k).
  public var equivalence: Float

  public init(constant: Float = 0.2, equivalence: Float = 500) {
    precondition(equivalence > 0, "the equivalence of shared and own visits is above 0")
    self.constant = constant
    self.equivalence = equivalence
  }

  public init() { self.init(constant: 0.2) }

  public static var triesEveryActionFirst: Bool { false }
  public static var sharesMoves: Bool { true }

  public func exploration(parentVisits: Int) -> Float {
    constant * log(Float(parentVisits)).squareRoot()
  }

  public func firstPlayValue(parentValue: Float) -> Float { 1 }

  @inline(__always)
  public func value(own: Float, visits: Float, shared: Float, sharedVisits: Float) -> Float {
    if sharedVisits == 0 { return own }
    let weight = visits == 0 ? 1 : (equivalence / (3 * visits + equivalence)).squareRoot()
    return own + weight * (shared - own)
  }

  @inline(__always)
  public func score(value: Float, prior: Float, visits: Float, exploration: Float) -> Float {
    value + exploration / (visits + 1).squareRoot()
  }
}
