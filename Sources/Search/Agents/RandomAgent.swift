import Environments

/// Plays uniformly random actions.
public final class RandomAgent<Subject: Game>: Agent {
  private let game: Subject
  private var random = Random(seed: 0, purpose: .agent)

  public init(game: Subject) { self.game = game }

  public func begin(_ state: Subject.State, random: Random) { self.random = random }

  public func decide(in state: Subject.State) -> Decision {
    Decision(action: game.randomLegalAction(in: state, using: &random))
  }

  public func follow(_ action: Action, to state: Subject.State) {}
}
