import Environments
import Foundation
import Replay
import TensorCore

/// Deep Q-learning from single transitions, kept in a ring.
public final class TransitionLearner: ExperienceLearner {
  private let learner: DQNLearner
  private var ring: TransitionRing
  private let lanes: Int

  public init<G: Game>(game: G, parameters: DQNParameters, seed: UInt64) throws {
    learner = try DQNLearner(
      description: parameters.networkDescription(for: game), parameters: parameters, seed: seed)
    lanes = parameters.lanes
    ring = TransitionRing(
      capacity: parameters.replayCapacity, lanes: lanes, observationShape: game.observationShape,
      actionCount: game.actionCount, priorityExponent: parameters.prioritisation?.exponent)
  }

  public var network: Network { learner.network }
  public var sampleCount: Int { ring.count }

  public func begin(
    lane: Int, observation: borrowing Span<Float>, legal: some ActionSet, mover: Player
  ) {
    ring.begin(lane: lane, observation: observation, legal: legal, mover: mover)
  }

  public func append(
    lane: Int, action: Action, transition: Transition, next observation: borrowing Span<Float>,
    legal: some ActionSet, mover: Player
  ) {
    ring.append(
      lane: lane, action: action, transition: transition, next: observation, legal: legal, mover: mover)
  }

  /// Noise is drawn whether or not the values are used, so that it does not depend on exploration.
  public var evaluatesEveryStep: Bool { learner.isNoisy }

  public func evaluate(_ planes: [Float], into values: inout [Float], using random: inout Random) {
    learner.evaluate(planes, count: lanes, into: &values, using: &random)
  }

  public func update(using random: inout Random, budgetShare: Float) -> Float {
    learner.update(from: &ring, using: &random, budgetShare: budgetShare)
  }

  public var laneCapacity: Int { ring.laneCapacity }
  public func places(forSteps steps: Int) -> Int { ring.places(forSteps: steps) }
  public func skip(lane: Int, steps: Int) { ring.skip(lane: lane, steps: steps) }

  public func copyToTarget() { learner.networks.copyToTarget() }

  public func save(to folder: String) throws {
    try learner.networks.save(to: folder)
    if let priorities = ring.priorities {
      try Data(priorities.state).write(to: URL(fileURLWithPath: folder + "/priorities.bin"))
    }
  }

  public func restore(from folder: String) throws {
    try learner.networks.restore(from: folder)
    if ring.priorities == nil { return }
    let path = folder + "/priorities.bin"
    let state = FileManager.default.contents(atPath: path).map { [UInt8]($0) } ?? []
    guard ring.restorePriorities(state) else {
      throw RunError.damaged(path: path, problem: "no priorities of the transitions in memory")
    }
  }
}
