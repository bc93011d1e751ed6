import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay doctor`: is everything here that is needed, and does it work?
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Show the processor, libraries and free disk, and run a self-test.")

  @OptionGroup var output: OutputOptions

  func run() throws {
    let facts = MachineFacts()
    let checks = SelfTest.run()
    let isWell = checks.allSatisfy { $0.problem == nil }
    if output.json {
      let rows = facts.rows.map { JSONValue.Member(key: $0.key, value: .text($0.value)) }
      let results = checks.map { check -> JSONValue in
        [
          "check": .text(check.name), "ok": .boolean(check.problem == nil),
          "problem": check.problem.map { .text($0) } ?? .null,
        ]
      }
      let tail: [JSONValue.Member] = [
        .init(key: "checks", value: .list(results)), .init(key: "ok", value: .boolean(isWell)),
      ]
      Terminal.put(JSONValue.object(rows + tail).text)
    } else {
      let ink = Ink(for: STDOUT_FILENO)
      let width = facts.rows.map(\.key.count).max() ?? 0
      for row in facts.rows {
        let name = row.key + String(repeating: " ", count: width - row.key.count)
        Terminal.put(ink(name, .faint) + "  " + row.value)
      }
      Terminal.put("")
      for check in checks {
        let mark = check.problem == nil ? ink("ok    ", .green) : ink("failed", .bold, .red)
        Terminal.put("\(mark)  \(check.name)" + (check.problem.map { ": \($0)" } ?? ""))
      }
    }
    if !isWell { throw ExitCode.failure }
  }
}
