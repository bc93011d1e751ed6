/// What a list of agents says about one.
public struct AgentSummary: Hashable, Sendable {
  public let name: String
  /// nil if it plays every game.
  public let game: String?
  public let kind: String
  /// As its author measured and wrote it down in agent.toml.
  public let strength: String?

  /// The agents that need no file.
  public static let builtIn = [
    AgentSummary(name: "random", game: nil, kind: "uniformly random actions", strength: nil),
    AgentSummary(name: "human", game: nil, kind: "a person at the terminal", strength: nil),
    AgentSummary(
      name: "uct:SIMULATIONS", game: nil, kind: "Monte Carlo tree search with random playouts", strength: nil),
    AgentSummary(
      name: "alphabeta:DEPTH", game: nil, kind: "alpha-beta search, for two players without chance",
      strength: nil),
    AgentSummary(
      name: "gtp:COMMAND LINE", game: "go*", kind: "another program that speaks the Go Text Protocol",
      strength: nil),
  ]

  /// Reads the keys `game`, `kind` and `strength` of Agents/NAME/agent.toml.
  public init(named name: String, home: Home) throws {
    let place = "Agents/\(name)/agent.toml"
    let root = try ConfigurationDocument(path: "\(home.path)/\(place)", shownAs: place).root
    self.name = name
    game = root.contains("game") ? try root.text("game") : nil
    kind = try root.text("kind")
    strength = root.contains("strength") ? try root.text("strength") : nil
  }

  private init(name: String, game: String?, kind: String, strength: String?) {
    self.name = name
    self.game = game
    self.kind = kind
    self.strength = strength
  }
}
