import Foundation
import Learning

/// Where an agent that is defined by a file comes from: a folder in Agents/, a run's folder, or a TOML file.
struct AgentSource: Sendable {
  /// The name of the folder, or of the file without its extension.
  let name: String
  let definition: String
  /// How errors name the definition.
  let shownAs: String
  /// Where its weights are, or will be.
  let weights: String

  /// Throws `RegistryError` for a name that nothing has.
  init(_ text: String, home: Home) throws {
    if home.agentNames.contains(text) {
      self.init(name: text, folder: "\(home.agents)/\(text)", shownAs: "Agents/\(text)")
    } else if Home.isDirectory(text) {
      let folder = text.hasSuffix("/") ? String(text.dropLast()) : text
      self.init(name: URL(fileURLWithPath: folder).lastPathComponent, folder: folder, shownAs: folder)
    } else if text.hasSuffix(".toml") {
      let url = URL(fileURLWithPath: text)
      let file = url.deletingPathExtension().lastPathComponent
      let folder = url.deletingLastPathComponent()
      self.init(
        name: file == "agent" ? folder.lastPathComponent : file, definition: text, shownAs: text,
        weights: folder.appendingPathComponent("weights.safetensors").path)
    } else {
      throw Self.unknown(text, home: home)
    }
  }

  private init(name: String, folder: String, shownAs: String) {
    self.init(
      name: name, definition: folder + "/agent.toml", shownAs: shownAs + "/agent.toml",
      weights: folder + "/weights.safetensors")
  }

  private init(name: String, definition: String, shownAs: String, weights: String) {
    self.name = name
    self.definition = definition
    self.shownAs = shownAs
    self.weights = weights
  }

  func document() throws -> ConfigurationDocument {
    try ConfigurationDocument(path: definition, shownAs: shownAs)
  }

  /// How agents with a parameter are written.
  private static let examples = [
    "uct": "uct:400", "alphabeta": "alphabeta:6", "gtp": "gtp:gnugo --mode gtp",
  ]

  private static func unknown(_ text: String, home: Home) -> RegistryError {
    let known =
      home.agentNames + ["random", "human", "uct:SIMULATIONS", "alphabeta:DEPTH", "gtp:COMMAND LINE"]
    let base = String(text.prefix { $0 != ":" })
    let remedy =
      if let near = Suggestion.nearest(
        to: base, in: home.agentNames + ["random", "human", "uct", "alphabeta", "gtp"])
      {
        "did you mean '\(Self.examples[near] ?? near)'?"
      } else {
        "known agents: \(known.joined(separator: ", "))"
      }
    return RegistryError(problem: "unknown agent '\(text)'", remedy: remedy + " (see: selfplay agents)")
  }
}
