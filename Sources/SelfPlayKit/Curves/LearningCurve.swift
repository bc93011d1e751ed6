/// One measure over the training of runs that differ only in their seeds: the mean, and the range they span.
public struct LearningCurve: Sendable {
  public let label: String
  public let seeds: [UInt64]
  /// Means over the runs.
  public let points: [CurvePoint]
  /// The lowest and the highest run, at the same places as `points`.
  public let low: [Double]
  public let high: [Double]
  /// What each run ended with, in the order of `seeds`.
  public let ends: [Double]

  /// How many places a curve is sampled at.
  package static let resolution = 200

  /// The curves of runs, gathered by label in the order in which labels first occur.
  /// Throws `RunHistoryError` for a run without the measure.
  public static func gather(
    _ runs: [RunHistory], measure: CurveMeasure, against axis: CurveAxis
  ) throws -> [LearningCurve] {
    var labels: [String] = []
    for run in runs where !labels.contains(run.label) { labels.append(run.label) }
    return try labels.map { label in
      let members = runs.filter { $0.label == label }
      let series = try members.map { run in
        let points = run.points(of: measure, against: axis)
        if points.isEmpty {
          let known = CurveMeasure.allCases.filter { !run.points(of: $0, against: axis).isEmpty }
          throw RunHistoryError.noMeasure(measure, run: "\(run.label)-\(run.seed)", known: known)
        }
        return points
      }
      return LearningCurve(label: label, seeds: members.map(\.seed), series: series)
    }
  }

  /// - Parameter series: the points of each run, not empty.
  init(label: String, seeds: [UInt64], series: [[CurvePoint]]) {
    self.label = label
    self.seeds = seeds
    ends = series.map { $0[$0.count - 1].y }
    // As far as all runs have come, so that the mean is one of the same runs everywhere.
    let start = series.map { $0[0].x }.max() ?? 0
    let end = max(start, series.map { $0[$0.count - 1].x }.min() ?? 0)
    var (points, low, high) = ([CurvePoint](), [Double](), [Double]())
    for index in 0...Self.resolution {
      let x = start + (end - start) * Double(index) / Double(Self.resolution)
      let values = series.map { Self.value(of: $0, at: x) }
      points.append(CurvePoint(x: x, y: values.reduce(0, +) / Double(values.count)))
      low.append(values.min() ?? 0)
      high.append(values.max() ?? 0)
    }
    (self.points, self.low, self.high) = (points, low, high)
  }

  /// The value between two points, on the line between them.
  static func value(of series: [CurvePoint], at x: Double) -> Double {
    var (below, above) = (0, series.count - 1)
    if x <= series[below].x { return series[below].y }
    if x >= series[above].x { return series[above].y }
    while above - below > 1 {
      let middle = (below + above) / 2
      if series[middle].x <= x { below = middle } else { above = middle }
    }
    let (left, right) = (series[below], series[above])
    return left.y + (right.y - left.y) * (x - left.x) / (right.x - left.x)
  }

  /// The mean of what the runs ended with.
  public var end: Double { ends.reduce(0, +) / Double(ends.count) }

  /// The standard error of `end`; nil for one run.
  public var error: Double? {
    guard ends.count > 1 else { return nil }
    let squares = ends.reduce(0) { $0 + ($1 - end) * ($1 - end) }
    return (squares / Double(ends.count - 1) / Double(ends.count)).squareRoot()
  }
}
