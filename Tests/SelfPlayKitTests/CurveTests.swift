import Foundation
import Learning
import SelfPlayKit
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite("Learning curves")
struct CurveTests {
  /// The history of a run whose log says that a step had a mean return.
  private func history(
    _ name: String, _ reports: [(step: Int, value: Double)], seed: Int = 1, end: String = ""
  ) throws -> RunHistory {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    let run = RunFolder(path: folder.appendingPathComponent(name).path)
    try run.create()
    defer { try? FileManager.default.removeItem(at: folder) }
    try run.write(Data("game = \"taxi\"\nseed = \(seed)\n".utf8), to: run.definition)
    let lines = try reports.map { report in
      var progress = TrainingProgress()
      (progress.step, progress.meanReturn) = (report.step, report.value)
      return try String(decoding: JSONEncoder().encode(progress), as: UTF8.self) + "\n"
    }
    try run.write(Data((lines.joined() + end).utf8), to: run.progress)
    return try RunHistory(of: run)
  }

  @Test("what a killed run reported beyond the checkpoint it went on from does not count")
  func resumed() throws {
    let run = try history("q-1", [(10, 1), (20, 2), (30, 9), (20, 3), (25, 4)], end: "{\"step\": 4")
    #expect(run.reports.map(\.step) == [10, 20, 25])
    #expect(run.points(of: .meanReturn, against: .steps).map(\.y) == [1, 3, 4])
    #expect(run.label == "q" && run.game == "taxi")
    #expect(run.firstMeasure == .meanReturn)
  }

  @Test("runs that differ in their seeds are one curve: its mean, its range, its error")
  func gathered() throws {
    let runs = [
      try history("q-1", [(0, 0), (100, 10)]), try history("q-2", [(0, 2), (50, 4), (200, 22)], seed: 2),
      try history("other", [(0, 5), (10, 5)], seed: 3),
    ]
    let curves = try LearningCurve.gather(runs, measure: .meanReturn, against: .steps)
    #expect(curves.map(\.label) == ["q", "other"])
    let curve = curves[0]
    #expect(curve.seeds == [1, 2] && curve.ends == [10, 22] && curve.end == 16)
    #expect(abs((curve.error ?? 0) - 6) < 1e-9)
    #expect(curve.points.first == CurvePoint(x: 0, y: 1) && curve.points.last == CurvePoint(x: 100, y: 10))
    let middle = LearningCurve.resolution / 2
    #expect(curve.points[middle] == CurvePoint(x: 50, y: 4.5))
    #expect(curve.low[middle] == 4 && curve.high[middle] == 5)
    #expect(curves[1].error == nil)
  }

  @Test("a measure that a run lacks is named, with those it has")
  func missing() throws {
    let runs = [try history("q-1", [(1, 1)])]
    #expect {
      try LearningCurve.gather(runs, measure: .strength, against: .steps)
    } throws: { "\($0)".contains("q-1: has no strength; it reports mean_return") }
  }

  @Test(
    "an axis has a handful of round numbers and holds all values",
    arguments: [(0.0, 5_000_000.0), (-13, 0), (0, 0.74), (3, 3), (0, 1e-4), (-1e6, 1e6), (0, 62)])
  func ticks(low: Double, high: Double) {
    let ticks = Ticks(from: low, to: high)
    #expect(ticks.low <= low + 1e-12 && ticks.high >= high - 1e-12 && ticks.high > ticks.low)
    #expect((2...8).contains(ticks.values.count), "\(ticks.values)")
    #expect(ticks.values.allSatisfy { ticks.label($0).count <= 8 })
  }

  @Test("the drawing is well-formed XML with a line for each curve and a band for several runs")
  func drawing() throws {
    let runs = [
      try history("a<b-1", [(0, 0), (100, 10)]), try history("a<b-2", [(0, 2), (100, 4)], seed: 2),
      try history("c", [(0, 5), (10, 5)], seed: 3),
    ]
    let curves = try LearningCurve.gather(runs, measure: .meanReturn, against: .steps)
    let text = CurveChart(
      curves, title: "R & D", xTitle: "steps", yTitle: "return", levels: [("best", 12)]
    ).text
    let parser = XMLParser(data: Data(text.utf8))
    #expect(parser.parse())
    #expect(text.components(separatedBy: "<polyline").count == 3)
    #expect(text.components(separatedBy: "<polygon").count == 2)
    #expect(text.contains("a&lt;b (2 runs)") && text.contains("R &amp; D"))
  }
}
