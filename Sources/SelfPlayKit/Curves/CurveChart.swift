import Foundation

/// Learning curves as an SVG drawing: a line for each mean, a band for what the runs span, and levels to compare
/// with. It stands on light and dark pages.
public struct CurveChart: Sendable {
  private static let width = 760.0
  private static let height = 380.0
  private static let margin = (left: 64.0, right: 176.0, top: 40.0, bottom: 52.0)
  /// Colours that people with any colour vision tell apart (Okabe and Ito 2008).
  private static let colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31"]

  private let xTicks: Ticks
  private let yTicks: Ticks
  private let curves: [LearningCurve]
  private let levels: [(name: String, value: Double)]
  private let titles: (chart: String, x: String, y: String)

  /// - Parameter levels: horizontal lines with their names.
  public init(
    _ curves: [LearningCurve], title: String, xTitle: String, yTitle: String,
    levels: [(name: String, value: Double)] = []
  ) {
    let values = curves.flatMap { $0.low + $0.high } + levels.map(\.value)
    xTicks = Ticks(from: 0, to: curves.compactMap { $0.points.last?.x }.max() ?? 1)
    yTicks = Ticks(from: min(0, values.min() ?? 0), to: values.max() ?? 1)
    self.curves = curves
    self.levels = levels
    titles = (title, xTitle, yTitle)
  }

  /// The drawing.
  public var text: String {
    var parts = [Self.head(title: titles.chart)] + axes()
    parts += levels.map { draw(level: $0.value, name: $0.name) }
    for (index, curve) in curves.enumerated() {
      parts.append(draw(curve, colour: Self.colours[index % Self.colours.count]))
    }
    return (parts + [Self.legend(curves), "</svg>\n"]).joined(separator: "\n")
  }

  private static func head(title: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 380" role="img" \
    font-family="system-ui, sans-serif" font-size="12">
    <style>
    text { fill: #333 } .title { font-size: 15px; font-weight: 600 }
    .grid { stroke: #ddd } .axis { stroke: #888 } .level { stroke: #888; stroke-dasharray: 5 4 }
    @media (prefers-color-scheme: dark) {
      text { fill: #ccc } .grid { stroke: #3a3a3a } .axis, .level { stroke: #999 }
    }
    </style>
    <title>\(AnalysisPage.escaped(title))</title>
    <text class="title" x="\(number(margin.left))" y="22">\(AnalysisPage.escaped(title))</text>
    """
  }

  private func x(_ value: Double) -> Double {
    Self.margin.left + xTicks.share(of: value) * (Self.width - Self.margin.left - Self.margin.right)
  }

  private func y(_ value: Double) -> Double {
    Self.height - Self.margin.bottom - yTicks.share(of: value)
      * (Self.height - Self.margin.top - Self.margin.bottom)
  }

  private static func number(_ value: Double) -> String { String(format: "%.1f", value) }

  private func axes() -> [String] {
    let (left, right) = (Self.number(x(xTicks.low)), Self.number(x(xTicks.high)))
    let (bottom, top) = (y(yTicks.low), y(yTicks.high))
    var parts = yTicks.values.map { value in
      let place = Self.number(y(value))
      return "<line class=\"grid\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(place)\" y2=\"\(place)\"/>"
        + "<text x=\"\(Self.number(x(xTicks.low) - 8))\" y=\"\(Self.number(y(value) + 4))\" "
        + "text-anchor=\"end\">\(yTicks.label(value))</text>"
    }
    parts += xTicks.values.map { value in
      "<text x=\"\(Self.number(x(value)))\" y=\"\(Self.number(bottom + 18))\" text-anchor=\"middle\">"
        + "\(xTicks.label(value))</text>"
    }
    let axis = Self.number(y(yTicks.low))
    parts.append("<line class=\"axis\" x1=\"\(left)\" x2=\"\(right)\" y1=\"\(axis)\" y2=\"\(axis)\"/>")
    parts.append(
      "<text x=\"\(Self.number((x(xTicks.low) + x(xTicks.high)) / 2))\" y=\"\(Self.number(bottom + 40))\" "
        + "text-anchor=\"middle\">\(AnalysisPage.escaped(titles.x))</text>")
    let middle = Self.number((bottom + top) / 2)
    parts.append(
      "<text transform=\"translate(16 \(middle)) rotate(-90)\" text-anchor=\"middle\">"
        + "\(AnalysisPage.escaped(titles.y))</text>")
    return parts
  }

  private func draw(level: Double, name: String) -> String {
    let place = Self.number(y(level))
    let (left, right) = (x(xTicks.low), x(xTicks.high))
    return "<line class=\"level\" x1=\"\(Self.number(left))\" x2=\"\(Self.number(right))\" y1=\"\(place)\" "
      + "y2=\"\(place)\"/><text x=\"\(Self.number(right))\" y=\"\(Self.number(y(level) - 4))\" "
      + "text-anchor=\"end\">\(AnalysisPage.escaped(name))</text>"
  }

  private func draw(_ curve: LearningCurve, colour: String) -> String {
    func path(_ points: [(x: Double, y: Double)]) -> String {
      points.map { "\(Self.number(x($0.x))),\(Self.number(y($0.y)))" }.joined(separator: " ")
    }
    let places = curve.points.map(\.x)
    var result = ""
    if curve.seeds.count > 1 {
      let outline = Array(zip(places, curve.high)) + zip(places, curve.low).reversed()
      result += "<polygon points=\"\(path(outline))\" fill=\"\(colour)\" opacity=\"0.2\"/>"
    }
    return result + "<polyline points=\"\(path(curve.points.map { ($0.x, $0.y) }))\" fill=\"none\" "
      + "stroke=\"\(colour)\" stroke-width=\"2\" stroke-linejoin=\"round\"/>"
  }

  private static func legend(_ curves: [LearningCurve]) -> String {
    let left = width - margin.right + 14
    return curves.enumerated().map { index, curve in
      let place = margin.top + 8 + Double(index) * 20
      let runs = curve.seeds.count > 1 ? " (\(curve.seeds.count) runs)" : ""
      return "<rect x=\"\(number(left))\" y=\"\(number(place - 6))\" width=\"14\" height=\"4\" "
        + "fill=\"\(colours[index % colours.count])\"/><text x=\"\(number(left + 20))\" "
        + "y=\"\(number(place))\">\(AnalysisPage.escaped(curve.label))\(runs)</text>"
    }.joined(separator: "\n")
  }
}

/// Round numbers along an axis: 1, 2 or 5 times a power of ten apart.
package struct Ticks: Sendable {
  package let low: Double
  package let high: Double
  package let values: [Double]

  package init(from start: Double, to end: Double) {
    let span = end > start ? end - start : 1
    let power = pow(10, floor(log10(span / 5)))
    let step = [1, 2, 5, 10].map { $0 * power }.first { span / $0 <= 6 } ?? power * 10
    let first = floor(start / step + 1e-9)
    let last = max(ceil(end / step - 1e-9), first + 1)
    low = first * step
    high = last * step
    values = (0...Int(last - first)).map { (first + Double($0)) * step }
  }

  /// Where a value lies, from 0 to 1.
  package func share(of value: Double) -> Double { (min(max(value, low), high) - low) / (high - low) }

  /// A number as people write it: 2.5 M.
  package func label(_ value: Double) -> String {
    let magnitude = abs(value)
    if magnitude >= 1e6 { return String(format: "%g M", value / 1e6) }
    if magnitude >= 1e4 { return String(format: "%g k", value / 1e3) }
    return String(format: "%g", (value * 1e6).rounded() / 1e6)
  }
}
