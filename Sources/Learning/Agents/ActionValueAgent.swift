import Environments
import Search
import TensorCore

/// Plays the legal action to which a network gives the highest value. A recurrent network remembers the episode,
/// the moves of the other side included.
public final class ActionValueAgent<Subject: Game>: Agent {
  private let game: Subject
  private let network: InferenceNetwork
  private let epsilon: Float
  private var random = Random(seed: 0, purpose: .agent)
  private var planes: [Float]
  private var values: [Float]
  /// Turns what the network says into returns; nil if those are what it says.
  private let transform: ValueTransform?
  /// What is remembered before the state under way, and after it once it has been seen.
  private var before: [Float]
  private var after: [Float]
  private var current: Subject.State?
  private var hasSeen = false

  /// - Parameters:
  ///   - epsilon: the probability of a random action.
  ///   - transform: what the network's values went through before it learned them.
  public init(
    game: Subject, network: Network, epsilon: Float = 0, transform: ValueTransform? = nil,
    precision: Precision = .f32
  ) {
    self.game = game
    self.network = network.compiled(maximumBatch: 1, precision: precision)
    self.epsilon = epsilon
    self.transform = transform
    before = [Float](repeating: 0, count: network.description.stateCount)
    after = before
    planes = [Float](repeating: 0, count: game.observationShape.count)
    values = [Float](repeating: 0, count: game.actionCount)
  }

  public func begin(_ state: Subject.State, random: Random) {
    self.random = random
    for index in before.indices { before[index] = 0 }
    (current, hasSeen) = (state, false)
  }

  public func follow(_ action: Action, to state: Subject.State) {
    guard !before.isEmpty else { return }
    if !hasSeen, let current { look(at: current) }
    swap(&before, &after)
    (current, hasSeen) = (state, false)
  }

  /// Lets the network see a state, after what it remembers of the episode.
  private func look(at state: Subject.State) {
    game.observe(state, asRow: 0, of: &planes)
    for index in before.indices { after[index] = before[index] }
    planes.withUnsafeBufferPointer { planes in
      values.withUnsafeMutableBufferPointer { values in
        after.withUnsafeMutableBufferPointer {
          network.run(batch: 1, planes: planes, states: $0.isEmpty ? nil : $0, actionValues: values)
        }
      }
    }
    hasSeen = true
    if let transform { for index in values.indices { values[index] = transform.inverse(values[index]) } }
  }

  public func decide(in state: Subject.State) -> Decision {
    look(at: state)
    let legal = game.legalActions(in: state)
    let best = greedyAction(values: values, actionCount: game.actionCount, legal: legal)
    let isRandom = epsilon > 0 && random.uniformFloat() < epsilon
    let chosen = isRandom ? legal.randomAction(using: &random) : best
    let candidates = legal.array
      .sorted { values[$0.index] > values[$1.index] }
      .map { Candidate(action: $0, share: $0 == chosen ? 1 : 0, value: values[$0.index], line: [$0]) }
    return Decision(action: chosen, value: values[best.index], candidates: candidates)
  }
}
