import Environments
import Replay
import Search
import TensorCore

/// Plays games against itself in lockstep, and owns all it needs: games, trees, randomness and scratch.
///
/// What it plays depends only on the run's seed, the worker's number and the networks it was given, so that any
/// thread may run it. Between two calls of `play` everything it knows is in `lanes`: trees are dropped there,
/// for the network that made them has been trained since.
package final class SelfPlayWorker<G: Game> {
  /// One game after another on one lane.
  struct Lane {
    var state: G.State
    /// The episode's chance, at its present position.
    var random: Random
    var record: GameRecord

    mutating func step(_ game: G, taking action: Action) -> Transition {
      game.step(&state, taking: action, using: &random)
    }
  }

  private let job: TrainingJob<G>
  private let parameters: AlphaZeroParameters
  private let firstLane: Int
  private(set) var lanes: [Lane] = []
  private var search: LockstepSearch<G, PUCT>
  private var evaluator: NetworkEvaluator<G>
  /// Games that ended in the last call of `play`, in the order in which they ended.
  private(set) var finished: [GameRecord] = []

  /// - Parameter records: the games under way when the run was stopped; nil to start anew.
  package init(
    job: TrainingJob<G>, parameters: AlphaZeroParameters, evaluator: NetworkEvaluator<G>, number: Int,
    resuming records: [GameRecord]?
  ) throws {
    self.job = job
    self.parameters = parameters
    self.evaluator = evaluator
    let count = parameters.selfPlay.gamesPerWorker
    firstLane = number * count
    search = LockstepSearch(
      game: job.game, parameters: parameters.searchParameters(for: job.game), count: count)
    for index in 0..<count {
      let lane = firstLane + index
      let record = records?[lane] ?? Self.newRecord(job: job, lane: lane, stream: UInt64(lane))
      var random = record.random
      var state = job.game.start(using: &random)
      for action in record.actions { _ = job.game.step(&state, taking: action, using: &random) }
      lanes.append(Lane(state: state, random: random, record: record))
    }
  }

  /// Plays some moves on every lane; a game that ends makes room for the next one.
  package func play(plies: Int, network: Network) {
    finished.removeAll(keepingCapacity: true)
    evaluator.load(network)
    for index in lanes.indices { search[index].begin(lanes[index].state, random: searchRandom(of: index)) }
    for _ in 0..<plies {
      for index in lanes.indices { plan(index) }
      search.run(with: &evaluator)
      for index in lanes.indices { move(index) }
    }
  }

  /// Asks for the simulations that a tree lacks, some of them new in any case, so that noise has its effect.
  private func plan(_ index: Int) {
    let wanted = parameters.search.simulations
    search[index].plan(simulations: max(wanted - search[index].simulationCount, wanted / 4, 1))
  }

  /// Plays the move that the search of one lane found.
  private func move(_ index: Int) {
    let ply = lanes[index].record.actions.count
    var random = Random(seed: job.seed, purpose: .agent, index: streamOfPly(index))
    let isExploring = ply < parameters.selfPlay.temperaturePlies
    let action = search[index].sampleAction(
      temperature: isExploring ? parameters.selfPlay.temperature : 0, using: &random)
    let found = SearchRecord(visits: visits(index), value: search[index].rootValue)
    let transition = lanes[index].step(job.game, taking: action)
    lanes[index].record.append(action, transition, search: found)
    if transition.status.isOver {
      finished.append(lanes[index].record)
      restart(index)
    } else {
      search[index].advance(action, to: lanes[index].state)
    }
  }

  private func visits(_ index: Int) -> [SearchRecord.Visit] {
    var result: [SearchRecord.Visit] = []
    job.game.legalActions(in: lanes[index].state).forEach { action in
      let count = search[index].visits(of: action)
      if count > 0 { result.append(SearchRecord.Visit(action: action, count: UInt32(count))) }
    }
    return result
  }

  private func restart(_ index: Int) {
    let stream = lanes[index].record.stream + UInt64(parameters.laneCount)
    let record = Self.newRecord(job: job, lane: firstLane + index, stream: stream)
    var random = record.random
    let state = job.game.start(using: &random)
    lanes[index] = Lane(state: state, random: random, record: record)
    search[index].begin(state, random: searchRandom(of: index))
  }

  /// A stream of its own for every ply of every game.
  private func streamOfPly(_ index: Int) -> UInt64 {
    Random.mix(lanes[index].record.stream) &+ UInt64(lanes[index].record.actions.count)
  }

  private func searchRandom(of index: Int) -> Random {
    Random(seed: job.seed, purpose: .selfPlay, index: streamOfPly(index))
  }

  private static func newRecord(job: TrainingJob<G>, lane: Int, stream: UInt64) -> GameRecord {
    GameRecord(
      game: job.gameName, rules: job.rulesFingerprint, seed: job.seed, stream: stream, lane: UInt32(lane),
      players: [String](repeating: job.agentName, count: job.game.playerCount))
  }
}

extension AlphaZeroParameters {
  /// Games under way at a time.
  var laneCount: Int { selfPlay.workers * selfPlay.gamesPerWorker }

  /// The search of self-play.
  package func searchParameters<G: Game>(for game: G) -> Search.SearchParameters<PUCT> {
    let noise =
      search.noiseAlpha > 0
      ? RootNoise(alpha: Double(search.noiseAlpha), fraction: search.noiseFraction) : nil
    return Search.SearchParameters(rule: rule, discount: search.discount, noise: noise)
  }

  /// PUCT as this run uses it.
  public var rule: PUCT {
    PUCT(initial: search.exploration, firstPlay: .parent(reduction: search.firstPlayReduction))
  }
}
