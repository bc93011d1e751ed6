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

  public init() {}

  /// The share of positions whose value the agent kept; nil without positions.
  public var share: Double? { positions == 0 ? nil : Double(preserved) / Double(positions) }
  public var criticalShare: Double? { critical == 0 ? nil : Double(criticalPreserved) / Double(critical) }

  /// Lets an agent choose in every position, each time from nothing.
  public static func measure<G: Notation>(
    _ agent: AnyAgent<G>, on positions: [SolvedPosition<G>], seed: UInt64,
    report: (Accuracy) -> Void = { _ in }
  ) throws -> Accuracy {
    var result = Accuracy()
    for (index, position) in positions.enumerated() {
      if Interruption.isRequested { break }
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
    ]
  }
}
