import Environments
import Foundation
import Search
import SelfPlayKit
import Testing

@Suite("Connect Four against a perfect player")
struct PerfectPlayerTests {
  private struct Solved: Decodable {
    var moves: String
    var ply: Int
    var score: Int
    var moveScores: [Int?]
  }

  @Test("it scores all moves of positions from the sixteenth stone on as another solver does")
  func solver() throws {
    let solver = ConnectFourSolver(tableBits: 20)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var count = 0
    for line in try VectorFiles.lines(of: "boards/connect_four_solved.jsonl") {
      let solved = try decoder.decode(Solved.self, from: line)
      guard solved.ply >= 16 else { continue }
      var position = ConnectFourSolver.Position()
      for column in solved.moves.compactMap(\.wholeNumberValue) {
        position = position.playing(column: column - 1)
      }
      var scores = [Int?](repeating: nil, count: 7)
      for (column, score) in solver.moveScores(in: position) { scores[column] = score }
      #expect(scores == solved.moveScores, "\(solved.moves)")
      #expect(scores.compactMap(\.self).max() == solved.score, "\(solved.moves)")
      count += 1
    }
    #expect(count > 100)
  }

  /// `make perfect-player` sets it.
  private static let agent = ProcessInfo.processInfo.environment["SELFPLAY_PERFECT_PLAYER"]

  /// Whatever the second player's first move is: all of them lose, so that a perfect player might choose any.
  @Test(
    "an agent that moves first wins, however long the perfect player resists", .enabled(if: agent != nil),
    .serialized, arguments: 0..<7)
  func match(reply: Int) throws {
    let (game, definition) = (ConnectFour(), try GameDefinition(named: "connect4", home: home))
    let agent = try AgentSpecification(try #require(Self.agent), home: home)
      .factory(for: game, defined: definition).make()
    var random = Random(seed: UInt64(reply), purpose: .test)
    var state = game.start(using: &random)
    try agent.begin(state, random: random)
    var (position, moves, isOver, winner) = (ConnectFourSolver.Position(), "", false, Player?.none)
    while !isOver {
      let mover = game.playerToMove(in: state)
      let column: Int
      if mover == .first {
        column = try agent.decide(in: state).action.index
      } else {
        column = moves.count == 1 ? reply : Self.longestResistance(in: position, using: &random)
      }
      let transition = game.step(&state, taking: Action(column), using: &random)
      try agent.follow(Action(column), to: state)
      position = position.playing(column: column)
      moves += String(column + 1)
      isOver = transition.status.isOver
      if transition.reward > 0 { winner = mover }
    }
    print("connect four, \(moves): \(winner.map { $0 == .first ? "won" : "lost" } ?? "drawn")")
    #expect(winner == .first, "\(moves)")
  }

  private static let solver = SharedSolver()

  /// One of the moves with the best score, drawn at random.
  private static func longestResistance(
    in position: ConnectFourSolver.Position, using random: inout Random
  ) -> Int {
    let scores = solver.moveScores(in: position)
    let best = scores.map(\.score).max()
    let columns = scores.filter { $0.score == best }.map(\.column)
    return columns[random.integer(below: columns.count)]
  }

  /// One table for all games, which are played one after the other.
  // @unchecked: a lock guards it.
  private final class SharedSolver: @unchecked Sendable {
    private let lock = NSLock()
    private let solver = ConnectFourSolver(tableBits: 24)

    func moveScores(in position: ConnectFourSolver.Position) -> [(column: Int, score: Int)] {
      lock.withLock { solver.moveScores(in: position) }
    }
  }
}
