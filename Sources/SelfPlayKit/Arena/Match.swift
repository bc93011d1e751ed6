import Dispatch
import Environments
import Foundation
import Replay
import Search
import Synchronization

/// Games between two agents, on several threads.
///
/// Colours alternate unless the plan says otherwise, and each pair of games meets the same chances. A game
/// depends only on the seed and its number, and results count in the order of the numbers, so that the
/// outcome does not depend on the threads.
public struct Match<Subject: Notation>: Sendable {
  let game: Subject
  let definition: GameDefinition
  let agents: [AgentFactory<Subject>]
  let plan: MatchPlan

  public init(
    _ game: Subject, defined definition: GameDefinition, between a: AgentFactory<Subject>,
    and b: AgentFactory<Subject>, plan: MatchPlan
  ) {
    self.game = game
    self.definition = definition
    agents = [a, b]
    self.plan = plan
  }

  /// Plays until all games are done, the sequential test is decided or Ctrl-C was pressed.
  ///
  /// `report` is called on the caller's thread with every finished game, in order, and the result up to it.
  /// `wait` is called several times a second. Throws what an agent or `report` throws.
  public func run(
    report: (MatchGame, MatchResult) throws -> Void = { _, _ in }, wait: (MatchResult) -> Void = { _ in }
  ) throws -> MatchResult {
    let total = game.playerCount == 1 ? plan.games * 2 : plan.games
    let board = Scoreboard(first: plan.gamesBefore, total: total)
    for _ in 0..<max(1, min(plan.threads, total - plan.gamesBefore)) {
      let worker = Thread { work(board) }
      worker.stackSize = 8 << 20
      worker.start()
    }
    defer { board.stop() }
    var result = MatchResult(
      names: agents.map(\.name), playerCount: game.playerCount, planned: plan.games,
      sequentialTest: game.playerCount == 2 ? plan.sequentialTest : nil)
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

  private func work(_ board: Scoreboard) {
    do {
      let players = try agents.map { try $0.make() }
      while let index = board.claim() {
        var table = try MatchTable(self, game: index, players: players)
        guard let finished = try table.play(isStopped: { board.isStopped }) else { return }
        board.post(finished)
      }
    } catch {
      board.fail(error)
    }
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
