import Environments

/// AlphaZero's search: PUCT guided by the policy and value of an evaluator (Silver et al. 2018).
public typealias PUCTAgent<Subject: Game, Judge: Evaluator> = GuidedAgent<Subject, Judge, PUCT>
where Judge.Subject == Subject

/// Gumbel AlphaZero's search: sequential halving at the root, and the improved policy below it
/// (Danihelka et al. 2022).
public typealias GumbelAgent<Subject: Game, Judge: Evaluator> = GuidedAgent<Subject, Judge, Gumbel>
where Judge.Subject == Subject

/// Plays by tree search that an evaluator guides with policies and values.
public final class GuidedAgent<Subject: Game, Judge: Evaluator, Rule: SelectionRule>: Agent, Timed
where Judge.Subject == Subject {
  public var seconds: Double?
  private let simulations: Int
  private let temperature: Float
  private let reusesTree: Bool
  private let explores: Bool
  private var evaluator: Judge
  private var search: LockstepSearch<Subject, Rule>
  private var random = Random(seed: 0, purpose: .agent)

  /// Every decision runs exactly `simulations`, besides those kept from earlier moves, or as many as a proof
  /// of the outcome takes; or as many as it can in `seconds`.
  ///
  /// `leavesPerRound` states are evaluated at a time. A temperature of 0 chooses the action that the search
  /// would play, one of 1 draws from the policy that it found. Noise at the root only if it `explores`.
  public init(
    game: Subject, evaluator: Judge, simulations: Int,
    parameters: SearchParameters<Rule> = SearchParameters(rule: Rule(), solves: true), temperature: Float = 0,
    reusesTree: Bool = true, leavesPerRound: Int = 1, explores: Bool = false,
    seconds: Double? = nil
  ) {
    precondition(simulations >= 1, "a search needs at least one simulation")
    self.simulations = simulations
    self.temperature = temperature
    self.seconds = seconds
    self.reusesTree = reusesTree
    self.explores = explores
    self.evaluator = evaluator
    search = LockstepSearch(
      game: game, parameters: parameters, count: 1, leavesPerRound: leavesPerRound)
  }

  public func begin(_ state: Subject.State, random: Random) {
    self.random = random
    // The search and the choice of the action draw from streams that never meet.
    let searchSeed = self.random.next()
    search[0].begin(state, random: Random(seed: searchSeed, purpose: .agent))
  }

  public func decide(in state: Subject.State) -> Decision {
    if let seconds {
      search.run(for: seconds, simulations: simulations, explores: explores, with: &evaluator)
    } else {
      search[0].plan(simulations: simulations, explores: explores)
      search.run(with: &evaluator)
    }
    return search[0].decision(for: search[0].sampleAction(temperature: temperature, using: &random))
  }

  public func follow(_ action: Action, to state: Subject.State) {
    search[0].follow(action, to: state, reusesTree: reusesTree)
  }
}
