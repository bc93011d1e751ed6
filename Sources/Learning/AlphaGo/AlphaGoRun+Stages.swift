import Environments
import Replay
import TensorCore

extension AlphaGoRun {
  /// Gradient steps towards the moves of recorded games; returns how many positions they used.
  func supervise(progress: Float) throws -> Int {
    let updates = parameters.supervised.updatesPerIteration
    let losses = try policy.train(
      updates: updates, from: session.progress.updates, on: recorded.window, budgetShare: progress)
    session.progress.updates += updates
    session.progress.policyLoss = losses.policy
    session.progress.samples = recorded.window.count
    session.progress.policyAccuracy = accuracy
    return updates * parameters.supervised.batchSize
  }

  /// Share of held-out positions, of at most 512, whose move is the policy's first choice; nil without any.
  private var accuracy: Double? {
    let heldOut = recorded.heldOut
    let count = min(512, heldOut.count)
    guard count > 0 else { return nil }
    let (size, actionCount) = (heldOut.observationShape.count, heldOut.actionCount)
    var planes = [Float](repeating: 0, count: count * size)
    var shares = [Float](repeating: 0, count: count * actionCount)
    for row in 0..<count {
      _ = heldOut.load(row * heldOut.count / count, row: row, observations: &planes, policies: &shares)
    }
    var logits = shares
    var values = [Float](repeating: 0, count: count)
    let engine = policy.player.compiled(maximumBatch: count)
    planes.withUnsafeBufferPointer { planes in
      logits.withUnsafeMutableBufferPointer { logits in
        values.withUnsafeMutableBufferPointer {
          engine.run(batch: count, planes: planes, logits: logits, values: $0)
        }
      }
    }
    let hits = (0..<count).count { row in
      let range = row * actionCount..<(row + 1) * actionCount
      let best = range.max { logits[$0] < logits[$1] }
      return best.map { shares[$0] > 0.5 } ?? false
    }
    return Double(hits) / Double(count)
  }

  /// One update by REINFORCE: games against an opponent of the pool, in which each move of the learner is made
  /// likelier if it won and less likely if it lost. Returns the plies played.
  func reinforce(progress: Float) throws -> Int {
    if !counters.isReinforcing {
      reinforced.parameters.copy(from: policy.player.parameters)
      pool = [policy.player.copy()]
      counters.isReinforcing = true
    }
    var random = Random(
      seed: session.job.seed, purpose: .selfPlay, index: UInt64(counters.reinforcements))
    let opponent = random.integer(below: pool.count)
    var records = newRecords(
      parameters.reinforcement.games, comment: "reinforcement", opponent: "its past \(opponent)")
    games.play(&records, by: [reinforced, pool[opponent]]) { record, mover in
      .network(record.isLearner(mover) ? 0 : 1)
    }
    try session.write(records)
    session.progress.meanReturn = try meanResult(of: records)
    try learn(from: records, progress: progress)
    counters.reinforcements += 1
    if counters.reinforcements.isMultiple(of: parameters.reinforcement.poolPeriod) {
      pool.append(reinforced.copy())
      if pool.count > parameters.reinforcement.poolSize { pool.removeFirst() }
    }
    return records.reduce(0) { $0 + $1.actions.count }
  }

  /// The learner's mean result, from -1 to 1.
  private func meanResult(of records: [GameRecord]) throws -> Double {
    let game = session.job.game
    var sum: Float = 0
    for record in records {
      var random = record.random
      // Whoever makes the first move has the result of the first ply; with a handicap that is White.
      let isLearners = record.isLearner(game.playerToMove(in: game.start(using: &random)))
      sum += (isLearners ? 1 : -1) * (try record.results(of: game).first ?? 0)
    }
    return Double(sum) / Double(max(records.count, 1))
  }

  /// Makes the learner's moves likelier that led to a win, among those that were legal, and others less likely.
  private func learn(from records: [GameRecord], progress: Float) throws {
    var moves = Trajectory()
    for record in records { try moves.append(record, of: session.job.game) { record.isLearner($0) } }
    guard moves.count > 0 else { return }
    moves.finish(lastValue: 0, lambda: 1)
    var random = Random(
      seed: session.job.seed, purpose: .sampling, index: UInt64(session.progress.updates))
    let losses = try reinforcer.train(
      on: [moves], using: &random, budgetShare: progress, givesUp: { false })
    session.progress.updates += losses?.updates ?? 0
    session.progress.policyLoss = losses?.policy
    session.progress.samples = moves.count
  }

  /// Plays games of the improved policy, and trains the value network on one position of each; returns the plies.
  func valuate(progress: Float) throws -> Int {
    var records = newRecords(
      parameters.valuation.games, comment: Self.valueComment, opponent: session.job.agentName)
    // Nothing was reinforced if that stage has no share.
    let player = counters.isReinforcing ? reinforced : policy.player
    games.play(&records, by: [policy.player, player]) { record, _ in
      let ply = self.valuePly(of: record)
      return record.actions.count < ply ? .network(0) : record.actions.count == ply ? .chance : .network(1)
    }
    try session.write(records)
    let before = positions.count
    for record in records { try remember(record) }
    let added = before + records.count > positions.capacity ? records.count : positions.count - before
    let valuation = parameters.valuation
    counters.credit += Float(added) * valuation.samplesPerPosition / Float(valuation.batchSize)
    if positions.count >= valuation.batchSize, counters.credit >= 1 {
      let updates = Int(counters.credit)
      counters.credit -= Float(updates)
      let losses = try valuer.train(
        updates: updates, from: session.progress.updates, on: positions, budgetShare: progress)
      session.progress.updates += updates
      session.progress.valueLoss = losses.value
    }
    session.progress.samples = positions.count
    return records.reduce(0) { $0 + $1.actions.count }
  }

  private static var valueComment: String { "valuation" }

  /// The ply of a game of the third stage at which a random move is made; what follows is a sample.
  private func valuePly(of record: GameRecord) -> Int {
    var random = Random(seed: record.seed, purpose: .sampling, index: ~record.stream)
    return random.integer(below: recorded.meanLength)
  }

  /// Adds the position after the random move of a game of the third stage, unless the game was over by then.
  func remember(_ record: GameRecord) throws {
    guard record.comment == Self.valueComment else { return }
    let first = valuePly(of: record) + 1
    try positions.append(record, of: session.job.game) { ply in ply == first ? 0 : nil }
  }

  private func newRecords(_ count: Int, comment: String, opponent: String) -> [GameRecord] {
    let job = session.job
    return (0..<count).map { _ in
      defer { counters.games += 1 }
      var record = GameRecord(
        game: job.gameName, rules: job.rulesFingerprint, seed: job.seed, stream: counters.games,
        comment: comment)
      record.players = [Player.first, .second].map { record.isLearner($0) ? job.agentName : opponent }
      return record
    }
  }
}

extension GameRecord {
  /// Whether the side is played by the learner, in a game of the second stage: Black in games of even number.
  fileprivate func isLearner(_ mover: Player) -> Bool { stream.isMultiple(of: 2) == (mover == .first) }
}

extension Trajectory {
  /// Adds those moves of a game whose movers learn, each with the result of the game.
  fileprivate mutating func append<G: Game>(
    _ record: GameRecord, of game: G, learns: (Player) -> Bool
  ) throws {
    let results = try record.results(of: game)
    // Of the policy only its mask is used, whatever the network said.
    let logits = [Float](repeating: 0, count: game.actionCount)
    var planes = [Float](repeating: 0, count: game.observationShape.count)
    var policy = ActingPolicy(actionCount: game.actionCount)
    try replay(record, game: game) { ply, state, action, _ in
      guard learns(game.playerToMove(in: state)) else { return }
      game.observe(state, asRow: 0, of: &planes)
      policy.set(logits: logits, legal: game.legalActions(in: state))
      decide(planes: planes[...], mask: policy.mask[...], action: action, logProbability: 0, value: 0)
      receive(reward: results[ply], discount: 0)
    }
  }
}
