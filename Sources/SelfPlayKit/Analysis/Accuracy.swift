import Environments
import Search

/// How often an agent keeps the value of positions that are solved.
public struct Accuracy: Hashable, Sendable {
  public private(set) var positions = 0
  public private(set) var preserved = 0
  /// Positions where some action gives value away.
  public private(set) var critical = 0
  public private(set) var criticalPreserved = 0
  /// Positions that were not lost and are after the agent's choice; nil if that is not known.
  public private(set) var blunders: Int? = 0
  /// Whether Ctrl-C ended it before the last position.
  public private(set) var wasInterrupted = false

  public init() {}

  /// The share of positions whose value the agent kept; nil without positions.
  public var share: Double? { positions == 0 ? nil : Double(preserved) / Double(positions) }
  public var criticalShare: Double? { critical == 0 ? nil : Double(criticalPreserved) / Double(critical) }

  /// Lets an agent choose in every solved position of a file, or of the whole game if it is small, each time from
  /// nothing, until Ctrl-C was pressed. `report` is called after every choice, with the number of positions.
  ///
  /// Throws `PositionFileError` for a bad file, `RegistryError` for an agent that does not suit the game and for a game
  /// that is not solved by search, `CancellationError` where that is interrupted, and what the agent throws.
  public static func measure(
    _ agent: AgentSpecification, in definition: GameDefinition, positions: String?, seed: UInt64,
    report: @escaping (Accuracy, _ of: Int) -> Void = { _, _ in }
  ) throws -> Accuracy {
    try definition.game.visit(
      Examination(agent: agent, definition: definition, positions: positions, seed: seed, report: report))
  }

  private struct Examination: GameVisitor {
    let agent: AgentSpecification
    let definition: GameDefinition
    let positions: String?
    let seed: UInt64
    let report: (Accuracy, Int) -> Void

    func visit<G: Notation>(_ game: G) throws -> Accuracy {
      let agent = try agent.factory(for: game, defined: definition).make()
      let positions =
        try positions.map { try SolvedPosition<G>.read($0, of: game) } ?? SolvedPosition<G>.all(of: game)
      return try Accuracy.measure(agent, on: positions, seed: seed) { report($0, positions.count) }
    }
  }

  /// Lets an agent of one's own choose in every position, each time from nothing, until Ctrl-C was pressed.
  public static func measure<G: Notation>(
    _ agent: AnyAgent<G>, on positions: [SolvedPosition<G>], seed: UInt64,
    report: (Accuracy) -> Void = { _ in }
  ) throws -> Accuracy {
    var result = Accuracy()
    for (index, position) in positions.enumerated() {
      if Interruption.isRequested {
        result.wasInterrupted = true
        break
      }
      try agent.begin(position.state, random: Random(seed: seed, purpose: .evaluation, index: UInt64(index)))
      result.add(try agent.decide(in: position.state).action, in: position)
      report(result)
    }
    return result
  }

  private mutating func add<G: Notation>(_ action: Action, in position: SolvedPosition<G>) {
    let isPreserved = position.preserving.contains(action)
    positions += 1
    preserved += isPreserved ? 1 : 0
    critical += position.isCritical ? 1 : 0
    criticalPreserved += position.isCritical && isPreserved ? 1 : 0
    if let losing = position.losing {
      blunders = blunders.map { $0 + (losing.contains(action) ? 1 : 0) }
    } else {
      blunders = nil
    }
  }

  public var json: JSONValue {
    [
      "positions": .integer(positions), "accuracy": JSONValue(share), "critical": .integer(critical),
      "critical_accuracy": JSONValue(criticalShare), "blunders": blunders.map { .integer($0) } ?? .null,
      "interrupted": .boolean(wasInterrupted),
    ]
  }
}
