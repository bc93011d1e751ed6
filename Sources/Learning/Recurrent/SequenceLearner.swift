import Environments
import Foundation
import Replay
import TensorCore

/// Deep Q-learning with memory for games that show a part of their state (Kapturowski et al. 2019, R2D2): sequences
/// with stored states and burn-in, drawn by priority, and n-step double Q-learning on rescaled values.
///
/// What the network remembers is carried along each lane's episode. Records hold actions only: sequences are made
/// again from them; what was remembered at their starts, and their priorities, are saved with a checkpoint.
public final class SequenceLearner: ExperienceLearner {
  private let learner: RecurrentDQNLearner
  private var ring: SequenceRing
  private let lanes: Int
  /// [lanes, memoryCount]: what is remembered of each lane's episode.
  private var memories: [Float]

  public init<G: Game>(game: G, parameters: RecurrentDQNParameters, seed: UInt64) throws {
    let description = parameters.networkDescription(for: game)
    learner = try RecurrentDQNLearner(description: description, parameters: parameters, seed: seed)
    lanes = parameters.lanes
    ring = SequenceRing(
      capacity: parameters.replayCapacity, lanes: lanes, burnIn: parameters.burnIn,
      length: parameters.sequenceLength, memoryCount: description.stateCount,
      observationShape: game.observationShape, actionCount: game.actionCount,
      priorityExponent: parameters.priorityExponent)
    memories = [Float](repeating: 0, count: lanes * description.stateCount)
  }

  public var network: Network { learner.network }
  public var sampleCount: Int { ring.count }

  /// The places of a lane in `memories`.
  private func places(of lane: Int) -> Range<Int> { lane * ring.memoryCount..<(lane + 1) * ring.memoryCount }

  /// Begins an episode, and forgets the lane's last one.
  public func begin(
    lane: Int, observation: borrowing Span<Float>, legal: some ActionSet, mover: Player
  ) {
    for place in places(of: lane) { memories[place] = 0 }
    ring.begin(lane: lane, observation: observation, legal: legal, mover: mover)
  }

  public func append(
    lane: Int, action: Action, transition: Transition, next observation: borrowing Span<Float>,
    legal: some ActionSet, mover: Player
  ) {
    ring.append(
      lane: lane, action: action, transition: transition, next: observation, legal: legal, mover: mover,
      memory: memories[places(of: lane)])
  }

  /// What is remembered of an episode goes on with every step.
  public var evaluatesEveryStep: Bool { true }

  public func evaluate(_ planes: [Float], into values: inout [Float], using random: inout Random) {
    learner.evaluate(planes, count: lanes, memories: &memories, into: &values)
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
    try Safetensors(
      tensors: [("lanes", memories), ("sequences", ring.memories)].map { name, values in
        NamedTensor(
          name: name,
          tensor: Tensor(shape: [values.count / ring.memoryCount, ring.memoryCount], values: values))
      }
    ).write(to: folder + "/memories.safetensors")
    try Data(ring.priorities.state).write(to: URL(fileURLWithPath: folder + "/priorities.bin"))
  }

  public func restore(from folder: String) throws {
    try learner.networks.restore(from: folder)
    let path = folder + "/memories.safetensors"
    let file = try Safetensors(contentsOf: path)
    let priorities = FileManager.default.contents(atPath: folder + "/priorities.bin") ?? Data()
    guard let lanes = file["lanes"]?.values, lanes.count == memories.count,
      let sequences = file["sequences"]?.values,
      ring.restore(memories: sequences, priorities: Array(priorities))
    else {
      throw RunError.damaged(path: path, problem: "what was remembered does not fit the run")
    }
    memories = lanes
  }
}
