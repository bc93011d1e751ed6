import Foundation
import Learning

/// What a run has reported of itself so far: the lines of its `progress.jsonl`.
public struct RunHistory: Sendable {
  /// The run's folder without the seed at its end: runs that differ in nothing but the seed share it.
  public let label: String
  public let game: String
  public let seed: UInt64
  /// In rising order of steps.
  public let reports: [TrainingProgress]

  /// Reads a run's folder. Throws `ConfigurationError` or `RunHistoryError`.
  public init(of folder: RunFolder) throws {
    let document = try ConfigurationDocument(path: folder.definition)
    guard case .text(let game)? = document.entries["game"] else { throw RunHistoryError.noRun(folder.path) }
    self.game = game
    if case .integer(let number)? = document.entries["seed"] { seed = UInt64(number) } else { seed = 1 }
    let name = URL(fileURLWithPath: folder.path).standardizedFileURL.lastPathComponent
    label = name.hasSuffix("-\(seed)") ? String(name.dropLast("-\(seed)".count)) : name
    guard let data = FileManager.default.contents(atPath: folder.progress) else {
      throw RunHistoryError.noProgress(folder.path)
    }
    reports = Self.reports(in: data)
    if reports.isEmpty { throw RunHistoryError.noProgress(folder.path) }
  }

  /// The lines that count: a run that was killed goes on from its last checkpoint and passes the same steps again.
  /// A last line that was cut short is left out.
  static func reports(in data: Data) -> [TrainingProgress] {
    var result: [TrainingProgress] = []
    for line in data.split(separator: UInt8(ascii: "\n")) {
      guard let report = try? JSONDecoder().decode(TrainingProgress.self, from: line) else { continue }
      while let last = result.last, last.step >= report.step { result.removeLast() }
      result.append(report)
    }
    return result
  }

  /// The measure that says most about the run, of those it has.
  public var firstMeasure: CurveMeasure {
    CurveMeasure.allCases.first { !points(of: $0, against: .steps).isEmpty } ?? .valueLoss
  }

  /// The points of one measure.
  public func points(of measure: CurveMeasure, against axis: CurveAxis) -> [CurvePoint] {
    var result: [CurvePoint] = []
    for report in reports {
      guard let y = measure.value(in: report), y.isFinite else { continue }
      let x =
        axis == .steps ? Double(measure == .strength ? report.evaluationStep : report.step) : report.seconds
      if let last = result.last, last.x >= x { continue }
      result.append(CurvePoint(x: x, y: y))
    }
    return result
  }
}

/// Why a folder has no curve.
public enum RunHistoryError: Error, CustomStringConvertible {
  case noRun(String)
  case noProgress(String)
  case noMeasure(CurveMeasure, run: String, known: [CurveMeasure])

  public var description: String {
    switch self {
    case .noRun(let path): "\(path): is no folder of a training run; give one that 'selfplay train' made"
    case .noProgress(let path): "\(path): has reported nothing yet; train it for some seconds first"
    case .noMeasure(let measure, let run, let known):
      "\(run): has no \(measure.rawValue); it reports \(known.map(\.rawValue).joined(separator: ", "))"
    }
  }
}

/// A point of a curve.
public struct CurvePoint: Hashable, Sendable {
  public var x: Double
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// What a curve is drawn against.
public enum CurveAxis: String, CaseIterable, Sendable {
  /// Steps of the environment: positions or frames.
  case steps
  /// Seconds of training, in all sessions.
  case seconds
}

/// What a curve shows.
public enum CurveMeasure: String, CaseIterable, Sendable {
  case meanReturn = "mean_return"
  case strength
  case policyLoss = "policy_loss"
  case valueLoss = "value_loss"
  case valueError = "value_error"
  case meanLength = "mean_length"
  case unique = "unique_positions"

  func value(in report: TrainingProgress) -> Double? {
    switch self {
    case .meanReturn: report.meanReturn
    case .strength: report.strength
    case .policyLoss: report.policyLoss
    case .valueLoss: report.valueLoss
    case .valueError: report.valueError
    case .meanLength: report.meanLength
    case .unique: report.uniqueShare
    }
  }

  /// In a sentence.
  public var title: String {
    switch self {
    case .meanReturn: "mean return of the last 100 episodes"
    case .strength: "strength against the fixed opponent"
    case .policyLoss: "policy loss"
    case .valueLoss: "value loss"
    case .valueError: "mean squared error of the search's values"
    case .meanLength: "mean length of games"
    case .unique: "share of different positions"
    }
  }
}
