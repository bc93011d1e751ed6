import Environments

extension SequenceRing {
  /// Plays an episode again into a lane, as it was when it was recorded, remembering nothing. Throws `ReplayError`
  /// where the record does not follow from the rules; what came before stays in the ring.
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
    func append(_ action: Action, _ transition: Transition, to state: G.State) {
      observe(state)
      self.append(
        lane: lane, action: action, transition: transition, next: planes.span,
        legal: game.legalActions(in: state), mover: game.playerToMove(in: state), memory: nil)
    }
    var taken: (Action, Transition)?
    let end = try replay(record, game: game) { _, state, action, transition in
      if let (action, transition) = taken { append(action, transition, to: state) }
      taken = (action, transition)
    }
    if let (action, transition) = taken { append(action, transition, to: end) }
  }
}
