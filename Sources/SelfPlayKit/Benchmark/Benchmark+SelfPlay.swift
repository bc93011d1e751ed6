import Environments
import Foundation
import Learning
import Search
import TensorCore

extension Benchmark {
  /// What self-play comes to.
  public struct SelfPlayRates: Hashable, Sendable {
    /// Moves played, each after a whole search.
    public var positionsPerSecond: Double
    public var evaluationsPerSecond: Double
    /// Share of the time that the evaluator takes, from 0 to 1, observing the states included.
    public var evaluatorShare: Double
  }

  /// Self-play of an AlphaZero agent as training runs it, one worker a thread, with the agent's weights or, before
  /// it has any, with fresh ones. Measures whole rounds of moves. Throws `RegistryError` for other agents.
  public func selfPlay(of agent: String, home: Home) throws -> SelfPlayRates {
    guard case .trained(let definition, let weights) = try AgentSpecification(agent, home: home).kind,
      case .alphaZero(let parameters) = definition.learner
    else {
      throw RegistryError(
        problem: "agent '\(agent)' does not learn by self-play",
        remedy: "choose one of kind alphazero (see: selfplay agents)")
    }
    let game = try GameDefinition(named: definition.game, home: home)
      .applying(definition.observation + definition.rules, of: agent)
    let file = weights.flatMap { FileManager.default.fileExists(atPath: $0) ? $0 : nil }
    return try game.game.visit(
      SelfPlayRun(
        benchmark: self, agent: agent, definition: definition, parameters: parameters, weights: file,
        gameName: game.id))
  }

  private struct SelfPlayRun: GameVisitor {
    let benchmark: Benchmark
    let agent: String
    let definition: AgentDefinition
    let parameters: AlphaZeroParameters
    let weights: String?
    let gameName: String

    func visit<Subject: Notation>(_ game: Subject) throws -> SelfPlayRates {
      let trained = try TrainedAgent(
        agent, definition: definition, weights: weights, for: game, gameName: gameName)
      guard case .network(let network) = trained.model else {
        preconditionFailure("AlphaZero's agents have networks")
      }
      let job = TrainingJob(
        game: game, gameName: gameName, rulesFingerprint: 0, agentName: agent, seed: definition.seed,
        threads: 1, budget: Budget(steps: 1), folder: RunFolder(path: ""), evaluationSteps: 0)
      let meters = (0..<benchmark.threads).map { _ in EvaluationMeter() }
      let workers = Lanes(
        values: meters.indices.map { number in
          var evaluator = NetworkEvaluator(
            game: game, network: network, capacity: parameters.selfPlay.gamesPerWorker,
            precision: parameters.selfPlay.precision, symmetry: parameters.search.symmetry)
          evaluator.meter = meters[number]
          return parameters.makeWorker(for: job, evaluator: evaluator, number: number, resuming: nil)
        })
      let plies = parameters.selfPlay.pliesPerIteration
      let moves = plies * parameters.selfPlay.gamesPerWorker
      let lentMeters = Lanes(values: meters)
      let rates = try benchmark.rates { clock, thread in
        var positions = 0
        repeat {
          workers[thread].play(plies: plies, network: network)
          positions += moves
        } while !clock.isOver
        return [positions, lentMeters[thread].evaluations, Int(lentMeters[thread].nanoseconds)]
      }
      return SelfPlayRates(
        positionsPerSecond: rates[0], evaluationsPerSecond: rates[1],
        evaluatorShare: rates[2] * 1e-9 / Double(benchmark.threads))
    }
  }
}
