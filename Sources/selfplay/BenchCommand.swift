import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay bench`: how fast the parts are on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure speed.",
    subcommands: [
      BenchNetworkCommand.self, BenchTrainingCommand.self, BenchDQNCommand.self,
      BenchEnvironmentCommand.self, BenchRolloutsCommand.self, BenchSelfPlayCommand.self,
      BenchReplayCommand.self, BenchSignatureCommand.self,
    ])
}

/// How long to measure and on how many threads.
struct MeasureOptions: ParsableArguments {
  @Option(help: "Seconds to measure for.") var seconds = 2.0
  @Option(help: "Threads to measure on.") var threads = 1

  func validate() throws {
    guard seconds > 0, seconds <= 86400 else {
      throw ValidationError("--seconds \(seconds) is out of range; choose more than 0, at most 86400.")
    }
    guard 1...1024 ~= threads else {
      throw ValidationError("--threads \(threads) is out of range; choose 1 to 1024.")
    }
  }

  /// Prints measured rates, largest unit first, or as one JSON object; ends with 130 after Ctrl-C.
  func report(_ rates: [(key: String, value: Double)], about game: String, json: Bool) throws {
    try report(
      [("game", .text(game))] + rates.map { ($0.key, .number($0.value)) }, json: json)
  }

  /// Prints what was measured, one line a figure, or as one JSON object; ends with 130 after Ctrl-C.
  func report(_ figures: [(key: String, value: JSONValue)], json: Bool) throws {
    if json {
      let members = figures.map { JSONValue.Member(key: $0.key, value: $0.value) }
      Terminal.put(JSONValue.object(members + [.init(key: "threads", value: .integer(threads))]).text)
    } else {
      for figure in figures { Terminal.put(Self.line(figure.key, figure.value)) }
    }
    if Interruption.isRequested { throw ExitCode.interrupted }
  }

  /// `12,345 steps a second`, `ratio 9.8`, `kernel avx512`.
  private static func line(_ key: String, _ value: JSONValue) -> String {
    let name = key.replacing("_mb_per_second", with: " MB a second")
      .replacing("_per_second", with: " a second").replacing("_", with: " ")
    switch value {
    case .number(let rate) where key.hasSuffix("_per_second"):
      let text = rate < 100 ? rate.formatted(.number.precision(.significantDigits(3))) : grouped(rate)
      return "\(text) \(name)"
    case .number(let number): return "\(name) \(number.formatted(.number.precision(.significantDigits(3))))"
    case .text(let text): return "\(name) \(text)"
    case .null: return "\(name): not in this build"
    default: return "\(name) \(value.text)"
    }
  }

  /// A whole number with commas between thousands.
  private static func grouped(_ value: Double) -> String {
    var groups: [String] = []
    var rest = Int(value.rounded())
    repeat {
      let digits = String(rest % 1000)
      rest /= 1000
      groups.append(rest > 0 ? String(repeating: "0", count: 3 - digits.count) + digits : digits)
    } while rest > 0
    return groups.reversed().joined(separator: ",")
  }
}
