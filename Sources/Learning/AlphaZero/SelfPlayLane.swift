import Environments
import Replay

/// A game under way: its record, and what follows from it.
struct SelfPlayLane<G: Game> {
  private(set) var state: G.State
  /// The episode's chance, at its present position.
  private var random: Random
  var record: GameRecord
  /// How many values in a row were so low that the player might resign, by player.
  private var low = SIMD2<Int>(0, 0)

  /// Plays a record up to its end. Its values are noted as `threshold` demands.
  init(game: G, record: GameRecord, resignThreshold: Float = 0) {
    self.record = record
    random = record.random
    state = game.start(using: &random)
    for (ply, action) in record.actions.enumerated() {
      if ply < record.searches.count {
        note(value: record.searches[ply].value, game: game, threshold: resignThreshold)
      }
      _ = game.step(&state, taking: action, using: &random)
    }
  }

  mutating func step(_ game: G, taking action: Action) -> Transition {
    game.step(&state, taking: action, using: &random)
  }

  /// Begins the game with up to `limit` uniformly random moves, fewer if one of them would end it.
  mutating func open(_ game: G, plies limit: Int) {
    guard limit > 0 else { return }
    var chance = Random(seed: record.seed, purpose: .rules, index: record.stream)
    for _ in 0..<chance.integer(below: limit + 1) {
      var next = self
      let action = game.legalActions(in: state).randomAction(using: &chance)
      let transition = next.step(game, taking: action)
      guard transition.status == .running else { return }
      next.record.append(action, transition, search: SearchRecord.none)
      self = next
    }
  }

  /// Takes note of the value that the player to move found.
  mutating func note(value: Float, game: G, threshold: Float) {
    let player = game.playerToMove(in: state).index
    low[player] = value < -threshold ? low[player] + 1 : 0
    lowValues = low[player]
  }

  /// Low values in a row of the player who moves now, the one noted last included.
  private(set) var lowValues = 0

  /// A stream of its own for every ply of every game.
  var streamOfPly: UInt64 { Random.mix(record.stream) &+ UInt64(record.actions.count) }

  /// A uniform number that belongs to this ply, for the rules of self-play.
  var drawOfPly: Float {
    var random = Random(seed: record.seed, purpose: .rules, index: streamOfPly)
    return random.uniformFloat()
  }

  /// Whether this game belongs to the `share` of games that nobody resigns.
  func playsOn(share: Float) -> Bool {
    var random = Random(seed: record.seed, purpose: .rules, index: ~record.stream)
    return random.uniformFloat() < share
  }
}
