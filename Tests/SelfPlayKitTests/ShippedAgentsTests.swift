import Environments
import Foundation
import SelfPlayKit
import TensorCore
import Testing

@Suite("the agents that come with the project")
struct ShippedAgentsTests {
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

  @Test("the agents that the read-me lists are there")
  func promised() {
    let missing = Set([
      "cliffwalking", "connect4", "connect4-long", "doorkey5", "frozenlake4", "frozenlake8", "go5", "go7",
      "go9",
      "hex7", "minatar-asterix", "minatar-breakout", "minatar-freeway", "minatar-seaquest",
      "minatar-spaceinvaders", "othello6", "pong", "taxi", "tictactoe",
    ]).subtracting(home.agentNames)
    #expect(missing.isEmpty, "\(missing.sorted())")
  }

  /// Four standard errors of a hundred episodes leave room for chance, and none for the weights of another agent.
  @Test(
    "the quick ones have about the mean return that the read-me says",
    arguments: [
      ("taxi", 7.92, 1.2), ("cliffwalking", -13, 0), ("frozenlake4", 0.739, 0.18),
      ("frozenlake8", 0.888, 0.13),
      ("doorkey5", 0.964, 0.003),
    ])
  func strength(name: String, mean: Double, tolerance: Double) throws {
    let definition = try GameDefinition(named: name, home: home)
    let agent = try AgentSpecification(name, home: home)
    let match = try Match(definition, between: agent, and: agent, plan: MatchPlan(games: 100, threads: 2))
    let found = try match.run().returns[0].mean
    #expect(abs(found - mean) <= tolerance, "\(name): \(found)")
  }

  @Test("each loads its weights and makes a legal move")
  func load() throws {
    for name in home.agentNames {
      let summary = try AgentSummary(named: name, home: home)
      let definition = try GameDefinition(named: try #require(summary.game), home: home)
      #expect(try definition.game.visit(OneMove(name: name, home: home, definition: definition)), "\(name)")
    }
  }

  @Test("tic-tac-toe keeps the value of every reachable position with 50 simulations")
  func ticTacToe() throws {
    let definition = try GameDefinition(named: "tictactoe", home: home)
    let agent = try AgentSpecification("tictactoe@simulations=50", home: home)
    let accuracy = try Accuracy.measure(agent, in: definition, positions: nil, seed: 1)
    #expect(accuracy.positions == 4520)
    #expect(accuracy.blunders == 0)
    #expect(accuracy.preserved == accuracy.positions)
  }

  /// The largest differences of logits and values between f32 and bf16, over positions of random games.
  private struct Rounding: GameVisitor {
    let network: Network

    func visit<G: Notation>(_ game: G) throws -> (logits: Float, value: Float) {
      let exact = network.compiled(maximumBatch: 1)
      let rough = network.compiled(maximumBatch: 1, precision: .bf16, kernels: .emulatedTiles)
      var (random, planes) = (
        Random(seed: 2, purpose: .test), [Float](repeating: 0, count: game.observationShape.count)
      )
      var worst: (logits: Float, value: Float) = (0, 0)
      var state = game.start(using: &random)
      for _ in 0..<200 {
        if game.legalActions(in: state).isEmpty { state = game.start(using: &random) }
        var span = planes.mutableSpan
        game.observe(state, into: &span)
        let (first, second) = (exact.outputs(planes), rough.outputs(planes))
        let outputs = first.logits + second.logits + [first.value, second.value]
        #expect(outputs.allSatisfy { $0.isFinite })
        worst.logits = max(worst.logits, zip(first.logits, second.logits).map { abs($0 - $1) }.max() ?? 0)
        worst.value = max(worst.value, abs(first.value - second.value))
        _ = game.stepRandomly(&state, using: &random)
      }
      return worst
    }
  }

  /// The sharper a policy, the larger its logits, and what rounding to bf16 changes in them. Those that are known to
  /// miss the bounds are reported with every run, and fail the test as soon as they keep them.
  @Test(
    "on matrix tiles logits stay within 0.05 and values within 0.02 of those in f32",
    arguments: ["connect4", "go5", "go7", "hex7", "othello6"])
  func rounding(name: String) throws {
    let network = try Network.load(from: "\(home.path)/Agents/\(name)/weights.safetensors")
    let definition = try GameDefinition(named: name, home: home)
    let worst = try definition.game.visit(Rounding(network: network))
    print("\(name): bf16 differs from f32 by \(worst.logits) in logits and \(worst.value) in values")
    withKnownIssue(
      "sharper networks are rounded too far: logits of connect4, go7 and othello6, values of hex7"
    ) {
      #expect(worst.logits < 0.05 && worst.value < 0.02)
    } when: {
      name != "go5"
    }
    #expect(worst.logits > 0 && worst.logits < 0.15 && worst.value < 0.04)
  }
}

extension InferenceNetwork {
  fileprivate func outputs(_ planes: [Float]) -> (logits: [Float], value: Float) {
    var (logits, value) = ([Float](repeating: 0, count: description.actions), [Float(0)])
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        value.withUnsafeMutableBufferPointer { run(batch: 1, planes: planes, logits: logits, values: $0) }
      }
    }
    return (logits, value[0])
  }
}
