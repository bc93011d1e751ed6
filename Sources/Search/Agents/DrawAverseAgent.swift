import Environments

/// Plays for a win: lets an agent decide as if a draw were a loss for the player to move, as programs do whose komi
/// may be biased by half a point (Wu 2019).
///
/// It cares for a draw no more than for a loss, and its values are from such a game: a proven loss may be a draw.
public final class DrawAverseAgent<Subject: DrawAverse>: Agent, Timed {
  private let game: Subject
  private let base: AnyAgent<Subject>
  private var random = Random(seed: 0, purpose: .agent)
  /// For whom the base plays this game; nil before the first decision.
  private var player: Player?

  public init(game: Subject, base: AnyAgent<Subject>) {
    self.game = game
    self.base = base
  }

  public var seconds: Double? {
    get { (base.base as? any Timed)?.seconds }
    set { (base.base as? any Timed)?.seconds = newValue }
  }

  public func begin(_ state: Subject.State, random: Random) {
    self.random = random
    player = nil
  }

  /// For the same player as before, unless it is to decide for both: then the base begins anew with every change.
  public func decide(in state: Subject.State) throws -> Decision {
    let mover = game.playerToMove(in: state)
    let believed = game.countingDraws(asLossesOf: mover, in: state)
    if player != mover {
      player = mover
      try base.begin(believed, random: Random(seed: random.next(), purpose: .agent))
    }
    var decision = try base.decide(in: believed)
    if let value = decision.value, value < 1 { decision.isProven = false }
    return decision
  }

  public func follow(_ action: Action, to state: Subject.State) throws {
    guard let player else { return }
    try base.follow(action, to: game.countingDraws(asLossesOf: player, in: state))
  }
}
