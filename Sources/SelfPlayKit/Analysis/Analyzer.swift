import Environments
import Foundation
import Replay
import Search

/// Analyzes the games of a replay file, whatever games they are.
public struct Analyzer {
  /// What judges where no agent is named and none of the players has weights.
  public static let fallback = "uct:1000"

  private let album: GameAlbum
  private let home: Home
  private let agent: String?
  private let simulations: Int?
  private let seed: UInt64

  /// - Parameters:
  ///   - agent: nil for the first player of each game that is an agent with weights, else `fallback`.
  ///   - simulations: of each judgement; nil for the agent's own.
  public init(
    _ album: GameAlbum, home: Home, agent: String? = nil, simulations: Int? = nil, seed: UInt64 = 1
  ) {
    self.album = album
    self.home = home
    self.agent = agent
    self.simulations = simulations
    self.seed = seed
  }

  /// Judges one game, numbered from 0. Throws like `GameAnalyst`, and `RegistryError` for an agent that cannot
  /// judge this game.
  public func analyze(_ index: Int, report: (Int) -> Void = { _ in }) throws -> GameAnalysis {
    let record = album.records[index]
    let definition = try album.definition(of: record, home: home)
    let specification = try judge(of: record)
    return try withoutActuallyEscaping(report) { report in
      try definition.game.visit(
        Visitor(
          record: record, number: index + 1, definition: definition, judge: specification, seed: seed,
          report: report))
    }
  }

  private func judge(of record: GameRecord) throws -> AgentSpecification {
    if let agent { return try specification(agent) }
    for player in record.players {
      // A player that is no agent here, or one for another game, is no error: others can judge.
      guard let found = try? AgentSpecification(player, home: home),
        case .trained(let definition, let weights?) = found.kind, definition.game == record.game,
        FileManager.default.fileExists(atPath: weights)
      else { continue }
      return try specification(player)
    }
    return try specification(Self.fallback)
  }

  private func specification(_ text: String) throws -> AgentSpecification {
    try AgentSpecification(text, simulations: simulations, home: home)
  }

  private struct Visitor: GameVisitor {
    let record: GameRecord
    let number: Int
    let definition: GameDefinition
    let judge: AgentSpecification
    let seed: UInt64
    let report: (Int) -> Void

    func visit<Subject: Notation>(_ game: Subject) throws -> GameAnalysis {
      let analyst = try GameAnalyst(
        game, defined: definition, judge: judge.factory(for: game, defined: definition),
        discount: judge.discount ?? definition.discount, seed: seed)
      return try analyst.analyze(record, number: number, report: report)
    }
  }
}

extension AgentSpecification {
  /// The discount of a learner's values; nil for agents that take the game's.
  var discount: Double? {
    guard case .trained(let agent, _) = kind else { return nil }
    switch agent.learner {
    case .alphaZero(let parameters): return Double(parameters.search.discount)
    case .dqn(let parameters): return Double(parameters.discount)
    case .recurrentDQN(let parameters): return Double(parameters.discount)
    case .alphaGo: return 1
    case .tabular(let parameters): return Double(parameters.discount)
    case .policyGradient(let parameters): return Double(parameters.discount)
    }
  }
}
