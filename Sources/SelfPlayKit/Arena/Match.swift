import Environments
import Foundation
import Replay
import Search

/// Games between two agents, on several threads.
///
/// Colours alternate unless the plan says otherwise, and each pair of games meets the same chances. A game
/// depends only on the seed and its number, and results count in the order of the numbers, so that the
/// outcome does not depend on the threads.
public struct Match: Sendable {
  private let playerCount: Int
  private let names: [String]
  private let plan: MatchPlan
  /// Plays games until none is left, with agents of its own.
  private let work: @Sendable (Scoreboard) throws -> Void

  /// Between two agents of the command line. Throws `RegistryError` for those that do not suit the game, and what
  /// reading their weights throws.
  public init(
    _ definition: GameDefinition, between a: AgentSpecification, and b: AgentSpecification, plan: MatchPlan
  ) throws {
    self = try definition.game.visit(Invitation(definition: definition, agents: [a, b], plan: plan))
  }

  /// Between agents of one's own, in the game of a definition.
  public init<Subject: Notation>(
    _ game: Subject, defined definition: GameDefinition, between a: AgentFactory<Subject>,
    and b: AgentFactory<Subject>, plan: MatchPlan
  ) {
    names = [a.name, b.name]
    playerCount = game.playerCount
    self.plan = plan
    let terms = MatchTerms(game: game, definition: definition, names: names, plan: plan)
    work = { board in
      let players = [try a.make(), try b.make()]
      while let index = board.claim() {
        var table = try MatchTable(terms, game: index, players: players)
        guard let finished = try table.play(isStopped: { board.isStopped }) else { return }
        board.post(finished)
      }
    }
  }

  private struct Invitation: GameVisitor {
    let definition: GameDefinition
    let agents: [AgentSpecification]
    let plan: MatchPlan

    func visit<Subject: Notation>(_ game: Subject) throws -> Match {
      Match(
        game, defined: definition, between: try agents[0].factory(for: game, defined: definition),
        and: try agents[1].factory(for: game, defined: definition), plan: plan)
    }
  }

  /// Plays until all games are done, the sequential test is decided or Ctrl-C was pressed.
  ///
  /// `report` is called on the caller's thread with every finished game, in order, and the result up to it.
  /// `wait` is called several times a second. Throws what making an agent, the agent or `report` throws.
  public func run(
    report: (MatchGame, MatchResult) throws -> Void = { _, _ in }, wait: (MatchResult) -> Void = { _ in }
  ) throws -> MatchResult {
    let total = playerCount == 1 ? plan.games * 2 : plan.games
    let board = Scoreboard(first: plan.gamesBefore, total: total)
    for _ in 0..<max(1, min(plan.threads, total - plan.gamesBefore)) {
      let worker = Thread {
        do { try work(board) } catch is CancellationError where Interruption.isRequested {
          // The loop below ends by itself, with what was played.
        } catch { board.fail(error) }
      }
      worker.stackSize = 8 << 20
      worker.start()
    }
    defer { board.stop() }
    var result = MatchResult(
      names: names, playerCount: playerCount, planned: plan.games,
      sequentialTest: playerCount == 2 ? plan.sequentialTest : nil)
    while plan.gamesBefore + result.games < total {
      if Interruption.isRequested {
        result.wasInterrupted = true
        break
      }
      board.wait(milliseconds: 100)
      wait(result)
      while let finished = try board.take() {
        result.add(finished)
        try report(finished, result)
        if let verdict = result.verdict, verdict != .open { return result }
      }
    }
    return result
  }
}

/// An agent broke the rules.
public enum MatchError: Error, Hashable, Sendable, CustomStringConvertible {
  case illegalAction(agent: String, action: Int, game: Int, ply: Int)

  public var description: String {
    switch self {
    case .illegalAction(let agent, let action, let game, let ply):
      "agent '\(agent)' chose the illegal action \(action) in game \(game), ply \(ply); use another agent"
    }
  }
}

extension SearchRecord {
  /// What a decision says about its search; agents without one leave no visits and the value 0.
  public init(_ decision: Decision) {
    let visits = decision.candidates.filter { $0.visits > 0 }
      .map { Visit(action: $0.action, count: UInt32(clamping: $0.visits)) }
      .sorted { $0.action.index < $1.action.index }
    self.init(visits: visits, value: decision.value ?? 0)
  }
}
