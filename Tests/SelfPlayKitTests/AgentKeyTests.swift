import Foundation
import SelfPlayKit
import Testing

@Suite("the page of an agent's keys")
struct AgentKeyTests {
  /// A row of a table: its default as TOML writes it, `-` for none.
  private typealias Table = [String: String]

  /// The tables of `Agents/KEYS.md` under their headings' first words.
  private static func page() throws -> [String: Table] {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: root.appendingPathComponent("Agents/KEYS.md"), encoding: .utf8)
    var (tables, heading) = ([String: Table](), "")
    for line in text.split(separator: "\n") {
      if line.hasPrefix("## ") {
        heading = String(line.dropFirst(3).prefix { $0 != ":" })
      } else if line.hasPrefix("| `") {
        let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        let (key, value) = (cells[0], cells[1])
        let isNew =
          tables[heading, default: [:]].updateValue(
            value.trimmingCharacters(in: ["`"]), forKey: key.trimmingCharacters(in: ["`"])) == nil
        #expect(isNew, "\(key) twice under \(heading)")
      }
    }
    return tables
  }

  /// Every key of a definition with its value, as a run writes them.
  private static func keys(of text: String) throws -> Table {
    let document = try ConfigurationDocument(text: text, origin: .file("agent.toml"))
    let resolved = try AgentDefinition(from: document.root).resolved
    var (table, section) = (Table(), "")
    for line in resolved.split(separator: "\n") {
      if line.hasPrefix("[") {
        section = line.dropFirst().dropLast() + "."
      } else {
        let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
        table[section + parts[0]] = parts[1]
      }
    }
    return table
  }

  private static let torsos = [
    "mlp", "convolutional", "nature", "residual", "densenet", "transformer", "equivariant",
  ]

  @Test(
    "has every key that a definition knows, with its default, and no others",
    arguments: [
      ("AlphaZero", torsos.map { "kind = \"alphazero\"\nnetwork.torso = \"\($0)\"" }),
      ("DQN", ["kind = \"dqn\"\nnetwork.torso = \"mlp\""]),
      ("Recurrent DQN", ["kind = \"dqn\"\nnetwork.torso = \"recurrent\""]),
      ("Tables", ["kind = \"tabular\"\nmethod = \"dyna\""]),
      ("Policy gradients", ["kind = \"policy_gradient\"\nmethod = \"ppo\"\nnetwork.torso = \"mlp\""]),
      (
        "AlphaGo",
        ["kind = \"alphago\"\nnetwork.torso = \"residual\"\nsupervised.games = \"games.replay\""]
      ),
    ])
  func everyKey(heading: String, definitions: [String]) throws {
    let page = try Self.page()
    let own = try #require(page[heading])
    let shared = try #require(page["Every agent"]).merging(#require(page["Networks"])) { $1 }
    var known = Set<String>()
    for definition in definitions {
      for (key, value) in try Self.keys(of: definition + "\ngame = \"tictactoe\"\nbudget.steps = 1\n") {
        let written = try #require(own[key] ?? shared[key], "\(key) is missing")
        known.insert(key)
        let depends = key.hasPrefix("network.") || key == "budget.steps"
        #expect(written == "-" || written == value || depends, "\(key) is \(value), the page says \(written)")
      }
    }
    #expect(Set(own.keys).subtracting(known).isEmpty)
  }
}
