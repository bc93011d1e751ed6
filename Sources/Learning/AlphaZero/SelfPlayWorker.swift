import Environments
import Replay
import Search
import TensorCore

/// A worker of self-play, whatever its game and search are; made where they are known, as in `AnyAgent`.
package struct SelfPlayer {
  private let playing: (Int, Network, () -> Bool) -> Void
  private let lanes: () -> [GameRecord]
  private let ended: () -> [GameRecord]

  init<G: Game, Rule: SelectionRule>(_ worker: SelfPlayWorker<G, Rule>) {
    playing = { worker.play(plies: $0, network: $1, givesUp: $2) }
    lanes = { worker.records }
    ended = { worker.finished }
  }

  /// The games under way, by lane.
  package var records: [GameRecord] { lanes() }
  /// Games that ended in the last call of `play`, in the order in which they ended.
  package var finished: [GameRecord] { ended() }
  /// Plays some moves on every lane; a game that ends makes room for the next one. Once it is asked to give up, it does
  /// so at any point: nothing it knows is of use then.
  package func play(plies: Int, network: Network, givesUp: () -> Bool = { false }) {
    playing(plies, network, givesUp)
  }
}

/// Plays games against itself in lockstep, and owns all it needs: games, trees, randomness and scratch.
///
/// What it plays depends only on the run's seed, the worker's number and the networks it was given, so that any
/// thread may run it. Between two calls of `play` everything it knows is in `lanes`: trees are dropped there,
/// for the network that made them has been trained since.
final class SelfPlayWorker<G: Game, Rule: SelectionRule> {
  private let job: TrainingJob<G>
  private let parameters: AlphaZeroParameters
  private let firstLane: Int
  private var lanes: [SelfPlayLane<G>] = []
  private var search: LockstepSearch<G, Rule>
  private var evaluator: NetworkEvaluator<G>
  /// Of the last state of a truncated episode.
  private var evaluation: Evaluations
  /// [actions] each: what the search found, and what the network thought before it.
  private var policy: [Float]
  private var prior: [Float]
  private var solver: Solver<G>?
  /// What the solver has proven of the present position, by lane.
  private var proofs: [Float?]
  private(set) var finished: [GameRecord] = []

  /// - Parameter records: the games under way when the run was stopped; nil to start anew.
  init(
    job: TrainingJob<G>, parameters: AlphaZeroParameters, search: Search.SearchParameters<Rule>,
    evaluator: NetworkEvaluator<G>, number: Int, resuming records: [GameRecord]?
  ) {
    self.job = job
    self.parameters = parameters
    self.evaluator = evaluator
    let count = parameters.selfPlay.gamesPerWorker
    firstLane = number * count
    self.search = LockstepSearch(game: job.game, parameters: search, count: count)
    policy = [Float](repeating: 0, count: job.game.actionCount)
    prior = policy
    let solverNodes = parameters.selfPlay.solverNodes
    solver = solverNodes > 0 ? Solver(game: job.game, nodeLimit: solverNodes) : nil
    proofs = [Float?](repeating: nil, count: count)
    evaluation = Evaluations(capacity: 1, actionCount: job.game.actionCount)
    for index in 0..<count {
      let lane = firstLane + index
      lanes.append(
        records.map {
          SelfPlayLane(
            game: job.game, record: $0[lane], resignThreshold: parameters.selfPlay.resignThreshold)
        } ?? newLane(lane, stream: UInt64(lane)))
    }
  }

  var records: [GameRecord] { lanes.map(\.record) }

  func play(plies: Int, network: Network, givesUp: () -> Bool) {
    finished.removeAll(keepingCapacity: true)
    evaluator.load(network)
    for index in lanes.indices { beginSearch(index) }
    for _ in 0..<plies {
      for index in lanes.indices {
        if givesUp() { return }
        solve(index)
      }
      for index in lanes.indices { plan(index) }
      search.run(with: &evaluator)
      for index in lanes.indices { move(index) }
    }
  }

  /// Ends a lane's game if its value can be proven, and begins the next one. A game has at least one search.
  private func solve(_ index: Int) {
    proofs[index] = solver?.value(of: lanes[index].state)
    guard let proof = proofs[index], lanes[index].record.searches.last?.isNone == false,
      !lanes[index].playsOn(share: parameters.selfPlay.playOnShare)
    else { return }
    lanes[index].record.finalValue = proof
    finish(index)
    proofs[index] = solver?.value(of: lanes[index].state)
  }

  /// Asks for the simulations that a tree lacks, some of them new in any case, so that noise has its effect.
  private func plan(_ index: Int) {
    let wanted =
      isFull(index) ? parameters.search.simulations : parameters.selfPlay.fastSimulations
    search[index].plan(
      simulations: max(wanted - search[index].simulationCount, wanted / 4, 1), explores: isFull(index))
  }

  /// Plays the move that the search of one lane found, or resigns.
  private func move(_ index: Int) {
    let found = describeSearch(index)
    lanes[index].note(value: found.value, game: job.game, threshold: parameters.selfPlay.resignThreshold)
    if resigns(index) {
      // The state that is left is lost for the player to move.
      lanes[index].record.resigned = job.game.playerToMove(in: lanes[index].state)
      lanes[index].record.finalValue = -1
      return finish(index)
    }
    var random = Random(seed: job.seed, purpose: .agent, index: lanes[index].streamOfPly)
    let action = search[index].sampleAction(
      temperature: parameters.selfPlay.temperature(ofPly: lanes[index].record.actions.count), using: &random)
    let transition = lanes[index].step(job.game, taking: action)
    lanes[index].record.append(action, transition, search: found)
    switch transition.status {
    case .running:
      search[index].advance(action, to: lanes[index].state)
    case .terminated: finish(index)
    case .truncated:
      evaluation.draws[0] = random.next()
      evaluator.evaluate([lanes[index].state], into: &evaluation)
      lanes[index].record.finalValue = evaluation.values[0]
      finish(index)
    }
  }

  private func resigns(_ index: Int) -> Bool {
    let rules = parameters.selfPlay
    guard rules.resignThreshold > 0, job.game.playerCount == 2, !lanes[index].record.actions.isEmpty,
      lanes[index].lowValues >= rules.resignPlies
    else { return false }
    return !lanes[index].playsOn(share: rules.playOnShare)
  }

  /// Whether the next search has all simulations, and noise.
  private func isFull(_ index: Int) -> Bool {
    let share = parameters.selfPlay.fullSearchShare
    return share >= 1 || lanes[index].drawOfPly < share
  }

  /// What the search of one lane found, as far as it cannot be recomputed.
  private func describeSearch(_ index: Int) -> SearchRecord {
    var found = SearchRecord(
      visits: visits(index), value: search[index].policyValue, isFull: isFull(index))
    if let proven = search[index].provenValue {
      // Few simulations are enough for a proof, and what they have found is certain.
      (found.value, found.isProven, found.isFull) = (proven, true, true)
      found.policy = improvedPolicy(index)
    } else if found.isFull && (parameters.search.kind == .gumbel || parameters.search.forcedPlayouts > 0) {
      found.policy = improvedPolicy(index)
    }
    if let proven = proofs[index] { (found.value, found.isProven) = (proven, true) }
    if found.isFull && parameters.selfPlay.surpriseWeight > 0 {
      var prior = prior.mutableSpan
      search[index].writePrior(into: &prior)
      found.writeTarget(into: &policy)
      found.surprise = SearchRecord.surprise(of: policy, over: self.prior)
    }
    return found
  }

  private func visits(_ index: Int) -> [SearchRecord.Visit] {
    var result: [SearchRecord.Visit] = []
    job.game.legalActions(in: lanes[index].state).forEach { action in
      let count = search[index].visits(of: action)
      if count > 0 { result.append(SearchRecord.Visit(action: action, count: UInt32(count))) }
    }
    return result
  }

  private func improvedPolicy(_ index: Int) -> [SearchRecord.Share] {
    var span = policy.mutableSpan
    search[index].writePolicy(into: &span)
    return SearchRecord.shares(of: policy)
  }

  /// Ends a lane's game, and begins its next one.
  private func finish(_ index: Int) {
    finished.append(lanes[index].record)
    for triesLeft in (0..<parameters.selfPlay.openingTries).reversed() {
      let stream = lanes[index].record.stream + UInt64(parameters.laneCount)
      lanes[index] = newLane(firstLane + index, stream: stream)
      if triesLeft == 0 || keepsOpening(index) { break }
    }
    beginSearch(index)
  }

  /// Whether a game is to be played from the opening that was drawn for it: with the probability 1 - value².
  private func keepsOpening(_ index: Int) -> Bool {
    guard job.game.playerCount == 2 else { return true }
    var random = Random(seed: job.seed, purpose: .rules, index: ~lanes[index].streamOfPly)
    evaluation.draws[0] = random.next()
    evaluator.evaluate([lanes[index].state], into: &evaluation)
    return random.uniformFloat() < 1 - evaluation.values[0] * evaluation.values[0]
  }

  private func beginSearch(_ index: Int) {
    search[index].begin(
      lanes[index].state,
      random: Random(seed: job.seed, purpose: .selfPlay, index: lanes[index].streamOfPly))
  }

  /// A new game, its opening made.
  private func newLane(_ lane: Int, stream: UInt64) -> SelfPlayLane<G> {
    let record = GameRecord(
      game: job.gameName, rules: job.rulesFingerprint, seed: job.seed, stream: stream, lane: UInt32(lane),
      players: [String](repeating: job.agentName, count: job.game.playerCount))
    var result = SelfPlayLane(game: job.game, record: record)
    result.open(job.game, plies: parameters.selfPlay.randomPlies)
    return result
  }
}
