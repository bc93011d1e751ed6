import ArgumentParser
import Foundation
import Learning
import SelfPlayKit

/// `selfplay curves`: how runs have learned.
struct CurvesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "curves", abstract: "Compare how training runs learned, as a table or a drawing.",
    discussion: """
      Runs whose folders differ only in the seed at the end are one curve, with the range they span:
      'selfplay curves runs/taxi-1 runs/taxi-2 runs/taxi-3 --out taxi.svg'.
      """)

  @Argument(help: "Folders of training runs.") var runs: [String]
  @Option(help: "What to show: \(Self.measures); what the first run has if not given.")
  var measure: String?
  @Option(help: "Against what: steps or seconds.") var against = "steps"
  @Option(help: "The drawing's title; the game if not given.") var title: String?
  @Option(
    name: .customLong("level"), help: ArgumentHelp("A value to compare with.", valueName: "name=value"))
  var levels: [String] = []
  @Option(help: ArgumentHelp("Write a drawing.", valueName: "file.svg")) var out: String?
  @OptionGroup var output: OutputOptions

  private static let measures = CurveMeasure.allCases.map(\.rawValue).joined(separator: ", ")

  func validate() throws {
    guard !runs.isEmpty else { throw ValidationError("Name the folder of a run.") }
    if let measure, CurveMeasure(rawValue: measure) == nil {
      throw ValidationError("--measure \(measure) is unknown; choose one of \(Self.measures).")
    }
    guard CurveAxis(rawValue: against) != nil else {
      throw ValidationError("--against \(against) is unknown; choose steps or seconds.")
    }
    if let out, !out.hasSuffix(".svg") {
      throw ValidationError("--out \(out): a drawing is written as .svg.")
    }
    for level in levels where Self.parse(level: level) == nil {
      throw ValidationError("--level \(level) is no name=value, such as published=10.0.")
    }
  }

  private static func parse(level: String) -> (name: String, value: Double)? {
    guard let split = level.lastIndex(of: "="), let value = Double(level[level.index(after: split)...]),
      value.isFinite
    else { return nil }
    return (String(level[..<split]), value)
  }

  func run() throws {
    let histories = try runs.map { try RunHistory(of: RunFolder(path: $0)) }
    let axis = CurveAxis(rawValue: against) ?? .steps
    let chosen = measure.flatMap(CurveMeasure.init) ?? histories[0].firstMeasure
    let curves = try LearningCurve.gather(histories, measure: chosen, against: axis)
    if let out {
      let chart = CurveChart(
        curves, title: title ?? histories[0].game, xTitle: axis == .steps ? "steps" : "seconds of training",
        yTitle: chosen.title, levels: levels.compactMap(Self.parse))
      do { try Data(chart.text.utf8).write(to: URL(fileURLWithPath: out), options: .atomic) } catch {
        throw RunError.unwritable(path: out)
      }
    }
    let report = CurveReport(curves, measure: chosen)
    Terminal.put(output.json ? report.json.text : report.text(ink: Ink(for: STDOUT_FILENO)))
  }
}
