import Environments
import Foundation
import Learning
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
    #expect(settings.solves && settings.nodeLimit == nil && settings.sharedEquivalence == nil)
    for text in [
      "uct", "uct:0", "uct:many", "random:3", "rando", "uct:5@speed=3", "uct:5@exploration=x",
      "uct:5@equivalence=9", "uct:5@node_limit=0",
    ] {
      #expect(throws: (any Error).self, "\(text)") { try AgentSpecification(text, home: home) }
    }
  }

  @Test("agents of playouts share moves, prove nothing and stay within a limit if they are told to")
  func playoutOptions() throws {
    func settings(_ text: String) throws -> AgentSpecification.UCTSettings? {
      guard case .uct(let settings) = try AgentSpecification(text, home: home).kind else { return nil }
      return settings
    }
    let sharing = try #require(try settings("uct:9@rave=true,solves=false,node_limit=50"))
    #expect(sharing.sharedEquivalence == 500 && sharing.exploration == 0.2)
    #expect(!sharing.solves && sharing.nodeLimit == 50)
    #expect(try settings("uct:9@rave=true,equivalence=100")?.sharedEquivalence == 100)
    #expect(try settings("uct:9@rave=false")?.exploration == 1.4)
    let definition = try GameDefinition(named: "tictactoe", home: home)
    for (limit, isEnough) in [(9, false), (10, true)] {
      let agent = try AgentSpecification("uct:100@rave=true,node_limit=\(limit)", home: home)
      if isEnough {
        let player = try agent.factory(for: TicTacToe(), defined: definition).make()
        var random = Random(seed: 1, purpose: .test)
        let state = TicTacToe().start(using: &random)
        try player.begin(state, random: random)
        let decision = try player.decide(in: state)
        #expect(decision.candidates.reduce(0) { $0 + $1.visits } == 100)
      } else {
        let error = #expect(throws: RegistryError.self) {
          try agent.factory(for: TicTacToe(), defined: definition)
        }
        #expect(error?.description.contains("choose 10 or more") == true)
      }
    }
  }

  @Test("what KataGo has over AlphaZero is read from an agent's file, and off without it")
  func katagoKeys() throws {
    /// Sections of keys, besides those that an agent needs.
    func parameters(_ sections: String) throws -> (AlphaZeroParameters, AgentDefinition.Play)? {
      let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).toml")
      defer { try? FileManager.default.removeItem(at: file) }
      let text = "kind = \"alphazero\"\ngame = \"connect4\"\n[budget]\nsteps = 9\n\(sections)\n"
      try Data(text.utf8).write(to: file)
      guard case .trained(let definition, _) = try AgentSpecification(file.path, home: home).kind,
        case .alphaZero(let parameters) = definition.learner
      else { return nil }
      return (parameters, definition.play)
    }
    let network = "[network]\ntorso = \"residual\"\nblocks = 2\nchannels = 32\n"
    let (plain, play) = try #require(try parameters(network))
    #expect(plain.network == .residual(blocks: 2, channels: 32))
    #expect(plain.search.forcedPlayouts == 0 && plain.search.symmetry == .none)
    #expect(!plain.search.sharesEvaluations && plain.gate.games == 0 && plain.pastGames == 0)
    #expect(play.symmetry == .none && !play.solves && play.nodeLimit == nil)
    let (full, player) = try #require(
      try parameters(
        """
        \(network)pooling_blocks = [1, 2]
        pooling_heads = true
        [search]
        forced_playouts = 2.0
        symmetry = "random"
        transpositions = true
        [selfplay]
        gate_games = 40
        gate_steps = 500
        gate_score = 0.6
        [evaluation]
        past_games = 30
        [play]
        symmetry = "all"
        solves = true
        node_limit = 1000
        """))
    #expect(full.network == .residual(blocks: 2, channels: 32, pooling: .init(blocks: [1, 2], heads: true)))
    #expect(full.search.forcedPlayouts == 2 && full.search.symmetry == .random)
    #expect(full.search.sharesEvaluations && full.pastGames == 30)
    #expect(full.gate.games == 40 && full.gate.steps == 500 && full.gate.score == 0.6)
    #expect(player.symmetry == .all && player.solves && player.nodeLimit == 1000)
    for wrong in [
      "pooling_blocks = [3]", "pooling_blocks = [2, 1]", "[search]\nsymmetry = \"some\"",
      "[selfplay]\ngate_score = 2.0",
    ] {
      #expect(throws: ConfigurationError.self, "\(wrong)") { try parameters(network + wrong) }
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

  @Test(
    "a trained agent searches the way that its definition says",
    arguments: [("puct", "PUCT"), ("gumbel", "Gumbel")])
  func searchKind(_ kind: String, _ rule: String) throws {
    let definition = try GameDefinition(named: "tictactoe", home: home)
    let specification = try AgentSpecification("tictactoe@search.kind=\(kind)", home: home)
    let type = try definition.game.visit(AgentType(specification: specification, definition: definition))
    #expect(type.contains(", \(rule)>"), "\(type)")
  }

  @Test("an agent for a game with the definition of another one is an error, not a trap")
  func definitionOfAnotherGame() throws {
    let definition = try GameDefinition(named: "connect4", home: home)
    let agent = try AgentSpecification("uct:100", home: home)
    let error = #expect(throws: RegistryError.self) {
      try agent.factory(for: TicTacToe(), defined: definition)
    }
    #expect(error?.description.contains("another game than connect4") == true)
  }

  private struct AgentType: GameVisitor {
    let specification: AgentSpecification
    let definition: GameDefinition

    func visit<Subject: Notation>(_ game: Subject) throws -> String {
      "\(type(of: try specification.factory(for: game, defined: definition).make().base))"
    }
  }

  @Test(
    "of keys that do not go together the one that was set is to blame",
    arguments: [
      ("gomoku", "side=3", "--set side=3: side: "), ("gomoku", "length=16", "--set length=16: length: "),
      ("go5", "side=2", "--set side=2: side: komi 7.5 is more than the 4 points"),
      ("go5", "komi=30", "--set komi=30: komi: "), ("connect4", "columns=3", "--set columns=3: columns: "),
      ("go9", "handicap=1", "--set handicap=1: handicap: "),
    ])
  func culprit(_ game: String, _ setting: String, _ text: String) {
    do {
      let side = game == "connect4" ? ["rows=3"] : []
      _ = try GameDefinition(named: game, home: home, settings: [setting] + side)
      Issue.record("accepted")
    } catch {
      #expect("\(error)".hasPrefix(text), "\(error)")
    }
  }
}
