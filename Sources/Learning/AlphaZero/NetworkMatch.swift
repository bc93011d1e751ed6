import Environments
import Replay
import Search
import TensorCore

/// Games between two networks that search as the run does, without noise, many in lockstep.
///
/// Two games each begin alike, with the sides exchanged; moves are drawn with the temperatures of self-play, so that
/// games differ. The result depends on the seed and the networks alone, not on threads.
package struct NetworkMatch<G: Game> {
  private let game: G
  private let parameters: AlphaZeroParameters
  private let seed: UInt64
  private let threads: Int

  package init(game: G, parameters: AlphaZeroParameters, seed: UInt64, threads: Int) {
    self.game = game
    self.parameters = parameters
    self.seed = seed
    self.threads = threads
  }

  /// The score of `network` against `opponent`, from 0 to 1: a won game counts 1, a drawn one a half; nil if somebody
  /// waits too long for its end.
  /// - Parameters:
  ///   - number: tells apart the matches of a run.
  ///   - givesUp: asked before every move of the games; any thread may ask.
  package func score(
    of network: Network, against opponent: Network, games: Int, number: Int,
    givesUp: @Sendable () -> Bool = { false }
  ) throws -> Double? {
    precondition(game.playerCount == 2 && games > 0, "a match is between two players, and has games")
    let shards = min(parameters.selfPlay.workers, games)
    let seed = Random.mix(seed &+ Random.mix(UInt64(bitPattern: Int64(number))))
    var points = [Int](repeating: 0, count: shards)
    try points.withUnsafeMutableBufferPointer { points in
      // Safe: each element is written by the one thread that runs its index.
      nonisolated(unsafe) let points = points
      let (game, parameters) = (game, parameters)
      try forEachInParallel(shards, threads: threads) { shard in
        let numbers = Array(stride(from: shard, to: games, by: shards))
        func play(_ rule: some SelectionRule) -> Int {
          var table = MatchTable(
            game: game, parameters: parameters, rule: rule, networks: (network, opponent), seed: seed,
            games: numbers)
          return table.play(givesUp: givesUp)
        }
        switch parameters.search.kind {
        case .puct: points[shard] = play(parameters.rule)
        case .gumbel: points[shard] = play(parameters.gumbel)
        }
      }
    }
    return givesUp() ? nil : Double(points.reduce(0, +)) / Double(2 * games)
  }
}

/// Some games of a match, as many at a time as a worker of self-play has.
private struct MatchTable<G: Game, Rule: SelectionRule>: ~Copyable {
  /// A game under way.
  private struct Seat {
    var lane: SelfPlayLane<G>
    /// The side of the network whose score counts.
    var side: Player
    /// What that network has got.
    var total: Float = 0
  }

  private let game: G
  private let parameters: AlphaZeroParameters
  private let seed: UInt64
  /// Numbers of games that have not begun, the next one last.
  private var waiting: [Int]
  /// Nil once no game is left for it.
  private var seats: [Seat?]
  private var own: LockstepSearch<G, Rule>
  private var other: LockstepSearch<G, Rule>
  private var evaluators: (own: NetworkEvaluator<G>, other: NetworkEvaluator<G>)
  /// Twice the score so far.
  private var points = 0

  init(
    game: G, parameters: AlphaZeroParameters, rule: Rule, networks: (Network, Network), seed: UInt64,
    games: [Int]
  ) {
    self.game = game
    self.parameters = parameters
    self.seed = seed
    waiting = games.reversed()
    let count = min(games.count, parameters.selfPlay.gamesPerWorker)
    seats = [Seat?](repeating: nil, count: count)
    let search = parameters.searchParameters(rule: rule)
    own = LockstepSearch(game: game, parameters: search, count: count)
    other = LockstepSearch(game: game, parameters: search, count: count)
    func evaluator(_ network: Network) -> NetworkEvaluator<G> {
      NetworkEvaluator(
        game: game, network: network, capacity: count, precision: parameters.selfPlay.precision,
        symmetry: parameters.search.symmetry)
    }
    evaluators = (evaluator(networks.0), evaluator(networks.1))
    for index in seats.indices { beginGame(index) }
  }

  /// Plays all games unless it gives up; returns twice the score.
  mutating func play(givesUp: () -> Bool) -> Int {
    let simulations = parameters.search.simulations
    while seats.contains(where: { $0 != nil }) && !givesUp() {
      for index in seats.indices {
        guard let seat = seats[index] else { continue }
        if isOwnTurn(seat) {
          Self.plan(simulations, for: &own[index])
        } else {
          Self.plan(simulations, for: &other[index])
        }
      }
      own.run(with: &evaluators.own)
      other.run(with: &evaluators.other)
      for index in seats.indices { move(index) }
    }
    return points
  }

  private func isOwnTurn(_ seat: Seat) -> Bool { game.playerToMove(in: seat.lane.state) == seat.side }

  private static func plan(_ simulations: Int, for search: inout TreeSearch<G, Rule>) {
    search.plan(simulations: max(simulations - search.simulationCount, 1), explores: false)
  }

  private mutating func move(_ index: Int) {
    guard var seat = seats[index] else { return }
    let isOwn = isOwnTurn(seat)
    var random = Random(seed: seed ^ (isOwn ? 1 : 2), purpose: .agent, index: seat.lane.streamOfPly)
    let temperature = parameters.selfPlay.temperature(ofPly: seat.lane.record.actions.count)
    let action =
      isOwn
      ? own[index].sampleAction(temperature: temperature, using: &random)
      : other[index].sampleAction(temperature: temperature, using: &random)
    let transition = seat.lane.step(game, taking: action)
    seat.lane.record.append(action, transition)
    seat.total += isOwn ? transition.reward : -transition.reward
    seats[index] = seat
    if transition.status.isOver {
      points += seat.total > 0 ? 2 : seat.total == 0 ? 1 : 0
      beginGame(index)
    } else {
      own[index].advance(action, to: seat.lane.state)
      other[index].advance(action, to: seat.lane.state)
    }
  }

  private mutating func beginGame(_ index: Int) {
    guard let number = waiting.popLast() else {
      seats[index] = nil
      return
    }
    let record = GameRecord(game: "", rules: 0, seed: seed, stream: UInt64(number / 2))
    var lane = SelfPlayLane(game: game, record: record)
    lane.open(game, plies: parameters.selfPlay.randomPlies)
    seats[index] = Seat(lane: lane, side: number.isMultiple(of: 2) ? .first : .second)
    let streams = (
      Random(seed: seed, purpose: .evaluation, index: UInt64(2 * number)),
      Random(seed: seed, purpose: .evaluation, index: UInt64(2 * number + 1))
    )
    own[index].begin(lane.state, random: streams.0)
    other[index].begin(lane.state, random: streams.1)
  }
}
