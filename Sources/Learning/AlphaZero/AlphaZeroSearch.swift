import Environments
import Replay
import Search

extension AlphaZeroParameters {
  /// Games under way at a time.
  package var laneCount: Int { selfPlay.workers * selfPlay.gamesPerWorker }

  /// A worker with the search of these parameters.
  /// - Parameter records: the games under way when the run was stopped; nil to start anew.
  package func makeWorker<G: Game>(
    for job: TrainingJob<G>, evaluator: NetworkEvaluator<G>, number: Int, resuming records: [GameRecord]?
  ) -> SelfPlayer {
    func worker(_ rule: some SelectionRule) -> SelfPlayer {
      SelfPlayer(
        SelfPlayWorker(
          job: job, parameters: self, search: searchParameters(rule: rule), evaluator: evaluator,
          number: number, resuming: records))
    }
    switch search.kind {
    case .puct: return worker(rule)
    case .gumbel: return worker(gumbel)
    }
  }

  /// The search of self-play by some rule.
  package func searchParameters<Rule: SelectionRule>(rule: Rule) -> Search.SearchParameters<Rule> {
    Search.SearchParameters(
      rule: rule, discount: search.discount, noise: rootNoise, solves: search.solves,
      forcedPlayouts: search.kind == .puct ? search.forcedPlayouts : 0,
      sharesEvaluations: search.sharesEvaluations)
  }

  /// The noise in the priors of searches whose policies are trained on; nil if there is none, as Gumbel search
  /// has noise of its own.
  var rootNoise: RootNoise? {
    search.noiseAlpha > 0 && search.kind == .puct
      ? RootNoise(alpha: Double(search.noiseAlpha), fraction: search.noiseFraction) : nil
  }

  /// PUCT as this run uses it.
  public var rule: PUCT {
    PUCT(initial: search.exploration, firstPlay: .parent(reduction: search.firstPlayReduction))
  }

  /// Gumbel search as this run uses it.
  public var gumbel: Gumbel {
    Gumbel(considered: search.considered, valueScale: search.valueScale, scaling: search.valueScaling)
  }
}
