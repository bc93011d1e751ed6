import AllocationCounter
import Environments

/// Heap allocations that `body` made on this thread.
public func allocations(of body: () throws -> Void) rethrows -> Int {
  let before = allocation_count()
  try body()
  return Int(allocation_count() - before)
}

/// A law of the `Game` protocol that a game broke, and where.
public struct BrokenLaw: Error, CustomStringConvertible {
  public var description: String
}

/// Plays random games and checks everything the `Game` protocol and the refinements of `game` promise.
///
/// `seed` is named in every error. Games that do not end are left after `plyLimit` actions.
public func checkLaws<Rules: Game>(
  of game: Rules, games: Int, seed: UInt64, plyLimit: Int = 2_000
) throws {
  for index in 0..<games {
    var trial = Trial(game: game, seed: seed, index: UInt64(index), plyLimit: plyLimit)
    try trial.checkPlay()
  }
  try checkRandomActions(of: game, games: games, seed: seed, plyLimit: plyLimit)
  try checkAllocations(of: game, seed: seed, plyLimit: plyLimit)
  if let notated = game as? any Notation {
    try checkNotation(of: notated, games: games, seed: seed, plyLimit: plyLimit)
  }
  if let symmetric = game as? any Symmetric {
    try checkSymmetries(of: symmetric, games: games, seed: seed, plyLimit: plyLimit)
  }
  if let scored = game as? any Scored {
    try checkScore(of: scored, games: games, seed: seed, plyLimit: plyLimit)
  }
  if let averse = game as? any DrawAverse {
    try checkDraws(of: averse, games: games, seed: seed, plyLimit: plyLimit)
  }
  if let enumerable = game as? any Enumerable {
    try checkOutcomes(of: enumerable, games: games, seed: seed, plyLimit: plyLimit)
  }
}

/// One random game: its own streams for the game's chance and for the choice of actions.
struct Trial<Rules: Game> {
  let game: Rules
  let seed: UInt64
  let index: UInt64
  let plyLimit: Int
  var chance: Random
  var choice: Random
  var ply = 0

  init(game: Rules, seed: UInt64, index: UInt64, plyLimit: Int) {
    self.game = game
    self.seed = seed
    self.index = index
    self.plyLimit = plyLimit
    chance = Random(seed: seed, purpose: .test, index: 2 * index)
    choice = Random(seed: seed, purpose: .test, index: 2 * index + 1)
  }

  func demand(_ condition: Bool, _ law: @autoclosure () -> String) throws {
    if !condition { throw BrokenLaw(description: "\(law()) (seed \(seed), game \(index), ply \(ply))") }
  }

  /// The observation; every value must have been written.
  func observation(_ state: Rules.State) throws -> [Float] {
    var planes = [Float](repeating: .nan, count: game.observationShape.count)
    var span = planes.mutableSpan
    game.observe(state, into: &span)
    for (element, value) in planes.enumerated() {
      try demand(-1...1 ~= value, "observation element \(element) is \(value), not a number from -1 to 1")
    }
    return planes
  }

  /// Plays one random action.
  mutating func advance(_ state: inout Rules.State) -> (action: Action, transition: Transition) {
    let action = game.legalActions(in: state).randomAction(using: &choice)
    ply += 1
    return (action, game.step(&state, taking: action, using: &chance))
  }

  mutating func checkPlay() throws {
    let shape = game.observationShape
    try demand(1...2 ~= game.playerCount, "there are 1 or 2 players")
    try demand(shape.planes > 0 && shape.rows > 0 && shape.columns > 0, "the observation is not empty")
    let seedOfStart = chance
    var state = game.start(using: &chance)
    var repeated = seedOfStart
    let again = game.start(using: &repeated)
    try demand(game.key(of: state) == game.key(of: again), "the same seed starts the same game")
    try demand(repeated == chance, "a start draws the same amount of chance every time")
    while ply < plyLimit {
      try checkRunning(state)
      let transition = try checkStep(&state)
      if transition.status.isOver {
        try demand(game.legalActions(in: state).isEmpty, "a finished game has no legal actions")
        let last = try observation(state)
        guard transition.status == .truncated else { return }
        let running = game.untruncated(state)
        try checkRunning(running)
        try demand(try observation(running) == last, "what goes on looks like what was cut off")
        return
      }
    }
  }

  private func checkRunning(_ state: Rules.State) throws {
    let actions = game.legalActions(in: state)
    try demand(!actions.isEmpty, "a running game has a legal action")
    try demand(actions.count == actions.array.count, "the count is the number of members")
    for (rank, action) in actions.array.enumerated() {
      try demand(action.index < game.actionCount, "action \(action.index) is below \(game.actionCount)")
      try demand(actions.contains(action), "the set contains its members")
      try demand(actions.action(atRank: rank) == action, "members are found by rank")
    }
    if game.playerCount == 1 {
      try demand(game.playerToMove(in: state) == .first, "the only player is the first")
    }
  }

  private mutating func checkStep(_ state: inout Rules.State) throws -> Transition {
    let saved = state
    let (key, planes) = (game.key(of: saved), try observation(saved))
    let mover = game.playerToMove(in: saved)
    var copy = saved
    var copiedChance = chance
    let (action, transition) = advance(&state)
    try demand(transition.reward.isFinite, "rewards are finite")
    if game.playerCount == 2 {
      try demand(abs(transition.reward) <= 1, "a reward of a two-player game is from -1 to 1")
    }
    try demand(game.key(of: saved) == key, "stepping a copy leaves the key of the original")
    try demand(try observation(saved) == planes, "stepping a copy leaves the original as it was")
    try demand(game.playerToMove(in: saved) == mover, "stepping a copy leaves the player to move")
    let second = game.step(&copy, taking: action, using: &copiedChance)
    try demand(second == transition, "the same state, action and chance bring the same transition")
    try demand(copiedChance == chance, "a step draws the same amount of chance")
    try demand(game.isStochastic || Self.sameChance(chance, before: seed, trial: self), "no chance is drawn")
    try demand(game.key(of: copy) == game.key(of: state), "equal games have equal keys")
    try demand(try observation(copy) == (try observation(state)), "equal games look the same")
    return transition
  }

  /// A game without chance draws nothing after its start.
  private static func sameChance(_ chance: Random, before seed: UInt64, trial: Trial) -> Bool {
    var start = Random(seed: seed, purpose: .test, index: 2 * trial.index)
    _ = trial.game.start(using: &start)
    return start.counter == chance.counter
  }
}

/// Once warm, a game is played without touching the heap.
private func checkAllocations<Rules: Game>(of game: Rules, seed: UInt64, plyLimit: Int) throws {
  var planes = [Float](repeating: 0, count: game.observationShape.count)
  var counts: [Int] = []
  for _ in 0..<2 {
    var trial = Trial(game: game, seed: seed, index: 0, plyLimit: plyLimit)
    var state = game.start(using: &trial.chance)
    let count = allocations {
      for _ in 0..<plyLimit {
        let action = game.legalActions(in: state).randomAction(using: &trial.choice)
        var copy = state
        _ = game.stepRandomly(&copy, using: &trial.choice)
        var span = planes.mutableSpan
        game.observe(state, into: &span)
        if game.step(&state, taking: action, using: &trial.chance).status.isOver { break }
      }
    }
    counts.append(count)
  }
  if counts[1] != 0 {
    throw BrokenLaw(
      description: "a warm game allocates nothing, but made \(counts[1]) allocations (seed \(seed))")
  }
}
