/// An agent as it is written on the command line, parsed once.
///
/// `random`, `human`, `uct:SIMULATIONS`, `alphabeta:DEPTH`, `gtp:COMMAND LINE`, the name of a folder in
/// Agents/, a run's folder or the path of a TOML file; options follow an `@`: `uct:400@exploration=0.7`.
public struct AgentSpecification: Sendable {
  /// What kind of agent it is, with everything needed to make it.
  public enum Kind: Sendable {
    case random
    /// A person at the terminal.
    case human
    case uct(UCTSettings)
    case alphaBeta(AlphaBetaSettings)
    /// An external program that speaks the Go Text Protocol.
    case gtp(String)
    /// A learner, and the file of its weights; without one it plays with fresh weights.
    case trained(AgentDefinition, weights: String?)
  }

  /// Options of alpha-beta search.
  public struct AlphaBetaSettings: Hashable, Sendable {
    /// Plies of the deepest search.
    public var depth: Int
    /// Positions that are remembered.
    public var tableEntries: Int
    /// Seconds a decision, in which to search as deep as it can up to `depth`; nil without a limit.
    public var seconds: Double?
  }

  /// What was written.
  public let text: String
  public let kind: Kind

  /// Throws `RegistryError` for an unknown name and `ConfigurationError` for bad options or a bad file.
  public init(_ text: String, home: Home) throws {
    self.text = text
    // A command line may hold anything, so it has no options.
    if text.hasPrefix("gtp:") {
      kind = .gtp(try Self.commandLine(of: text))
      return
    }
    let (name, options) = Self.split(text)
    let parts = name.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let parameter = parts.count > 1 ? parts[1] : nil
    var document = ConfigurationDocument(origin: .argument(text))
    var weights: String?
    switch parts[0] {
    case "random", "human", "uct", "alphabeta":
      try document.set("kind=\"\(parts[0])\"", option: "agent")
      try Self.apply(parameter, of: parts[0], to: &document, text: text)
    default:
      let source = try AgentSource(name, home: home)
      document = try source.document()
      weights = source.weights
    }
    for option in options {
      // Options of a learner say how it plays; `untrained` is the network before any training.
      if weights != nil && option == "untrained" {
        weights = nil
        continue
      }
      let key = option.prefix { $0 != "=" }
      let isPlay =
        parts[0] == name && !["random", "human", "uct", "alphabeta"].contains(name) && !key.contains(".")
      try document.set(isPlay && document.isLearner ? "play.\(option)" : option, option: "\(name)@")
    }
    kind = try Self.kind(from: document, weights: weights)
  }

  /// The agent of a text with so many simulations a decision, if that is said. Throws as the other one does.
  public init(_ text: String, simulations: Int?, home: Home) throws {
    guard let simulations else {
      try self.init(text, home: home)
      return
    }
    if text.hasPrefix("gtp:") {
      throw RegistryError(
        problem: "'\(text)' is a program of its own, which --simulations does not reach",
        remedy: "leave --simulations out, or change the program's own options")
    }
    let isPlain = text.hasPrefix("uct:") && !text.contains("@")
    let option = text.contains("@") ? ",simulations=\(simulations)" : "@simulations=\(simulations)"
    try self.init(isPlain ? "uct:\(simulations)" : text + option, home: home)
  }

  /// Interprets an agent's document.
  static func kind(from document: ConfigurationDocument, weights: String? = nil) throws -> Kind {
    enum Name: String, CaseIterable {
      case random, human, uct, alphabeta, alphazero, alphago, dqn, tabular
      case policyGradient = "policy_gradient"
    }
    let root = document.root
    let kind: Kind
    switch try root.choice("kind", of: Name.self) {
    case .random: kind = .random
    case .human: kind = .human
    case .uct:
      kind = .uct(try UCTSettings(from: root))
    case .alphabeta:
      kind = .alphaBeta(
        AlphaBetaSettings(
          depth: try root.integer("depth", in: 1...100),
          tableEntries: try root.integer("table_entries", default: 1 << 20, in: 1...1 << 26),
          seconds: try root.secondsPerMove()))
    case .alphazero, .alphago, .dqn, .tabular, .policyGradient:
      return .trained(try AgentDefinition(from: root), weights: weights)
    }
    try root.finish()
    return kind
  }

  private static func apply(
    _ parameter: String?, of kind: String, to document: inout ConfigurationDocument, text: String
  ) throws {
    switch (kind, parameter) {
    case ("uct", let simulations?):
      guard let count = Int(simulations), count >= 1 else {
        throw RegistryError(
          problem: "agent '\(text)': '\(simulations)' is no number of simulations",
          remedy: "write, say, uct:400")
      }
      try document.set("simulations=\(count)", option: "agent")
    case ("uct", nil):
      throw RegistryError(
        problem: "agent '\(text)' does not say how many simulations", remedy: "write, say, uct:400")
    case ("alphabeta", let depth?):
      guard let plies = Int(depth), plies >= 1 else {
        throw RegistryError(
          problem: "agent '\(text)': '\(depth)' is no depth", remedy: "write, say, alphabeta:6")
      }
      try document.set("depth=\(plies)", option: "agent")
    case ("alphabeta", nil):
      throw RegistryError(
        problem: "agent '\(text)' does not say how deep it searches", remedy: "write, say, alphabeta:6")
    case (_, let parameter?):
      throw RegistryError(
        problem: "agent '\(text)': \(kind) takes no ':\(parameter)'", remedy: "write \(kind)")
    case (_, nil): break
    }
  }

  private static func commandLine(of text: String) throws -> String {
    let command = text.dropFirst(4).trimmingCharacters(in: .whitespaces)
    guard !command.isEmpty else {
      throw RegistryError(
        problem: "agent '\(text)' has no command line", remedy: "write, say, 'gtp:gnugo --mode gtp'")
    }
    return command
  }

  /// The name, and the options after the last `@`.
  private static func split(_ text: String) -> (name: String, options: [String]) {
    guard let at = text.lastIndex(of: "@") else { return (text, []) }
    let options = text[text.index(after: at)...].split(separator: ",").map(String.init)
    return (String(text[..<at]), options)
  }
}
