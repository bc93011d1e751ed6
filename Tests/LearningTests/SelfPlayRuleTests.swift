import Environments
import Foundation
import Learning
import Replay
import Search
import TensorCore
import Testing

@Suite("The rules of self-play do what they say")
struct SelfPlayRuleTests {
  /// All games of a short run.
  private func games<G: Game>(of game: G, steps: Int = 200, _ change: (inout AlphaZeroParameters) -> Void)
    throws -> [GameRecord]
  {
    var parameters = AlphaZeroParameters.small()
    change(&parameters)
    return try withFolder { folder in
      try SmallRun(game: game, learner: .alphaZero(parameters), steps: steps).train(in: folder)
      var records: [GameRecord] = []
      var reader = try ReplayReader(RunFolder(path: folder).replay)
      try reader.forEachGame { records.append($0) }
      return records
    }
  }

  private func samples<G: Game>(
    of record: GameRecord, in game: G, _ parameters: AlphaZeroParameters = .small()
  ) throws -> [(value: Float, weight: Float, policyWeight: Float)] {
    var window = SampleWindow(
      capacity: 100, observationShape: game.observationShape, actionCount: game.actionCount)
    var samples = GameSamples(game: game, rules: record.rules, parameters: parameters)
    try samples.append(record, to: &window)
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    var policy = [Float](repeating: 0, count: game.actionCount)
    return (0..<window.count).map { index in
      var a = planes.mutableSpan
      var b = policy.mutableSpan
      return window.load(index, observations: &a, policies: &b)
    }
  }

  @Test("a share of the searches has all simulations, and only their policies are trained on")
  func fastSearches() throws {
    let records = try games(of: TicTacToe(), steps: 600) {
      $0.search.simulations = 20
      ($0.selfPlay.fullSearchShare, $0.selfPlay.fastSimulations) = (0.25, 4)
    }
    let searches = records.flatMap(\.searches)
    let share = Double(searches.count(where: \.isFull)) / Double(searches.count)
    #expect((0.15...0.35).contains(share), "\(share) of \(searches.count)")
    for record in records {
      let visits = record.searches[0].visits.reduce(0) { $0 + $1.count }
      #expect(visits == (record.searches[0].isFull ? 20 : 4))
      #expect(
        try samples(of: record, in: TicTacToe()).map(\.policyWeight)
          == record.searches.map { $0.isFull ? 1 : 0 })
    }
  }

  @Test("full searches with forced playouts teach a policy without them, and fast ones none")
  func forcedPlayouts() throws {
    let records = try games(of: TicTacToe(), steps: 400) {
      ($0.search.simulations, $0.search.forcedPlayouts, $0.search.exploration) = (40, 2, 0.5)
      ($0.selfPlay.fullSearchShare, $0.selfPlay.fastSimulations) = (0.5, 8)
    }
    let searches = records.flatMap(\.searches)
    #expect(searches.allSatisfy { $0.policy.isEmpty != $0.isFull })
    var (pruned, total) = (0, 0)
    for found in searches where found.isFull {
      total += 1
      pruned += found.policy.count < found.visits.count ? 1 : 0
      // What is left is some of what was visited.
      #expect(Set(found.policy.map(\.action)).isSubset(of: found.visits.map(\.action)))
    }
    #expect(pruned > total / 10, "\(pruned) of \(total)")
  }

  @Test("games begin with random moves, any number up to the limit, of which nothing is learned")
  func randomPlies() throws {
    let records = try games(of: TicTacToe(), steps: 600) { $0.selfPlay.randomPlies = 4 }
    var counts = [Int](repeating: 0, count: 5)
    for record in records {
      let random = record.searches.prefix { $0.isNone }.count
      counts[random] += 1
      let rest = record.searches.dropFirst(random)
      #expect(!rest.contains { $0.isNone })
      #expect(try samples(of: record, in: TicTacToe()).count == record.actions.count - random)
    }
    #expect(counts.allSatisfy { $0 > records.count / 12 }, "\(counts)")
    #expect(Set(records.map(\.actions.first)).count == 9)
  }

  @Test(
    "a game takes the first opening if the network expects a draw, the last one if it is sure who wins",
    arguments: [(0, 1), (30, 5)])
  func openingTries(valueBias: Float, tries: UInt64) throws {
    let game = TicTacToe()
    var parameters = AlphaZeroParameters.small()
    (parameters.selfPlay.randomPlies, parameters.selfPlay.openingTries) = (2, 5)
    let network = try Network(parameters.networkDescription(for: game), seed: 1)
    network.parameters.trained.update(repeating: 0)
    let bias = try #require(
      network.parameters.layout.trained.first { $0.name.hasPrefix("value") && $0.shape == [1] })
    network.parameters.trained[bias.range.lowerBound] = valueBias
    let job = TrainingJob(
      game: game, gameName: "test", rulesFingerprint: 0, agentName: "small", seed: 7, threads: 1,
      budget: Budget(steps: 1), folder: RunFolder(path: ""), evaluationSteps: 0)
    let worker = parameters.makeWorker(
      for: job, evaluator: NetworkEvaluator(game: game, network: network, capacity: 2), number: 0,
      resuming: nil)
    worker.play(plies: 50, network: network)
    let lanes = UInt64(parameters.laneCount)
    for lane in UInt64(0)...1 {
      let streams = (worker.finished + worker.records).map(\.stream).filter { $0 % lanes == lane }
      #expect(streams == (0..<UInt64(streams.count)).map { lane + $0 * tries * lanes })
      #expect(streams.count > 5)
    }
  }

  @Test("a player with low values gives the game up, and it counts as lost")
  func resigning() throws {
    let change: (inout AlphaZeroParameters) -> Void = {
      ($0.selfPlay.resignThreshold, $0.selfPlay.resignPlies, $0.selfPlay.playOnShare) = (0.02, 2, 0.5)
    }
    let records = try games(of: TicTacToe(), change)
    let resigned = records.filter { $0.status == .running }
    #expect(resigned.count > records.count / 5 && resigned.count < records.count)
    for record in resigned {
      #expect(record.finalValue == -1 && record.actions.count >= 2 && record.resigned != nil)
      // Both of the last values of the player who moved last are not below the threshold.
      #expect(try samples(of: record, in: TicTacToe()).last?.value == 1)
    }
    for record in records where record.status != .running { #expect(record.finalValue == nil) }
    let played = try games(of: TicTacToe()) {
      change(&$0)
      $0.selfPlay.playOnShare = 1
    }
    #expect(played.allSatisfy { $0.status == .terminated })
    // Who would have been wrong is a matter of how games ended, whatever the targets are.
    let wrong = try [0, 1].map { steps in
      var parameters = AlphaZeroParameters.small()
      change(&parameters)
      parameters.selfPlay.bootstrapSteps = steps
      return try wrongResignations(in: played, of: TicTacToe(), parameters)
    }
    #expect(wrong[0] == wrong[1] && (0.02..<0.7).contains(wrong[0]), "\(wrong)")
  }

  private func wrongResignations<G: Game>(
    in records: [GameRecord], of game: G, _ parameters: AlphaZeroParameters
  ) throws -> Double {
    var window = SampleWindow(
      capacity: 10_000, observationShape: game.observationShape, actionCount: game.actionCount)
    var samples = GameSamples(game: game, rules: records[0].rules, parameters: parameters)
    for record in records { _ = try samples.append(record, to: &window) }
    var progress = TrainingProgress()
    samples.statistics.report(to: &progress)
    return try #require(progress.wrongResignations)
  }

  @Test("an episode that is cut off keeps the value of its last state, from which it bootstraps")
  func truncation() throws {
    let lake = try smallLake(stepLimit: 3)
    let records = try games(of: lake) { _ in }.filter { $0.status == .truncated }
    #expect(!records.isEmpty)
    for record in records {
      let final = try #require(record.finalValue)
      #expect(try samples(of: record, in: lake).map(\.value) == [final, final, final])
      var older = record
      older.finalValue = nil
      #expect(try samples(of: older, in: lake).last?.value == record.searches[2].value)
    }
  }

  @Test("what the search proves is recorded as proven, with the policy that wins")
  func solving() throws {
    let game = TicTacToe()
    let records = try games(of: game) { ($0.search.solves, $0.search.simulations) = (true, 40) }
    var solver = Minimax(game: game)
    var proven = 0
    var target = [Float](repeating: 0, count: 9)
    for record in records {
      try replay(record, game: game) { ply, state, _, _ in
        let found = record.searches[ply]
        guard found.isProven else { return }
        proven += 1
        #expect(found.isFull && found.value == solver.value(of: state))
        found.writeTarget(into: &target)
        let best = solver.bestActions(in: state)
        #expect(best.reduce(0) { $0 + target[$1.index] } > 0.999, "\(target) of \(best)")
      }
    }
    #expect(proven > records.count)
  }

  @Test("a game ends with the first value that the solver proves after a move, or goes on with proven values")
  func solver() throws {
    let game = TicTacToe()
    let records = try games(of: game) {
      ($0.selfPlay.solverNodes, $0.selfPlay.playOnShare, $0.selfPlay.randomPlies) = (200, 0.3, 2)
    }
    var solver = Solver(game: game, nodeLimit: 200)
    for record in records {
      let first = record.searches.prefix { $0.isNone }.count
      var proofs: [Float?] = []
      let end = try replay(record, game: game) { ply, state, _, _ in
        let proof = ply >= first ? solver.value(of: state) : nil
        #expect(record.searches[ply].isProven == (proof != nil))
        if let proof { #expect(record.searches[ply].value == proof) }
        proofs.append(proof)
      }
      if record.status == .running {
        #expect(record.finalValue != nil && record.finalValue == solver.value(of: end))
        #expect(proofs.dropFirst(first + 1).allSatisfy { $0 == nil } && proofs.count > first)
        guard proofs.last == .some(nil) else { continue }
        #expect(try abs(samples(of: record, in: game).last?.value ?? 2) == abs(record.finalValue ?? 3))
      }
    }
    let ended = records.count { $0.status == .running }
    #expect(ended > records.count / 2 && ended < records.count, "\(ended) of \(records.count)")
  }

  @Test("a proven value is the target, whatever the game's result")
  func proofs() throws {
    var record = try games(of: TicTacToe()) { _ in }[0]
    record.searches[1].isProven = true
    record.searches[1].value = 0.25
    #expect(try samples(of: record, in: TicTacToe())[1].value == 0.25)
  }

  @Test("what came of an explored move teaches nothing about the moves before it")
  func explorationCut() throws {
    var parameters = AlphaZeroParameters.small()
    parameters.selfPlay.cutsExploration = true
    func search(_ best: Action, value: Float) -> SearchRecord {
      SearchRecord(
        visits: (0..<9).map { .init(action: Action($0), count: Action($0) == best ? 9 : 1) }, value: value)
    }
    // The second player explores with 8 and loses; 1 was the move.
    var record = GameRecord(game: "test", rules: 42, seed: 1, stream: 0)
    let found = [search(0, value: 0.1), search(1, value: 0.2), search(3, value: 0.3), search(4, value: 0.4)]
    var random = record.random
    var state = TicTacToe().start(using: &random)
    for (action, search) in zip([0, 8, 3, 4, 6].map { Action($0) }, found + [search(6, value: 0.5)]) {
      record.append(action, TicTacToe().step(&state, taking: action, using: &random), search: search)
    }
    #expect(record.status == .terminated)
    #expect(try samples(of: record, in: TicTacToe()).map(\.value) == [1, -1, 1, -1, 1])
    #expect(
      try samples(of: record, in: TicTacToe(), parameters).map(\.value) == [-0.2, 0.2, 1, -1, 1])
    record.searches[3].isProven = true
    #expect(
      try samples(of: record, in: TicTacToe(), parameters).map(\.value) == [-0.2, 0.2, -0.4, 0.4, 1])
  }

  @Test("positions whose search was a surprise enter the window more often, one copy each on average")
  func surprise() throws {
    let change: (inout AlphaZeroParameters) -> Void = {
      ($0.selfPlay.surpriseWeight, $0.search.simulations) = (0.5, 16)
    }
    let records = try games(of: TicTacToe(), steps: 400, change)
    #expect(records.flatMap(\.searches).contains { $0.surprise > 0 })
    var parameters = AlphaZeroParameters.small()
    change(&parameters)
    var (plies, copies) = (0, 0)
    for record in records {
      plies += record.actions.count
      copies += try samples(of: record, in: TicTacToe(), parameters).count
    }
    #expect(abs(plies - copies) < plies / 10, "\(copies) copies of \(plies) positions")
    var record = try #require(records.first { $0.actions.count > 4 })
    for ply in record.searches.indices { record.searches[ply].surprise = ply == 0 ? 100 : 0 }
    let values = try samples(of: record, in: TicTacToe(), parameters)
    // Half of everything goes to the first position.
    #expect(values.count >= record.actions.count / 2 + 1)
    #expect(SearchRecord.surprise(of: [1, 0], over: [0.5, 0.5]) == 710)
    #expect(SearchRecord.surprise(of: [0.5, 0.5], over: [0.5, 0.5]) == 0)
  }

  @Test("Gumbel search records its improved policy, which is the target")
  func gumbel() throws {
    let records = try games(of: TicTacToe(), steps: 400) {
      ($0.search.kind, $0.search.simulations, $0.search.considered) = (.gumbel, 8, 4)
      ($0.selfPlay.fullSearchShare, $0.selfPlay.fastSimulations) = (0.5, 3)
    }
    var target = [Float](repeating: 0, count: 9)
    for record in records {
      for (ply, found) in record.searches.enumerated() where found.isFull {
        // A first move has all nine actions, most of which eight simulations never try.
        if ply == 0 { #expect(found.policy.count == 9 && found.visits.count <= 4) }
        found.writeTarget(into: &target)
        #expect(abs(target.reduce(0, +) - 1) < 1e-4)
      }
      for found in record.searches where !found.isFull { #expect(found.policy.isEmpty) }
    }
  }

  @Test("the temperature falls by half in its half-life, or all at once")
  func temperature() throws {
    var rules = AlphaZeroParameters.small().selfPlay
    (rules.temperature, rules.temperaturePlies) = (0.8, 3)
    #expect([0, 2, 3, 9].map(rules.temperature(ofPly:)) == [0.8, 0.8, 0, 0])
    (rules.temperatureHalfLife, rules.finalTemperature) = (4, 0.2)
    for (ply, expected) in [(0, Float(0.8)), (4, 0.5), (8, 0.35), (400, 0.2)] {
      #expect(abs(rules.temperature(ofPly: ply) - expected) < 1e-6)
    }
  }

  @Test("the average of the weights follows them, early on more closely")
  func weightAverage() throws {
    let game = TicTacToe()
    var parameters = AlphaZeroParameters.small(.residual(blocks: 1, channels: 4))
    parameters.training.weightAverage = 0.5
    let network = try Network(parameters.networkDescription(for: game), seed: 1)
    let trainer = try AlphaZeroTrainer(
      network: network, parameters: parameters.training, symmetries: [], seed: 1, threads: 1)
    var window = SampleWindow(
      capacity: 10, observationShape: game.observationShape, actionCount: game.actionCount)
    let planes = [Float](repeating: 1, count: game.observationShape.count)
    let policy = [Float](repeating: 1 / 9, count: 9)
    for _ in 0..<10 { window.append(observation: planes.span, policy: policy.span, value: 1) }
    for (update, share) in [(0, Float(0.9)), (1, 9.0 / 11), (100, 0.5)] {
      let before = (Array(trainer.player.parameters.trained), Array(trainer.player.parameters.buffers))
      _ = try trainer.train(updates: 1, from: update, on: window, budgetShare: 0)
      let after = (Array(trainer.player.parameters.trained), Array(trainer.player.parameters.buffers))
      func follows(_ old: [Float], _ new: [Float], _ weights: UnsafeMutableBufferPointer<Float>) -> Bool {
        old.indices.allSatisfy { abs(new[$0] - (old[$0] + share * (weights[$0] - old[$0]))) < 1e-5 }
      }
      #expect(follows(before.0, after.0, network.parameters.trained))
      #expect(follows(before.1, after.1, network.parameters.buffers))
      #expect(before.0 != after.0 && before.1 != after.1)
    }
    withExtendedLifetime(network) {}
  }

  @Test("a new run begins with another's weights; one that is taken up goes on with its own")
  func initialWeights() throws {
    var parameters = AlphaZeroParameters.small()
    (parameters.training.weightAverage, parameters.training.minimumWindow) = (0.9, 30)
    try withFolder { folder in
      var run = SmallRun(game: TicTacToe(), learner: .alphaZero(parameters), steps: 100)
      try run.train(in: folder + "/first")
      let weights = RunFolder(path: folder + "/first").weights
      let first = try Network.load(from: weights)
      (run.seed, run.initialWeights, run.steps) = (8, weights, 5)
      try run.train(in: folder + "/second")
      let second = try Network.load(from: RunFolder(path: folder + "/second").weights)
      #expect(second.parameters.tensors() == first.parameters.tensors())
      run.steps = 100
      try run.train(in: folder + "/whole")
      try FileManager.default.removeItem(atPath: weights)
      try run.train(in: folder + "/second", isResuming: true)
      #expect(try Remains(folder + "/second") == Remains(folder + "/whole"))
    }
  }
}
