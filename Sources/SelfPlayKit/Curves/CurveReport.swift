import Foundation

/// The ends of learning curves as a table, with each curve in one line of bars.
public struct CurveReport: Sendable {
  private let curves: [LearningCurve]
  private let measure: CurveMeasure

  public init(_ curves: [LearningCurve], measure: CurveMeasure) {
    self.curves = curves
    self.measure = measure
  }

  public func text(ink: Ink) -> String {
    var table = TextTable(
      ("run", .left), ("seeds", .right), ("steps", .right), (measure.rawValue, .right), ("error", .right),
      ("range", .left), ("curve", .left))
    for curve in curves {
      table.add([
        curve.label, "\(curve.seeds.count)", String(format: "%.0f", curve.points.last?.x ?? 0),
        Self.number(curve.end), curve.error.map(Self.number) ?? "-",
        "\(Self.number(curve.ends.min() ?? 0)) to \(Self.number(curve.ends.max() ?? 0))",
        Curve.sparkline(curve.points.map(\.y), width: 32),
      ])
    }
    return table.text(ink: ink)
  }

  public var json: JSONValue {
    [
      "measure": .text(measure.rawValue),
      "curves": .list(
        curves.map { curve in
          [
            "run": .text(curve.label), "seeds": .list(curve.seeds.map { JSONValue($0) }),
            "ends": .list(curve.ends.map { .number($0) }), "mean": .number(curve.end),
            "error": JSONValue(curve.error),
            "points": .list(curve.points.map { .list([.number($0.x), .number($0.y)]) }),
          ]
        }),
    ]
  }

  private static func number(_ value: Double) -> String {
    String(format: abs(value) >= 100 ? "%.1f" : abs(value) >= 10 ? "%.2f" : "%.3f", value)
  }
}
