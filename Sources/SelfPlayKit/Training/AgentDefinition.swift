import Learning
import TensorCore

/// A learning agent as an agent.toml defines it: what it learns, how, and how it plays.
public struct AgentDefinition: Sendable {
  /// Which learner, with all its parameters; indirect, since they are many.
  public indirect enum Learner: Sendable {
    case alphaZero(AlphaZeroParameters)
    /// With the file of games that it learns from first.
    case alphaGo(AlphaGoParameters, examples: String)
    case dqn(DQNParameters)
    case recurrentDQN(RecurrentDQNParameters)
    case tabular(TabularParameters)
    case policyGradient(PolicyGradientParameters)
  }

  /// How a trained agent plays.
  public struct Play: Hashable, Sendable {
    /// Simulations a decision, for agents that search; with 0 they play by their policy alone.
    public var simulations: Int
    /// 0 plays the best action, 1 samples in proportion to the visits or the policy.
    public var temperature: Float
    /// Probability of a random action, for agents that do not search.
    public var epsilon: Float
    /// How exactly its network computes, for agents that search.
    public var precision: Precision
    /// In which of its symmetries its network sees a position, for AlphaZero's agents that search.
    public var symmetry: SymmetryUse
    /// For AlphaZero's agents that search: whether they prove outcomes, and how many nodes their trees may have; nil
    /// for no limit.
    public var solves: Bool
    public var nodeLimit: Int?
    /// Whether it plays as if a draw were a loss.
    public var losesDraws: Bool
    /// Seconds a decision instead of simulations, for agents that search; nil for simulations.
    public var seconds: Double?
  }

  /// How training measures its progress.
  public struct Evaluation: Hashable, Sendable {
    /// The fixed opponent, in games of two players.
    public var opponent: String
    /// Games, or episodes.
    public var games: Int
    /// Environment steps between two evaluations; 0 for one at the end.
    public var steps: Int
  }

  public let learner: Learner
  /// What records and reports call it; empty for the name of its folder.
  public let name: String
  /// The id of the game it was made for.
  public let game: String
  /// Rules of the game that differ while it learns, and how it sees the game always, as `key=value` settings.
  let rules: [String]
  let observation: [String]
  /// The agent with whose weights AlphaZero's network begins, as far as they fit; empty for random ones.
  let initial: String
  public let play: Play
  public let evaluation: Evaluation
  public let budget: Budget
  /// Seconds between two checkpoints of a run.
  public let checkpointSeconds: Double
  /// The seed that a run of it uses if none is given.
  public let seed: UInt64
  /// The whole definition as TOML, defaults included.
  public let resolved: String

  /// The values of the key `kind` of agents that learn.
  public enum Kind: String, CaseIterable, Sendable {
    case alphazero, alphago, dqn, tabular
    case policyGradient = "policy_gradient"
  }

  /// Interprets a document of an agent that learns. Throws `ConfigurationError`.
  package init(from root: ConfigurationSection) throws {
    let kind = try root.choice("kind", of: Kind.self)
    name = try root.text("name", default: "")
    game = try root.text("game")
    _ = try root.text("description", default: "")
    _ = try root.text("strength", default: "")
    rules = root.contains("rules") ? try root.section("rules").settings : []
    observation = root.contains("observation") ? try root.section("observation").settings : []
    func network() throws -> NetworkDescription.Torso { try .init(from: root.section("network")) }
    initial = kind == .alphazero ? try root.section("training").text("initial", default: "") : ""
    switch kind {
    case .alphazero: learner = .alphaZero(try AlphaZeroParameters(network: network(), from: root))
    case .alphago:
      let path = try root.section("supervised").text("games")
      learner = .alphaGo(
        try AlphaGoParameters(network: network(), from: root), examples: GameDefinition.place(of: path))
    case .dqn:
      let torso = try network()
      if case .recurrent(let hidden, let memory) = torso {
        learner = .recurrentDQN(try RecurrentDQNParameters(hidden: hidden, memory: memory, from: root))
      } else {
        learner = .dqn(try DQNParameters(network: torso, from: root))
      }
    case .tabular: learner = .tabular(try TabularParameters(from: root))
    case .policyGradient:
      learner = .policyGradient(try PolicyGradientParameters(network: network(), from: root))
    }
    play = try Play(from: root.section("play"))
    evaluation = try Evaluation(from: root.section("evaluation"))
    budget = try Budget(from: root.section("budget"))
    let checkpoint = try root.section("checkpoint")
    checkpointSeconds = try checkpoint.number("seconds", default: 20, in: 0...86_400)
    seed = UInt64(try root.integer("seed", default: 1, in: 0...Int.max))
    try root.finish()
    resolved = root.resolved(omitting: [])
  }
}

extension AgentDefinition.Play {
  init(from section: ConfigurationSection) throws {
    simulations = try section.integer("simulations", default: 200, in: 0...10_000_000)
    temperature = Float(try section.number("temperature", default: 0, in: 0...100))
    epsilon = Float(try section.number("epsilon", default: 0, in: 0...1))
    precision = try section.choice("precision", default: Precision.f32)
    symmetry = try section.choice("symmetry", default: SymmetryUse.none)
    solves = try section.boolean("solves", default: false)
    nodeLimit = try section.nodeLimit()
    losesDraws = try section.boolean("draws_lose", default: false)
    seconds = try section.secondsPerMove()
  }
}

extension ConfigurationSection {
  /// The key `seconds` of an agent that searches: how long it thinks about a decision; nil if it is not
  /// there.
  func secondsPerMove() throws -> Double? {
    contains("seconds") ? try number("seconds", in: 0.001...86_400) : nil
  }
}

extension AgentDefinition.Evaluation {
  init(from section: ConfigurationSection) throws {
    opponent = try section.text("opponent", default: "uct:100")
    games = try section.integer("games", default: 20, in: 1...1_000_000)
    steps = try section.integer("steps", default: 0, in: 0...Int.max)
  }
}

extension Budget {
  init(from section: ConfigurationSection) throws {
    let steps = try section.integer("steps", default: 0, in: 0...Int.max)
    let time = try section.text("time", default: "")
    guard steps == 0 || time.isEmpty else {
      throw section.failure(
        "time", problem: "the budget is in steps already", remedy: "keep one of steps and time")
    }
    guard steps > 0 || !time.isEmpty else {
      throw section.failure(
        "steps", problem: "no budget is given", remedy: "write steps = 100000 or time = \"10m\"")
    }
    guard let seconds = time.isEmpty ? 0 : Duration.seconds(parsing: time) else {
      throw section.failure("time", problem: "'\(time)' is no time", remedy: "write 90s, 10m or 2h")
    }
    self.init(steps: steps > 0 ? steps : nil, seconds: seconds > 0 ? seconds : nil)
  }
}

extension Duration {
  /// The seconds of a text such as `90s`, `10m`, `1.5h` or `1h30m`; nil if it is none, or not above 0.
  public static func seconds(parsing text: String) -> Double? {
    var total = 0.0
    var number = ""
    for character in text {
      if character.isNumber || character == "." {
        number.append(character)
        continue
      }
      guard let value = Double(number), let unit = ["s": 1.0, "m": 60, "h": 3600, "d": 86_400][character]
      else {
        return nil
      }
      total += value * unit
      number = ""
    }
    guard number.isEmpty, total > 0, total.isFinite else { return nil }
    return total
  }
}

extension ConfigurationDocument {
  /// Whether this defines an agent that learns.
  var isLearner: Bool {
    guard case .text(let kind)? = entries["kind"] else { return false }
    return AgentDefinition.Kind(rawValue: kind) != nil
  }

  /// Whether the agent says what it is called.
  var hasName: Bool { entries["name"] != nil }
}
