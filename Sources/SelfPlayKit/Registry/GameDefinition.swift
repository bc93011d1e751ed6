import Environments
import Foundation
import Replay

/// A game as a file in Games/ defines it.
public struct GameDefinition: Sendable {
  /// The file's name without extension, such as `go9`.
  public let id: String
  /// What people call it, such as `Go 9x9`.
  public let title: String
  public let game: AnyGame
  /// How much a reward one step later is worth, for learners and searches that are not told otherwise.
  public let discount: Double
  /// The rules as TOML, defaults included.
  public let rules: String
  /// A hash of `rules` that goes into every record, so that none is replayed under other rules.
  public let fingerprint: UInt64

  /// Reads the game with this id, or, if the argument contains `/` or ends in `.toml`, that file.
  ///
  /// `settings` are `key=value` arguments that go before the file. Throws `RegistryError` for an unknown id
  /// and `ConfigurationError` for a bad file or setting.
  public init(named name: String, home: Home, settings: [String] = []) throws {
    let isPath = name.contains("/") || name.hasSuffix(".toml")
    guard isPath || home.gameNames.contains(name) else {
      throw RegistryError(
        problem: "unknown game '\(name)'",
        remedy: Suggestion.remedy(for: name, in: home.gameNames, of: "games") + " (see: selfplay games)")
    }
    let path = isPath ? name : "\(home.games)/\(name).toml"
    var document = try ConfigurationDocument(path: path, shownAs: isPath ? name : "Games/\(name).toml")
    for setting in settings { try document.set(setting) }
    let file = name.split(separator: "/").last.map(String.init) ?? name
    try self.init(id: file.hasSuffix(".toml") ? String(file.dropLast(5)) : file, document: document)
  }

  /// The same game with some keys changed by `key=value` settings, as an agent's file writes them.
  func applying(_ settings: [String], of agent: String) throws -> GameDefinition {
    if settings.isEmpty { return self }
    var document = try ConfigurationDocument(text: rules, origin: .file("agent \(agent)"))
    try document.set("title=\(ConfigurationValue.text(title).toml)")
    try document.set("discount=\(discount)")
    for setting in settings { try document.set(setting, option: "agent \(agent):") }
    return try GameDefinition(id: id, document: document)
  }

  /// The game as this type. Throws `RegistryError` if settings of an agent made it a game of another one.
  func game<Subject: Game>(as type: Subject.Type, for agent: String) throws -> Subject {
    guard let game = try game.visit(Cast<Subject>()) else {
      throw RegistryError(
        problem: "agent '\(agent)' changes \(id) into a game of another kind",
        remedy: "remove what does so from its tables rules and observation")
    }
    return game
  }

  private struct Cast<Wanted>: GameVisitor {
    func visit<Subject: Notation>(_ game: Subject) throws -> Wanted? { game as? Wanted }
  }

  /// What finds the game from any folder: its id, or the whole path of its file.
  static func place(of name: String) -> String {
    name.contains("/") || name.hasSuffix(".toml") ? URL(fileURLWithPath: name).standardized.path : name
  }

  /// Interprets a document.
  public init(id: String, document: ConfigurationDocument) throws {
    let root = document.root
    self.id = id
    title = try root.text("title", default: id)
    game = try AnyGame(from: root)
    discount = try root.number("discount", default: 1, in: 0...1)
    try root.finish()
    rules = root.resolved(omitting: ["title", "discount"])
    fingerprint = GameRecord.fingerprint(of: rules)
  }
}
