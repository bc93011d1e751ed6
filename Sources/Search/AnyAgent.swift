import Environments

/// An agent of any kind for one game.
///
/// It calls closures that are made where the agent's type is known, so that they run code compiled for its game and its
/// search. A method of a generic class that is reached through `any Agent` runs code for all of them, many times slower.
public struct AnyAgent<Subject: Game> {
  public let base: any Agent<Subject>
  private let beginning: (Subject.State, Random) throws -> Void
  private let deciding: (Subject.State) throws -> Decision
  private let following: (Action, Subject.State) throws -> Void

  public init<Base: Agent>(_ base: Base) where Base.Subject == Subject {
    self.base = base
    beginning = { try base.begin($0, random: $1) }
    deciding = { try base.decide(in: $0) }
    following = { try base.follow($0, to: $1) }
  }

  /// As `Agent.begin`.
  public func begin(_ state: Subject.State, random: Random) throws { try beginning(state, random) }
  /// As `Agent.decide`.
  public func decide(in state: Subject.State) throws -> Decision { try deciding(state) }
  /// As `Agent.follow`.
  public func follow(_ action: Action, to state: Subject.State) throws { try following(action, state) }
}
