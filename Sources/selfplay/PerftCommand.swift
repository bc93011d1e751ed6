import ArgumentParser
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
    report(try Perft(definition, after: position, depth: depth), of: definition)
  }

  private func report(_ perft: Perft, of definition: GameDefinition) {
    if output.json {
      var members: [JSONValue.Member] = [
        .init(key: "game", value: .text(definition.id)),
        .init(key: "depth", value: .integer(depth)),
        .init(key: "position", value: .text(position)),
        .init(key: "count", value: JSONValue(perft.total)),
        .init(key: "seconds", value: .number(perft.seconds)),
      ]
      if divide {
        let counts = perft.parts.map { JSONValue.Member(key: $0.name, value: JSONValue($0.count)) }
        members.append(.init(key: "divide", value: .object(counts)))
      }
      return Terminal.put(JSONValue.object(members).text)
    }
    if divide { for part in perft.parts { Terminal.put("\(part.name): \(part.count)") } }
    Terminal.put("\(perft.total)")
    let speed = perft.seconds > 0 ? Double(perft.total) / perft.seconds / 1e6 : 0
    Terminal.log(String(format: "%.2f s, %.1f million sequences a second", perft.seconds, speed))
  }
}
