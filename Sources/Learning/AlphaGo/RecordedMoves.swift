import Environments
import Replay

/// The moves of recorded games, as samples for a policy: some games are kept apart to measure it.
struct RecordedMoves<G: Game> {
  /// What the policy learns from.
  private(set) var window: SampleWindow
  /// What it is measured on.
  private(set) var heldOut: SampleWindow
  /// Mean number of plies of a game.
  let meanLength: Int

  /// Plays all games again. Throws `ReplayError` where one does not follow from the rules, and `RunError` if
  /// there are too few moves to learn from.
  init(_ records: [GameRecord], game: G, heldOutShare: Float, seed: UInt64, path: String) throws {
    let plies = records.reduce(0) { $0 + $1.actions.count }
    guard plies >= 100 else {
      throw RunError.damaged(path: path, problem: "has \(plies) recorded moves to learn from, too few")
    }
    meanLength = max(1, plies / records.count)
    var random = Random(seed: seed, purpose: .sampling, index: .max)
    var (learned, kept): ([GameRecord], [GameRecord]) = ([], [])
    for record in records {
      if random.uniformFloat() < heldOutShare { kept.append(record) } else { learned.append(record) }
    }
    window = try Self.samples(of: learned, game: game)
    heldOut = try Self.samples(of: kept, game: game)
  }

  private static func samples(of records: [GameRecord], game: G) throws -> SampleWindow {
    var window = SampleWindow(
      capacity: max(1, records.reduce(0) { $0 + $1.actions.count }),
      observationShape: game.observationShape, actionCount: game.actionCount)
    for record in records {
      try window.append(record, of: game) { _ in 1 }
    }
    return window
  }
}

extension SampleWindow {
  /// Adds the positions of a game with the moves made there as their policies. `policyWeight` says how much the move
  /// of a ply counts, given the return of its mover; nil leaves the position out.
  mutating func append<G: Game>(
    _ record: GameRecord, of game: G, policyWeight: (_ ply: Int) -> Float?
  ) throws {
    let results = try record.results(of: game)
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    var policy = [Float](repeating: 0, count: game.actionCount)
    try replay(record, game: game) { ply, state, action, _ in
      guard let weight = policyWeight(ply) else { return }
      game.observe(state, asRow: 0, of: &planes)
      policy[action.index] = 1
      append(
        observation: planes.span, policy: policy.span, value: results[ply], policyWeight: weight)
      policy[action.index] = 0
    }
  }
}

extension GameRecord {
  /// [plies]: the return of the player who moved, without discount.
  func results<G: Game>(of game: G) throws -> [Float] {
    var movers: [Player] = []
    try replay(self, game: game) { _, state, _, _ in movers.append(game.playerToMove(in: state)) }
    return returnTargets(
      rewards: rewards, movers: movers, values: [Float](repeating: 0, count: rewards.count), finalValue: 0,
      discount: 1, bootstrapSteps: 0)
  }
}
