import Foundation

/// Elo ratings that make the results between several agents most likely (Bradley and Terry 1952), with 95 %
/// intervals; draws count as half a win of each. Ratings average 0.
public struct BradleyTerry: Hashable, Sendable {
  public struct Rating: Hashable, Sendable {
    public var elo: Double
    public var low: Double
    public var high: Double
  }

  public let ratings: [Rating]

  /// `tallies[i][j]` are the results of i against j, from the view of i; both triangles are filled. Each pair
  /// that met is given one drawn game more, so that no rating is infinite.
  ///
  /// O(rounds x agents^2), by Hunter's iteration (2004).
  public init(_ tallies: [[Tally]]) {
    let count = tallies.count
    func games(_ i: Int, _ j: Int) -> Double { tallies[i][j].games > 0 ? Double(tallies[i][j].games) + 1 : 0 }
    let points = (0..<count).map { i in
      (0..<count).reduce(0.0) { sum, j in
        let tally = tallies[i][j]
        return tally.games > 0 ? sum + Double(tally.wins) + Double(tally.draws) / 2 + 0.5 : sum
      }
    }
    var strengths = [Double](repeating: 1, count: count)
    for _ in 0..<10_000 {
      var change = 0.0
      for i in 0..<count where points[i] > 0 {
        let rate = (0..<count).reduce(0.0) { $0 + games(i, $1) / (strengths[i] + strengths[$1]) }
        change = max(change, abs(log(points[i] / rate / strengths[i])))
        strengths[i] = points[i] / rate
      }
      let mean = exp(strengths.reduce(0) { $0 + log($1) } / Double(max(count, 1)))
      for i in 0..<count { strengths[i] /= mean }
      if change < 1e-10 { break }
    }
    let deviations = Self.deviations(strengths, games: games)
    let scale = 400 / log(10.0)
    ratings = (0..<count).map { i in
      let elo = scale * log(strengths[i])
      let margin = 1.959964 * scale * deviations[i]
      return Rating(elo: elo, low: elo - margin, high: elo + margin)
    }
  }

  /// Standard deviations of the logarithms of the strengths: of the inverse of the information, within all
  /// logarithms that add up to 0.
  private static func deviations(_ strengths: [Double], games: (Int, Int) -> Double) -> [Double] {
    let count = strengths.count
    let share = 1 / Double(max(count, 1))
    var matrix = [[Double]](repeating: [Double](repeating: share, count: count), count: count)
    for i in 0..<count {
      for j in 0..<count where i != j {
        let chance = strengths[i] / (strengths[i] + strengths[j])
        let information = games(i, j) * chance * (1 - chance)
        matrix[i][j] -= information
        matrix[i][i] += information
      }
    }
    return inverse(matrix).enumerated().map { max(0, $1[$0] - share).squareRoot() }
  }

  /// Gauss and Jordan's elimination, with pivots. The matrix is positive definite where all agents are linked
  /// by games; otherwise what is not known stays at infinity.
  private static func inverse(_ matrix: [[Double]]) -> [[Double]] {
    let count = matrix.count
    var rows = matrix.enumerated().map { i, row in row + (0..<count).map { $0 == i ? 1.0 : 0 } }
    for column in 0..<count {
      guard let pivot = (column..<count).max(by: { abs(rows[$0][column]) < abs(rows[$1][column]) }),
        abs(rows[pivot][column]) > 1e-12
      else { return (0..<count).map { _ in [Double](repeating: .infinity, count: count) } }
      rows.swapAt(column, pivot)
      let scale = rows[column][column]
      rows[column] = rows[column].map { $0 / scale }
      for row in 0..<count where row != column {
        let factor = rows[row][column]
        if factor != 0 { rows[row] = zip(rows[row], rows[column]).map { $0 - factor * $1 } }
      }
    }
    return rows.map { Array($0[count...]) }
  }
}
