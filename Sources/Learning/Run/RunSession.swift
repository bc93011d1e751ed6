import Environments
import Foundation
import Replay

/// Keeps the books of one run: the replay on disk, counters, times, checkpoints, evaluations and reports.
///
/// None of what depends on the clock (when to report, evaluate and save) influences what is learned.
final class RunSession<G: Game> {
  let job: TrainingJob<G>
  var progress: TrainingProgress
  /// The folder of the checkpoint this run goes on from; nil for a new run.
  let checkpoint: String?
  /// The games that were under way at the checkpoint, by lane; nil for a new run.
  let lanes: [GameRecord]?

  private let hooks: TrainingHooks
  private var writer: ReplayWriter
  private let startTime = ContinuousClock.now
  private let secondsBefore: Double
  private var lastCheckpoint: Double
  private var lastReport: (seconds: Double, step: Int, games: Int)
  private var lastEvaluation: Int
  /// When the last line of `progress.jsonl` was written, in seconds of training.
  private var lastLine = -Double.infinity
  private var recent = RecentGames()
  private let laneCount: Int
  /// Whether the budget is unspent and nobody has interrupted.
  private(set) var goesOn: Bool
  private var isFinished = false
  /// What of the replay a resumed run reads; all of it unless the learner says how many samples it keeps.
  private var tail = ReplayTail(capacity: .max)
  private let savedTail: ReplayMark

  /// What a checkpoint says besides its tensors and games.
  private struct Saved: Codable {
    var progress: TrainingProgress
    var replayPosition: UInt64
    var lastEvaluation: Int
    /// Where the games begin that a resumed run needs; nil for all.
    var tail: ReplayMark?
  }

  init(job: TrainingJob<G>, hooks: TrainingHooks, laneCount: Int, isResuming: Bool) throws {
    self.job = job
    self.laneCount = laneCount
    self.hooks = hooks
    let folder = job.folder
    if isResuming {
      let size = try FileManager.default.attributesOfItem(atPath: folder.replay)[.size] as? UInt64 ?? 0
      let newest = try folder.newestCheckpoint {
        try RunFolder.decode(Saved.self, from: $0 + "/state.json").replayPosition <= size
      }
      guard let newest else { throw folder.reasonNotToResume }
      let saved = try RunFolder.decode(Saved.self, from: newest + "/state.json")
      checkpoint = newest
      progress = saved.progress
      lastEvaluation = saved.lastEvaluation
      lanes = try Self.readLanes(newest + "/lanes.replay", count: laneCount, of: job)
      savedTail = saved.tail ?? .beginning
      writer = try ReplayWriter(
        openForAppend: folder.replay, truncatingTo: saved.replayPosition, from: savedTail)
    } else {
      guard try !folder.holdsRun else { throw RunError.alreadyStarted(path: folder.path) }
      try folder.create()
      checkpoint = nil
      progress = TrainingProgress()
      lastEvaluation = 0
      lanes = nil
      savedTail = .beginning
      writer = try ReplayWriter(openForAppend: folder.replay)
    }
    goesOn = !job.budget.isSpent(step: progress.step, elapsed: progress.seconds)
    if let checkpoint, try folder.newestName != URL(fileURLWithPath: checkpoint).lastPathComponent {
      hooks.notice(
        "The newest checkpoint is damaged; going on from the one before it, at step \(progress.step).")
    }
    if !goesOn {
      hooks.notice("The run's budget is spent; give a larger total with --steps or --for to go on.")
    }
    secondsBefore = progress.seconds
    lastCheckpoint = progress.seconds
    lastReport = (progress.seconds, progress.step, progress.games)
  }

  /// Seconds of training in all sessions.
  private var elapsed: Double { secondsBefore + (ContinuousClock.now - startTime) / .seconds(1) }

  /// Share of the budget that is used.
  var share: Double { job.budget.share(step: progress.step, elapsed: progress.seconds) }

  /// Every finished game of the run so far, in the order in which they were written.
  func forEachRecordedGame(_ body: (GameRecord) throws -> Void) throws {
    try forEachFrame(from: .beginning) { games, _ in
      for game in games { try body(game) }
    }
  }

  /// The games that fill a window of `capacity` samples again, in their order, and perhaps some older ones;
  /// `body` returns how many samples a game makes. From here on `write` has to be told as well.
  func refill(capacity: Int, _ body: (GameRecord) throws -> Int) throws {
    tail.capacity = capacity
    try forEachFrame(from: savedTail) { games, start in
      tail.add(try games.reduce(0) { try $0 + body($1) }, from: start)
    }
  }

  private func forEachFrame(from start: ReplayMark, _ body: ([GameRecord], ReplayMark) throws -> Void) throws
  {
    var reader = try ReplayReader(job.folder.replay, from: start)
    while let block = try reader.next() {
      guard block.kind == .games else { continue }
      let games = try reader.games(in: block)
      guard games.allSatisfy({ $0.rules == job.rulesFingerprint && $0.lane < max(laneCount, 1) }) else {
        throw RunError.damaged(
          path: job.folder.replay, problem: "a game of it was played by other rules or in another run")
      }
      try body(games, block.start)
    }
  }

  /// Appends finished games to the replay, as one frame, which makes so many samples.
  func write(_ games: [GameRecord], samples: Int? = nil) throws {
    if games.isEmpty { return }
    if let samples { tail.add(samples, from: writer.mark) }
    try writer.append(games)
    progress.games += games.count
    for game in games { recent.add(game) }
  }

  /// Makes a new run one that can be resumed before anything has happened, and an old one the agent it was.
  func begin(lanes: () -> [GameRecord], save: (String) throws -> Void) throws {
    if let checkpoint {
      // A run that was killed may have saved more than it published.
      try job.folder.publishWeights(from: checkpoint)
    } else {
      try saveCheckpoint(lanes: lanes(), save: save)
    }
  }

  /// Makes the iteration under way the last: nothing is left to learn.
  func finish() { isFinished = true }

  /// Whether somebody has interrupted an iteration that may take for ever. It is then given up: what it did since the
  /// last checkpoint is not kept, and the run ends.
  func givesUpIteration() -> Bool {
    if hooks.isInterrupted() { goesOn = false }
    return !goesOn
  }

  /// Ends an iteration: counts, reports, evaluates and saves as is due.
  /// - Parameters:
  ///   - model: what is learned so far, asked for where it is evaluated.
  ///   - compare: measures it further, where it is evaluated.
  ///   - save: writes the learner's files into a checkpoint's folder, `weights.safetensors` among them.
  ///   - lanes: the games under way.
  func endIteration(
    steps: Int, model: () -> TrainedModel, compare: () throws -> Void = {}, lanes: () -> [GameRecord],
    save: (String) throws -> Void
  ) throws {
    try checkLosses()
    progress.step += steps
    progress.seconds = elapsed
    progress.share = share
    progress.replayBytes = Int(writer.position)
    progress.memoryBytes = residentMemory()
    let isSpent = job.budget.isSpent(step: progress.step, elapsed: progress.seconds)
    let isLast = isFinished || isSpent || hooks.isInterrupted()
    if isLast || progress.step - lastEvaluation >= job.evaluationSteps && job.evaluationSteps > 0 {
      // It may take long, and even be killed; what was learned is safe by then.
      if progress.seconds - lastCheckpoint >= 1 { try saveCheckpoint(lanes: lanes(), save: save) }
      try evaluate(model(), compare)
    }
    report(isLast: isLast)
    if isLast || progress.seconds - lastCheckpoint >= job.checkpointSeconds {
      try saveCheckpoint(lanes: lanes(), save: save)
    }
    goesOn = !isLast
  }

  private func evaluate(_ model: TrainedModel, _ compare: () throws -> Void) throws {
    if hooks.isInterrupted() { return }
    lastEvaluation = progress.step
    try compare()
    if let strength = try hooks.evaluate(model, progress.step) {
      progress.strength = strength
      progress.evaluationStep = progress.step
    }
  }

  private func report(isLast: Bool) {
    let elapsed = progress.seconds - lastReport.seconds
    guard elapsed >= 0.2 || isLast else { return }
    if elapsed > 0 {
      progress.stepsPerSecond = Double(progress.step - lastReport.step) / elapsed
      progress.gamesPerSecond = Double(progress.games - lastReport.games) / elapsed
    }
    lastReport = (progress.seconds, progress.step, progress.games)
    progress.meanLength = recent.meanLength
    if job.game.playerCount == 1 { progress.meanReturn = recent.meanReturn }
    hooks.report(progress)
    if isLast || progress.seconds - lastLine >= 5 {
      lastLine = progress.seconds
      try? job.folder.appendProgress(progress)
    }
  }

  private func saveCheckpoint(lanes: [GameRecord], save: (String) throws -> Void) throws {
    // From the end of the save on, so that a slow disk does not make a run do nothing but save.
    defer { lastCheckpoint = elapsed }
    let saved = Saved(
      progress: progress, replayPosition: try writer.flush(), lastEvaluation: lastEvaluation,
      tail: tail.start)
    try job.folder.writeCheckpoint(step: progress.step) { folder in
      try RunFolder.encode(saved, to: folder + "/state.json")
      var games = try ReplayWriter(openForAppend: folder + "/lanes.replay")
      try games.append(lanes)
      try games.flush()
      try save(folder)
    }
  }

  /// The games under way, which the rules and the number of lanes of today have to fit.
  private static func readLanes(_ path: String, count: Int, of job: TrainingJob<G>) throws -> [GameRecord] {
    var games: [GameRecord] = []
    var reader = try ReplayReader(path)
    try reader.forEachGame { record in
      try replay(record, game: job.game, rules: job.rulesFingerprint)
      games.append(record)
    }
    guard games.count == count else {
      throw RunError.damaged(
        path: job.folder.definition,
        problem: "it asks for \(count) games at a time, the run has \(games.count)")
    }
    return games
  }

  private func checkLosses() throws {
    let losses = [progress.policyLoss, progress.valueLoss]
    if losses.contains(where: { $0?.isFinite == false }) {
      throw RunError.diverged(path: job.folder.path, step: progress.step)
    }
  }
}

/// Means over the last hundred games.
private struct RecentGames {
  private var returns: [Double] = []
  private var lengths: [Double] = []

  mutating func add(_ game: GameRecord) {
    if returns.count == 100 {
      returns.removeFirst()
      lengths.removeFirst()
    }
    returns.append(game.rewards.reduce(0) { $0 + Double($1) })
    lengths.append(Double(game.actions.count))
  }

  var meanReturn: Double? { returns.isEmpty ? nil : returns.reduce(0, +) / Double(returns.count) }
  var meanLength: Double? { lengths.isEmpty ? nil : lengths.reduce(0, +) / Double(lengths.count) }
}
