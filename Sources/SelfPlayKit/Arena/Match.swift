import Dispatch
import Environments
import Foundation
import Replay
import Search
import Synchronization

/// How many games two agents play, and from which seed.
public struct MatchPlan: Sendable {
  /// Games, or in a game of one player episodes of each agent.
  public var games: Int
  public var seed: UInt64
  public var threads: Int
  /// Ends the match as soon as the test is decided.
  public var sequentialTest: SequentialTest?
  /// Whether records keep what the agents' searches found.
  public var keepsSearches: Bool

  public init(
    games: Int, seed: UInt64 = 1, threads: Int = 1, sequentialTest: SequentialTest? = nil,
    keepsSearches: Bool = false
  ) {
    self.games = games
    self.seed = seed
    self.threads = threads
    self.sequentialTest = sequentialTest
    self.keepsSearches = keepsSearches
  }
}

/// Games between two agents, on several threads.
///
/// Colours alternate, and each pair of games meets the same chances. A game depends only on the seed and its
/// number, and results count in the order of the numbers, so that the outcome does not depend on the threads.
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
    let board = Scoreboard(total: total)
    for _ in 0..<max(1, min(plan.threads, total)) {
      let worker = Thread { work(board) }
      worker.stackSize = 8 << 20
      worker.start()
    }
    defer { board.stop() }
    var result = MatchResult(
      names: agents.map(\.name), playerCount: game.playerCount, planned: plan.games,
      sequentialTest: game.playerCount == 2 ? plan.sequentialTest : nil)
    while result.games < total {
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
        guard let finished = try play(index, players, isStopped: { board.isStopped }) else { return }
        board.post(finished)
      }
    } catch {
      board.fail(error)
    }
  }

  /// Plays one game; nil if it was stopped.
  private func play(
    _ index: Int, _ players: [any Agent<Subject>], isStopped: () -> Bool
  ) throws -> MatchGame? {
    let first: Contestant = index.isMultiple(of: 2) ? .a : .b
    var record = GameRecord(
      game: definition.id, rules: definition.fingerprint, seed: plan.seed, stream: UInt64(index / 2))
    record.players = seats(first: first).map { agents[$0.rawValue].name }
    var random = record.random
    var state = game.start(using: &random)
    let seated = seats(first: first)
    for contestant in seated {
      let stream = UInt64(index) * 2 + UInt64(contestant.rawValue)
      try players[contestant.rawValue].begin(
        state, random: Random(seed: plan.seed, purpose: .agent, index: stream))
    }
    var value = 0.0
    var status = Status.running
    while !status.isOver {
      if isStopped() || Interruption.isRequested { return nil }
      let mover = game.playerCount == 1 ? first : seated[game.playerToMove(in: state).index]
      let decision = try players[mover.rawValue].decide(in: state)
      guard game.legalActions(in: state).contains(decision.action) else {
        throw MatchError.illegalAction(
          agent: agents[mover.rawValue].name, action: decision.action.index, game: index,
          ply: record.actions.count)
      }
      let transition = game.step(&state, taking: decision.action, using: &random)
      record.append(
        decision.action, transition, search: plan.keepsSearches ? SearchRecord(decision) : nil)
      let isCounted = game.playerCount == 1 || mover == .a
      value += Double(isCounted ? transition.reward : -transition.reward)
      status = transition.status
      for contestant in seated { try players[contestant.rawValue].follow(decision.action, to: state) }
    }
    return MatchGame(index: index, first: first, value: value, record: record)
  }

  /// Who sits where, in the order of `Player`.
  private func seats(first: Contestant) -> [Contestant] {
    game.playerCount == 1 ? [first] : [first, first.other]
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
