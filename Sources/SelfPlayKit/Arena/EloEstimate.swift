import Foundation

/// An Elo difference with its 95 % interval, from wins, draws and losses.
///
/// The score interval (Wilson 1927), with the variance that the share of draws leaves: it holds near 0 and 1, too.
public struct EloEstimate: Hashable, Sendable {
  /// nil where every point, or none, was won: then no finite difference explains it.
  public var difference: Double?
  /// nil where the interval has no lower end.
  public var low: Double?
  /// nil where the interval has no upper end.
  public var high: Double?

  /// nil without games.
  public init?(_ tally: Tally) {
    guard let score = tally.score else { return nil }
    difference = Self.elo(ofScore: score)
    // One game more than there were, which is not drawn, keeps an interval where all of them were drawn.
    let draws = Double(tally.draws) / Double(tally.games + 1)
    let spread = 1.959964 * 1.959964 / Double(tally.games)
    // The ends are where (score - mean)^2 = spread * (mean * (1 - mean) - draws / 4).
    let middle = (score + spread / 2) / (1 + spread)
    let product = (score * score + spread * draws / 4) / (1 + spread)
    let margin = max(0, middle * middle - product).squareRoot()
    low = score > 0 ? Self.elo(ofScore: middle - margin) : nil
    high = score < 1 ? Self.elo(ofScore: middle + margin) : nil
  }

  /// The difference at which the expected score is `score`; nil outside of (0, 1).
  public static func elo(ofScore score: Double) -> Double? {
    guard score > 0, score < 1 else { return nil }
    let value = -400 * log10(1 / score - 1)
    return value == 0 ? 0 : value
  }

  /// The expected score at a difference: 1 / (1 + 10^(-d / 400)).
  public static func score(ofElo difference: Double) -> Double { 1 / (1 + pow(10, -difference / 400)) }
}

extension EloEstimate: CustomStringConvertible {
  /// Such as `+35.1 [+12.0, +58.9]`.
  public var description: String {
    func text(_ value: Double?, _ unbounded: String) -> String {
      value.map { String(format: "%+.1f", $0) } ?? unbounded
    }
    let middle = difference.map { String(format: "%+.1f", $0) } ?? (low == nil ? "-inf" : "+inf")
    return "\(middle) [\(text(low, "-inf")), \(text(high, "+inf"))]"
  }
}
