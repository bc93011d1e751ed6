import Environments

/// A memory of the episodes of several environments ("lanes"), told step by step.
public protocol EpisodeMemory {
  /// Begins an episode with its first state: what is seen [planes x rows x columns], what may be done, whose move it is.
  mutating func begin(
    lane: Int, observation: borrowing Span<Float>, legal: some ActionSet, mover: Player)
  /// Notes what the player to move of the lane's running episode did, and the state it led to.
  mutating func append(
    lane: Int, action: Action, transition: Transition, next observation: borrowing Span<Float>,
    legal: some ActionSet, mover: Player)

  /// Places of a lane, which are taken in turn: what as many have followed has left the memory.
  var laneCapacity: Int { get }
  /// How many places of its lane an episode of so many steps takes.
  func places(forSteps steps: Int) -> Int
  /// Takes the places of an episode without its steps, which nobody will ask for: before anything is told of its lane,
  /// and where enough follows to fill the lane. Then the memory ends as if it had been told.
  mutating func skip(lane: Int, steps: Int)
}

extension EpisodeMemory {
  /// Plays an episode again into a lane, as it was when it was recorded. Throws `ReplayError` where the record
  /// does not follow from the rules; what came before stays in the memory.
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
    func note(_ taken: (action: Action, transition: Transition), ledTo state: G.State) {
      observe(state)
      append(
        lane: lane, action: taken.action, transition: taken.transition, next: planes.span,
        legal: game.legalActions(in: state), mover: game.playerToMove(in: state))
    }
    var taken: (Action, Transition)?
    let end = try replay(record, game: game) { _, state, action, transition in
      if let taken { note(taken, ledTo: state) }
      taken = (action, transition)
    }
    if let taken { note(taken, ledTo: end) }
  }
}
