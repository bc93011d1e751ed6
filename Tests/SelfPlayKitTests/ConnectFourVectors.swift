import Environments
import Foundation
import Search
import SelfPlayKit
import Testing

@Suite("Alpha-beta search against a solver of Connect Four")
struct ConnectFourVectors {
  struct Position: Decodable {
    var moves: String
    var ply: Int
    var value: Int
    var score: Int
    var best: [Int]
  }

  @Test("late positions have the solver's value, and the solver's quickest win or slowest loss is played")
  func late() throws {
    let game = ConnectFour()
    var count = 0
    for line in try VectorFiles.lines(of: "boards/connect_four_solved.jsonl") {
      let solved = try JSONDecoder().decode(Position.self, from: line)
      guard solved.ply >= 26 else { continue }
      var random = Random(seed: 0, purpose: .test)
      var state = game.start(using: &random)
      for column in solved.moves.compactMap(\.wholeNumberValue) {
        _ = game.step(&state, taking: Action(column - 1), using: &random)
      }
      let agent = AlphaBetaAgent(game: game, depth: 42 - solved.ply, tableEntries: 1 << 16)
      agent.begin(state, random: random)
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
