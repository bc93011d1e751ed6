import Environments

extension TransitionRing {
  /// Plays an episode again into a lane, as it was when it was recorded. Throws `ReplayError` where the record
  /// does not follow from the rules; what came before stays in the ring.
  public mutating func append<G: Game>(_ record: GameRecord, game: G, lane: Int) throws {
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    func observe(_ state: G.State) {
      var target = planes.mutableSpan
      game.observe(state, into: &target)
    }
    var random = record.random
    let start = game.start(using: &random)
    observe(start)
    begin(
      lane: lane, observation: planes.span, legal: game.legalActions(in: start),
      mover: game.playerToMove(in: start))
    var taken: (Action, Transition)?
    let end = try replay(record, game: game) { ply, state, action, transition in
      if let (action, transition) = taken {
        observe(state)
        append(
          lane: lane, action: action, transition: transition, next: planes.span,
          legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
      }
      taken = (action, transition)
    }
    guard let (action, transition) = taken else { return }
    observe(end)
    append(
      lane: lane, action: action, transition: transition, next: planes.span,
      legal: game.legalActions(in: end), mover: game.playerToMove(in: end))
  }
}
