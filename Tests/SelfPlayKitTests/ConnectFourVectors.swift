import Environments
import Foundation
import Search
import SelfPlayKit
import Testing

@Suite("Alpha-beta search and solver against a solver of Connect Four")
struct ConnectFourVectors {
  struct Position: Decodable {
    var moves: String
    var ply: Int
    var value: Int
    var score: Int
    var best: [Int]
  }

  private func state(after moves: String, of game: ConnectFour) -> ConnectFour.State {
    var random = Random(seed: 0, purpose: .test)
    var state = game.start(using: &random)
    for column in moves.compactMap(\.wholeNumberValue) {
      _ = game.step(&state, taking: Action(column - 1), using: &random)
    }
    return state
  }

  @Test(
    "what is proven in 20,000 positions is what the other solver says, from the middle of the game nearly always"
  )
  func proofs() throws {
    var solver = Solver(game: ConnectFour(), nodeLimit: 20_000)
    var (proven, late) = (0, 0)
    for line in try VectorFiles.lines(of: "boards/connect_four_solved.jsonl") {
      let solved = try JSONDecoder().decode(Position.self, from: line)
      if solved.ply >= 20 { late += 1 }
      guard let value = solver.value(of: state(after: solved.moves, of: solver.game)) else { continue }
      #expect(value == Float(solved.value), "\(solved.moves)")
      if solved.ply >= 20 { proven += 1 }
    }
    #expect(proven * 10 >= late * 9 && late > 100, "\(proven) of \(late)")
  }

  @Test("late positions have the solver's value, and the solver's quickest win or slowest loss is played")
  func late() throws {
    let game = ConnectFour()
    var count = 0
    for line in try VectorFiles.lines(of: "boards/connect_four_solved.jsonl") {
      let solved = try JSONDecoder().decode(Position.self, from: line)
      guard solved.ply >= 26 else { continue }
      let state = state(after: solved.moves, of: game)
      let agent = AlphaBetaAgent(game: game, depth: 42 - solved.ply, tableEntries: 1 << 16)
      agent.begin(state, random: Random(seed: 0, purpose: .test))
      let decision = agent.decide(in: state)
      #expect(decision.value == Float(solved.value), "\(solved.moves)")
      #expect(
        solved.best.contains(decision.action.index + 1), "\(solved.moves): \(decision.action.index + 1)")
      count += 1
    }
    print("connect four: \(count) solved positions compared")
    #expect(count > 0)
  }
}
