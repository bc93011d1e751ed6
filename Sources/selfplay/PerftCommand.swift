import ArgumentParser
import Environments
import Foundation
import SelfPlayKit

/// `selfplay perft`: counts the sequences of legal actions, which checks rules against published numbers.
struct PerftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perft", abstract: "Count the sequences of legal actions of a length.",
    discussion: """
      A finished game has no continuation; in chess only mate and stalemate finish one here.
      Example: selfplay perft --game connect4 --depth 6
      """)

  @OptionGroup var game: GameOptions
  @Option(help: "Length of the sequences.") var depth: Int
  @Option(help: "Moves to make first, separated by spaces, or a position in FEN (chess).") var position = ""
  @Flag(help: "Also print the count below each action.") var divide = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 0...1000 ~= depth else {
      throw ValidationError("--depth \(depth) is out of range; choose 0 to 1000.")
    }
  }

  func run() throws {
    let definition = try game.definition(in: Home.find())
    try definition.game.forCounting.visit(Counter(command: self, definition: definition))
  }

  private struct Counter: GameVisitor {
    let command: PerftCommand
    let definition: GameDefinition

    func visit<Subject: Notation>(_ game: Subject) throws {
      guard !game.isStochastic else {
        throw UsageError(
          "'\(definition.id)' has chance, its sequences cannot be counted; choose a game without")
      }
      let position = try Position(after: command.position, of: game)
      let started = DispatchTime.now().uptimeNanoseconds
      var parts: [(name: String, count: UInt64)] = []
      var total: UInt64 = position.isOver ? 0 : 1
      if command.depth > 0 {
        total = 0
        for action in game.legalActions(in: position.state).array {
          var (next, random) = (position.state, position.random)
          let status = game.step(&next, taking: action, using: &random).status
          let count = status.isOver && command.depth > 1 ? 0 : perft(game, next, depth: command.depth - 1)
          parts.append((game.name(of: action, in: position.state), count))
          total += count
        }
      }
      report(total, parts, seconds: Double(DispatchTime.now().uptimeNanoseconds - started) * 1e-9)
    }

    private func report(_ total: UInt64, _ parts: [(name: String, count: UInt64)], seconds: Double) {
      if command.output.json {
        var members: [JSONValue.Member] = [
          .init(key: "game", value: .text(definition.id)),
          .init(key: "depth", value: .integer(command.depth)),
          .init(key: "position", value: .text(command.position)),
          .init(key: "count", value: JSONValue(total)),
          .init(key: "seconds", value: .number(seconds)),
        ]
        if command.divide {
          let counts = parts.map { JSONValue.Member(key: $0.name, value: JSONValue($0.count)) }
          members.append(.init(key: "divide", value: .object(counts)))
        }
        return Terminal.put(JSONValue.object(members).text)
      }
      if command.divide { for part in parts { Terminal.put("\(part.name): \(part.count)") } }
      Terminal.put("\(total)")
      let speed = seconds > 0 ? Double(total) / seconds / 1e6 : 0
      Terminal.log(String(format: "%.2f s, %.1f million sequences a second", seconds, speed))
    }
  }
}
