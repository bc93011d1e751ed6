import ArgumentParser
import SelfPlayKit

/// `selfplay bench`: how fast the parts are on this machine.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure speed.",
    subcommands: [BenchEnvironmentCommand.self, BenchRolloutsCommand.self])
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
    if json {
      let members =
        [JSONValue.Member(key: "game", value: .text(game)), .init(key: "threads", value: .integer(threads))]
        + rates.map { .init(key: $0.key, value: .number($0.value)) }
      Terminal.put(JSONValue.object(members).text)
    } else {
      for rate in rates {
        let name = rate.key.replacing("_per_second", with: " a second").replacing("_", with: " ")
        Terminal.put("\(Self.grouped(rate.value)) \(name)")
      }
    }
    if Interruption.isRequested { throw ExitCode.interrupted }
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
