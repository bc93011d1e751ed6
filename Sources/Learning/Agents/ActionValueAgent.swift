import Environments
import Search
import TensorCore

/// Plays the legal action to which a network gives the highest value.
public final class ActionValueAgent<Subject: Game>: Agent {
  private let game: Subject
  private let network: InferenceNetwork
  private let epsilon: Float
  private var random = Random(seed: 0, purpose: .agent)
  private var planes: [Float]
  private var values: [Float]

  /// - Parameter epsilon: the probability of a random action.
  public init(game: Subject, network: Network, epsilon: Float = 0) {
    self.game = game
    self.network = network.compiled(maximumBatch: 1)
    self.epsilon = epsilon
    planes = [Float](repeating: 0, count: game.observationShape.count)
    values = [Float](repeating: 0, count: game.actionCount)
  }

  public func begin(_ state: Subject.State, random: Random) { self.random = random }

  public func follow(_ action: Action, to state: Subject.State) {}

  public func decide(in state: Subject.State) -> Decision {
    game.observe(state, asRow: 0, of: &planes)
    planes.withUnsafeBufferPointer { planes in
      values.withUnsafeMutableBufferPointer { network.run(batch: 1, planes: planes, actionValues: $0) }
    }
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
