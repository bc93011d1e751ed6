import Environments
import TensorCore

/// Decides which network plays: a new one has to beat the best one so far (Silver et al. 2017).
struct NetworkGate {
  /// What a checkpoint keeps besides the best network.
  struct State: Codable {
    /// The step of the last match.
    var step = 0
    /// How often the best network was replaced.
    var promotions = 0
    /// The last candidate's score.
    var score: Double?
  }

  /// What plays, is measured and published.
  let best: Network
  private(set) var state: State
  private let rules: AlphaZeroParameters.GateParameters

  /// - Parameter network: the best one as long as there has been no match.
  init(_ rules: AlphaZeroParameters.GateParameters, network: Network, state: State? = nil) {
    self.rules = rules
    best = network.copy()
    self.state = state ?? State()
  }

  /// Lets the candidate play the best network, if it is time to. Nothing has changed where that gives up.
  mutating func test<G: Game>(
    _ candidate: Network, step: Int, in match: NetworkMatch<G>, givesUp: @Sendable () -> Bool
  ) throws {
    guard step - state.step >= rules.steps,
      let score = try match.score(
        of: candidate, against: best, games: rules.games, number: step, givesUp: givesUp)
    else { return }
    (state.step, state.score) = (step, score)
    guard Float(score) >= rules.score else { return }
    best.parameters.copy(from: candidate.parameters)
    state.promotions += 1
  }
}
