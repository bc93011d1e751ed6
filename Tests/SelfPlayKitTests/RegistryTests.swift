import Environments
import Foundation
import SelfPlayKit
import Testing

/// The project's folder, found from this file.
let home = Home(
  path: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path)

@Suite("Registry")
struct RegistryTests {
  @Test(
    "every file in Games is understood, and its rules read back as the same game", arguments: home.gameNames)
  func games(_ name: String) throws {
    let definition = try GameDefinition(named: name, home: home)
    #expect(definition.id == name)
    let again = try GameDefinition(
      id: name, document: ConfigurationDocument(text: definition.rules, origin: .file(name)))
    #expect(again.fingerprint == definition.fingerprint)
    #expect(again.rules == definition.rules)
  }

  @Test("the games that commands promise are there, and no two have the same rules")
  func promised() throws {
    let names = Set(home.gameNames)
    for name in [
      "othello", "othello6", "hex7", "hex11", "gomoku", "breakthrough",
      "tictactoe", "connect4", "go5", "go7", "go9", "go13", "go19", "frozenlake4", "frozenlake8",
      "frozenlake8-dry", "minatar-asterix", "minatar-breakout", "minatar-freeway", "minatar-seaquest",
      "minatar-spaceinvaders",
    ] {
      #expect(names.contains(name))
    }
    let prints = try names.map { try GameDefinition(named: $0, home: home).fingerprint }
    #expect(Set(prints).count == names.count)
  }

  @Test("every agent in Agents is understood", arguments: home.agentNames)
  func agents(_ name: String) throws {
    _ = try AgentSummary(named: name, home: home)
    _ = try AgentSpecification(name, home: home)
  }

  @Test("a fingerprint follows the rules and nothing else")
  func fingerprints() throws {
    let plain = try GameDefinition(named: "go9", home: home)
    let other = try GameDefinition(named: "go9", home: home, settings: ["komi=5.5"])
    let titled = try GameDefinition(named: "go9", home: home, settings: ["title=\"x\"", "discount=0.5"])
    #expect(plain.fingerprint != other.fingerprint)
    #expect(plain.fingerprint == titled.fingerprint)
  }

  @Test(
    "bad rules are refused with their key",
    arguments: [
      ("go9", "komi=7.25", "komi"), ("go9", "side=99", "side"), ("connect4", "columns=32", "columns"),
      ("connect4", "length=8", "length"),
      ("frozenlake4", "map=\"SF\"", "map"), ("go9", "repetition=ko", "repetition"),
      ("go9", "handicap=1", "handicap"), ("go5", "handicap=2", "handicap"),
      ("go9", "planes=[\"libs\"]", "planes"),
      ("tictactoe", "side=3", "side"), ("othello", "side=7", "side"), ("hex7", "rows=20", "rows"),
      ("gomoku", "length=16", "length"), ("breakthrough", "columns=1", "columns"),
    ])
  func badRules(_ game: String, _ setting: String, _ key: String) {
    let error = #expect(throws: ConfigurationError.self) {
      try GameDefinition(named: game, home: home, settings: [setting])
    }
    #expect(error?.key == key)
    #expect(error?.isUsage == true, "\(String(describing: error))")
  }

  @Test("agents are read with their options")
  func agentOptions() throws {
    guard
      case .uct(let settings) = try AgentSpecification(
        "uct:400@exploration=0.7,reuses_tree=false", home: home
      ).kind
    else {
      Issue.record("not a UCT agent")
      return
    }
    #expect(settings.simulations == 400)
    #expect(settings.exploration == 0.7)
    #expect(!settings.reusesTree)
    for text in ["uct", "uct:0", "uct:many", "random:3", "rando", "uct:5@speed=3", "uct:5@exploration=x"] {
      #expect(throws: (any Error).self, "\(text)") { try AgentSpecification(text, home: home) }
    }
  }

  @Test("moves written down lead to a position, and a wrong one is named")
  func positions() throws {
    let game = ConnectFour()
    let position = try Position(after: "4 4 3", of: game)
    #expect(position.actions.map(\.index) == [3, 3, 2])
    let error = #expect(throws: RegistryError.self) { _ = try Position(after: "4 9", of: game) }
    #expect(error?.description == "move 2 '9' is not legal here; legal are 1 2 3 4 5 6 7")
    #expect(throws: RegistryError.self) { _ = try Position(after: "1 2 1 2 1 2 1 2", of: game) }
  }
}
