import Foundation

/// An Elo difference with its 95 % interval, from wins, draws and losses (trinomial, normal approximation).
public struct EloEstimate: Hashable, Sendable {
  /// nil where every point, or none, was won: then no finite difference explains it.
  public var difference: Double?
  /// nil where the interval has no lower end.
  public var low: Double?
  /// nil where the interval has no upper end.
  public var high: Double?

  /// nil without games. Where all games ended alike, half a game of each result is added for the interval.
  public init?(_ tally: Tally) {
    guard let score = tally.score else { return nil }
    let counts = [tally.wins, tally.draws, tally.losses]
    let hasSpread = counts.filter { $0 > 0 }.count > 1
    let (wins, draws, losses) =
      hasSpread
      ? (Double(tally.wins), Double(tally.draws), Double(tally.losses))
      : (Double(tally.wins) + 0.5, Double(tally.draws) + 0.5, Double(tally.losses) + 0.5)
    let games = wins + draws + losses
    let mean = (wins + draws / 2) / games
    let squares = wins * (1 - mean) * (1 - mean) + draws * (0.5 - mean) * (0.5 - mean) + losses * mean * mean
    let margin = 1.959964 * (squares / games / games).squareRoot()
    difference = Self.elo(ofScore: score)
    low = Self.elo(ofScore: mean - margin)
    high = Self.elo(ofScore: mean + margin)
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
