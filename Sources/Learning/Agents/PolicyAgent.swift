import Environments
import Search
import TensorCore

/// Plays by a network's policy alone, without search.
public final class PolicyAgent<Subject: Game>: Agent {
  private let game: Subject
  private let network: InferenceNetwork
  private let temperature: Float
  private var random = Random(seed: 0, purpose: .agent)
  private var planes: [Float]
  private var logits: [Float]
  private var value: [Float] = [0]
  private var policy: ActingPolicy

  /// - Parameter temperature: 0 plays the likeliest action, 1 each as likely as the policy says.
  public init(game: Subject, network: Network, temperature: Float = 0, precision: Precision = .f32) {
    self.game = game
    self.network = network.compiled(maximumBatch: 1, precision: precision)
    self.temperature = temperature
    planes = [Float](repeating: 0, count: game.observationShape.count)
    logits = [Float](repeating: 0, count: game.actionCount)
    policy = ActingPolicy(actionCount: game.actionCount)
  }

  public func begin(_ state: Subject.State, random: Random) { self.random = random }

  public func follow(_ action: Action, to state: Subject.State) {}

  public func decide(in state: Subject.State) -> Decision {
    game.observe(state, asRow: 0, of: &planes)
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        value.withUnsafeMutableBufferPointer {
          network.run(batch: 1, planes: planes, logits: logits, values: $0)
        }
      }
    }
    let legal = game.legalActions(in: state)
    policy.set(logits: logits, legal: legal, temperature: temperature > 0 ? temperature : 1)
    let action = temperature > 0 ? policy.sample(using: &random) : policy.likeliest
    let shares = policy.probabilities
    let candidates = legal.array.sorted { shares[$0.index] > shares[$1.index] }
      .map { Candidate(action: $0, share: shares[$0.index], prior: shares[$0.index], line: [$0]) }
    return Decision(action: action, value: value[0], candidates: candidates)
  }
}
