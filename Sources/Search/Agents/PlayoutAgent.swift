import Environments

/// Plain Monte Carlo tree search: UCB1, and one uniformly random playout a simulation
/// (Kocsis and Szepesvari 2006; Coulom 2006).
public typealias UCTAgent<Subject: Game> = PlayoutAgent<Subject, UCB1>

/// Monte Carlo tree search in which actions share what later moves brought (Gelly and Silver 2011).
public typealias RAVEAgent<Subject: Game> = PlayoutAgent<Subject, RAVE>

/// Plays by tree search with one uniformly random playout a simulation.
public final class PlayoutAgent<Subject: Game, Rule: SelectionRule>: Agent, Timed {
  public var seconds: Double?
  private let simulations: Int
  private let reusesTree: Bool
  private let playoutLimit: Int
  private var search: TreeSearch<Subject, Rule>
  private var random = Random(seed: 0, purpose: .agent)

  /// Every decision runs exactly `simulations`, besides those kept from earlier moves, or as many as a proof
  /// of the outcome takes, if it `solves`; or as many as it can in `seconds`.
  ///
  /// Playouts stop after `playoutLimit` steps, as some games have no end of their own.
  public init(
    game: Subject, simulations: Int, discount: Float = 1, rule: Rule = Rule(), reusesTree: Bool = true,
    playoutLimit: Int = 10_000, solves: Bool = true, nodeLimit: Int = .max,
    seconds: Double? = nil
  ) {
    precondition(simulations >= 1, "a search needs at least one simulation")
    self.simulations = simulations
    self.reusesTree = reusesTree
    self.playoutLimit = playoutLimit
    self.seconds = seconds
    search = TreeSearch(
      game: game,
      parameters: SearchParameters(rule: rule, discount: discount, solves: solves, nodeLimit: nodeLimit))
  }

  public func begin(_ state: Subject.State, random: Random) {
    self.random = random
    search.begin(state, random: random)
  }

  public func decide(in state: Subject.State) -> Decision {
    if let seconds {
      search.simulatePlayouts(for: seconds, limit: playoutLimit)
    } else {
      search.simulatePlayouts(simulations, limit: playoutLimit)
    }
    return search.decision(for: search.mostVisited)
  }

  public func follow(_ action: Action, to state: Subject.State) {
    search.follow(action, to: state, reusesTree: reusesTree)
  }
}

extension TreeSearch {
  /// Runs simulations of at most one uniformly random playout each, until the root is proven, and returns the
  /// number of playouts.
  @discardableResult
  public mutating func simulatePlayouts(_ count: Int, limit: Int = .max) -> Int {
    var playouts = 0
    if tree.nodes[0].bounds.isProven { return 0 }
    for _ in 0..<count {
      if simulatePlayout(limit: limit) {
        playouts += 1
      } else if tree.nodes[0].bounds.isProven {
        // Only the ends of games prove anything.
        break
      }
    }
    return playouts
  }

  /// Runs simulations for some seconds, at least one, and no more than memory has room for.
  mutating func simulatePlayouts(for seconds: Double, limit: Int) {
    let deadline = Deadline(seconds: seconds)
    repeat { simulatePlayouts(8, limit: limit) } while !deadline.hasPassed && hasRoom && !isProven
  }

  /// Whether the outcome is known, so that more simulations tell nothing.
  var isProven: Bool { tree.nodes[0].bounds.isProven }

  /// Whether a search by time may go on: 16 million edges take half a gigabyte.
  var hasRoom: Bool { tree.edges.count < 1 << 24 }

  /// The decision for an action of the root, with all candidates.
  public func decision(for action: Action) -> Decision {
    Decision(action: action, value: rootValue, isProven: isProven, candidates: candidates())
  }

  /// Follows an action with or without the tree below it.
  mutating func follow(_ action: Action, to state: Subject.State, reusesTree: Bool) {
    if reusesTree { advance(action, to: state) } else { begin(state, random: random) }
  }
}
