import Foundation

/// The value of each position as an SVG drawing.
struct AnalysisCurve {
  private static let width = 720.0
  private static let height = 160.0

  let text: String

  private static func label(_ value: Double, at y: Double) -> String {
    String(format: "<text x=\"%.0f\" y=\"%.1f\">%@%.3g</text>", width + 4, y + 3, value > 0 ? "+" : "", value)
  }

  init(_ analysis: GameAnalysis) {
    let values = analysis.values
    let isDuel = analysis.playerCount == 2
    let low = isDuel ? -1 : min(values.min() ?? 0, 0)
    let high = isDuel ? 1 : max(values.max() ?? 1, low + 1e-9)
    func x(_ index: Int) -> Double { Double(index) / Double(max(values.count - 1, 1)) * Self.width }
    func y(_ value: Double) -> Double { (high - min(max(value, low), high)) / (high - low) * Self.height }
    let line = values.enumerated().map { String(format: "%.1f,%.1f", x($0), y($1)) }.joined(separator: " ")
    let axis = String(format: "%.1f", y(0))
    let faults = analysis.moves.indices.filter { analysis.moves[$0].quality != .good }.map { index in
      String(
        format: "<circle class=\"%@\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%d. %@</title></circle>",
        analysis.moves[index].quality.rawValue, x(index), y(values[index]), index + 1,
        AnalysisPage.escaped(analysis.moves[index].move))
    }
    let turning = analysis.turningPoint.map { index in
      String(
        format: "<line class=\"turn\" x1=\"%.1f\" x2=\"%.1f\" y1=\"0\" y2=\"%.0f\"/>", x(index), x(index),
        Self.height)
    }
    let labels = Set([low, 0, high]).sorted().map { Self.label($0, at: y($0)) }
    text = """
      <figure><svg viewBox="-6 -8 752 176" role="img" aria-label="value of each position">
      <rect width="720" height="160"/><line class="axis" x1="0" x2="720" y1="\(axis)" y2="\(axis)"/>
      \(labels.joined())
      \(turning ?? "")<polyline points="\(line)"/>\(faults.joined())
      <line class="now" x1="0" x2="0" y1="-6" y2="166"/></svg>
      <figcaption>\(isDuel ? "Value for the first player, from -1 to 1" : "Expected return to come")</figcaption>
      </figure>
      """
  }
}
