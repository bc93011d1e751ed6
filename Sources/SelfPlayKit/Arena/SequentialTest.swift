import Foundation

/// A sequential probability ratio test of two Elo differences, both kinds of error at 5 %.
///
/// The generalised test for trinomial results: the log likelihood ratio of the most likely distributions with
/// the two expected scores (Van den Bergh 2020, "A practical introduction to the GSPRT").
public struct SequentialTest: Hashable, Sendable {
  public enum Verdict: String, Hashable, Sendable {
    case open
    /// The difference is `elo0` rather than `elo1`.
    case rejected
    /// The difference is `elo1` rather than `elo0`.
    case accepted
  }

  public let elo0: Double
  public let elo1: Double

  /// `elo0` is below `elo1`.
  public init(elo0: Double, elo1: Double) {
    precondition(elo0 < elo1, "the first difference must be the smaller one")
    self.elo0 = elo0
    self.elo1 = elo1
  }

  /// Where the test ends: ln((1 - 0.05) / 0.05), and its negative.
  public static let bound = log(0.95 / 0.05)

  /// The log likelihood ratio of `elo1` to `elo0`; 0 without games. Results that never came count a thousandth.
  public func logLikelihoodRatio(_ tally: Tally) -> Double {
    guard tally.games > 0 else { return 0 }
    let counts = [tally.losses, tally.draws, tally.wins].map { max(Double($0), 1e-3) }
    let games = counts.reduce(0, +)
    let shares = counts.map { $0 / games }
    let likely0 = Self.mostLikely(shares, mean: EloEstimate.score(ofElo: elo0))
    let likely1 = Self.mostLikely(shares, mean: EloEstimate.score(ofElo: elo1))
    return games * (0..<3).reduce(0) { $0 + shares[$1] * log(likely1[$1] / likely0[$1]) }
  }

  public func verdict(_ tally: Tally) -> Verdict {
    let ratio = logLikelihoodRatio(tally)
    if ratio >= Self.bound { return .accepted }
    return ratio <= -Self.bound ? .rejected : .open
  }

  /// The distribution over the scores 0, 1/2 and 1 with a given mean that makes the observed shares most likely:
  /// p_i = share_i / (1 + x (a_i - mean)), where x makes the mean right; found by bisection.
  private static func mostLikely(_ shares: [Double], mean: Double) -> [Double] {
    let offsets = [-mean, 0.5 - mean, 1 - mean]
    var (low, high) = (-1 / (1 - mean), 1 / mean)
    for _ in 0..<100 {
      let middle = (low + high) / 2
      let slope = (0..<3).reduce(0.0) { $0 + shares[$1] * offsets[$1] / (1 + middle * offsets[$1]) }
      if slope > 0 { low = middle } else { high = middle }
    }
    let x = (low + high) / 2
    return (0..<3).map { shares[$0] / (1 + x * offsets[$0]) }
  }
}
