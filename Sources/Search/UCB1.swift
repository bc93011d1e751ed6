#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Upper confidence bound of UCT (Kocsis and Szepesvari 2006): Q + c * sqrt(log N / n).
public struct UCB1: SelectionRule {
  /// `c`: the square root of 2 by default, for values from 0 to 1.
  public var constant: Float

  public init(constant: Float = Float(2).squareRoot()) { self.constant = constant }

  public init() { self.init(constant: Float(2).squareRoot()) }

  public static var triesEveryActionFirst: Bool { true }

  public func exploration(parentVisits: Int) -> Float {
    constant * log(Float(parentVisits)).squareRoot()
  }

  public func firstPlayValue(parentValue: Float) -> Float { 1 }

  @inline(__always)
  public func score(value: Float, prior: Float, visits: Float, exploration: Float) -> Float {
    value + exploration / visits.squareRoot()
  }
}
