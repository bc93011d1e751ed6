import Environments
import Foundation
import SelfPlayKit
import Testing

@Suite("the agents that come with the project")
struct ShippedAgentsTests {
  private let home = Home(
    path: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().path)

  private struct OneMove: GameVisitor {
    let name: String
    let home: Home
    let definition: GameDefinition

    func visit<G: Notation>(_ game: G) throws -> Bool {
      let agent = try AgentSpecification(name + "@simulations=8", home: home)
        .factory(for: game, defined: definition).make()
      var random = Random(seed: 1, purpose: .test)
      let state = game.start(using: &random)
      try agent.begin(state, random: random)
      return game.legalActions(in: state).contains(try agent.decide(in: state).action)
    }
  }

  @Test("each loads its weights and makes a legal move")
  func load() throws {
    #expect(home.agentNames.count >= 5)
    for name in home.agentNames {
      let summary = try AgentSummary(named: name, home: home)
      let definition = try GameDefinition(named: try #require(summary.game), home: home)
      #expect(try definition.game.visit(OneMove(name: name, home: home, definition: definition)), "\(name)")
    }
  }

  @Test("tic-tac-toe keeps the value of every reachable position with 50 simulations")
  func ticTacToe() throws {
    let game = TicTacToe()
    let definition = try GameDefinition(named: "tictactoe", home: home)
    let agent = try AgentSpecification("tictactoe@simulations=50", home: home)
      .factory(for: game, defined: definition).make()
    let positions = try SolvedPosition.all(of: game)
    let accuracy = try Accuracy.measure(agent, on: positions, seed: 1)
    #expect(accuracy.positions == 4520)
    #expect(accuracy.blunders == 0)
    #expect(accuracy.preserved == accuracy.positions)
  }
}
