#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Predictor upper confidence bound of AlphaZero (Silver et al. 2018):
/// Q + (log((1 + N + base) / base) + initial) * P * sqrt(N) / (1 + n).
public struct PUCT: SelectionRule {
  /// What an action without visits is worth.
  public enum FirstPlay: Hashable, Sendable {
    /// A fixed value from 0 (a loss, as in the paper) to 1 (a win).
    case constant(Float)
    /// The value of its node less a reduction, on the scale from 0 to 1.
    case parent(reduction: Float)
  }

  /// `c_init` of the paper: 1.25.
  public var initial: Float
  /// `c_base` of the paper: 19652.
  public var base: Float
  public var firstPlay: FirstPlay
  public var scaling: ValueScaling

  public init(
    initial: Float = 1.25, base: Float = 19652, firstPlay: FirstPlay = .parent(reduction: 0.1),
    scaling: ValueScaling = .range
  ) {
    self.initial = initial
    self.base = base
    self.firstPlay = firstPlay
    self.scaling = scaling
  }

  public init() { self.init(initial: 1.25) }

  public static var triesEveryActionFirst: Bool { false }

  public func exploration(parentVisits: Int) -> Float {
    let visits = Float(parentVisits)
    return (log((1 + visits + base) / base) + initial) * visits.squareRoot()
  }

  public func firstPlayValue(parentValue: Float) -> Float {
    switch firstPlay {
    case .constant(let value): value
    case .parent(let reduction): parentValue - reduction
    }
  }

  @inline(__always)
  public func score(value: Float, prior: Float, visits: Float, exploration: Float) -> Float {
    value + exploration * prior / (1 + visits)
  }
}
