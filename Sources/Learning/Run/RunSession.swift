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
  let laneCount: Int
  /// What of the replay a resumed run reads; all of it unless the learner says how many samples it keeps.
  var tail = ReplayTail(capacity: .max)
  let savedTail: ReplayMark
  /// Whether the budget is unspent and nobody has interrupted.
  private(set) var goesOn: Bool

  private let hooks: TrainingHooks
  private var writer: ReplayWriter
  private let startTime = ContinuousClock.now
  private let secondsBefore: Double
  /// How far the run was at the last checkpoint.
  private var saved: TrainingProgress
  private var lastCheckpoint: Double
  private var lastReport: (seconds: Double, step: Int, games: Int)
  private var lastEvaluation: Int
  /// When the last line of `progress.jsonl` was written, in seconds of training.
  private var lastLine = -Double.infinity
  private var recent: RecentGames
  private var isFinished = false
  /// When the iteration under way began, in seconds of training, and whether the learner gives up long ones.
  private var iterationStart: Double
  private var mayGiveUp = false
  let patience: Patience

  init(job: TrainingJob<G>, hooks: TrainingHooks, laneCount: Int, isResuming: Bool) throws {
    self.job = job
    self.laneCount = laneCount
    self.hooks = hooks
    patience = Patience(seconds: job.patience, isInterrupted: hooks.isInterrupted)
    let newest = isResuming ? try RunCheckpoint(newestOf: job, laneCount: laneCount) : nil
    checkpoint = newest?.path
    lanes = newest?.lanes
    savedTail = newest?.state.tail ?? .beginning
    if let newest {
      writer = try ReplayWriter(
        openForAppend: job.folder.replay, truncatingTo: newest.state.replayPosition, from: savedTail)
    } else {
      guard try !job.folder.holdsRun else { throw RunError.alreadyStarted(path: job.folder.path) }
      try job.folder.create()
      writer = try ReplayWriter(openForAppend: job.folder.replay)
    }
    let progress = newest?.state.progress ?? TrainingProgress()
    self.progress = progress
    saved = progress
    recent = newest?.state.recent ?? RecentGames()
    lastEvaluation = newest?.state.lastEvaluation ?? 0
    secondsBefore = progress.seconds
    (lastCheckpoint, iterationStart) = (progress.seconds, progress.seconds)
    lastReport = (progress.seconds, progress.step, progress.games)
    goesOn = !job.budget.isSpent(step: progress.step, elapsed: progress.seconds)
    try announce()
  }

  /// Says what a person should know of a run that is taken up.
  private func announce() throws {
    if let checkpoint, try job.folder.newestName != URL(fileURLWithPath: checkpoint).lastPathComponent {
      hooks.notice(
        "The newest checkpoint is damaged; going on from the one before it, at step \(progress.step).")
    }
    if !goesOn {
      hooks.notice("The run's budget is spent; give a larger total with --steps or --for to go on.")
    }
  }

  /// Seconds of training in all sessions.
  private var elapsed: Double { secondsBefore + (ContinuousClock.now - startTime) / .seconds(1) }

  /// Share of the budget that is used; all of it once nothing is left to learn.
  var share: Double { isFinished ? 1 : job.budget.share(step: progress.step, elapsed: progress.seconds) }

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
    iterationStart = elapsed
  }

  /// Makes the iteration under way the last: nothing is left to learn.
  func finish() { isFinished = true }

  /// Whether the iteration under way is given up, since somebody has interrupted and it takes too long: then it is as
  /// if it had not begun, what came before it counts up to the last checkpoint, and the run ends.
  func givesUpIteration() -> Bool {
    mayGiveUp = true
    guard patience.isOver() else { return false }
    (progress, goesOn) = (saved, false)
    hooks.notice("Stopped in a long iteration; what is kept ends with the checkpoint of step \(saved.step).")
    return true
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
    // Where an iteration is so long that the next one may be given up, no more than that one is lost.
    let isLong = mayGiveUp && progress.seconds - iterationStart >= job.patience
    report(isLast: isLast)
    if isLast || isLong || progress.seconds - lastCheckpoint >= job.checkpointSeconds {
      try saveCheckpoint(lanes: lanes(), save: save)
    }
    goesOn = !isLast
    iterationStart = elapsed
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
    let state = RunCheckpoint.State(
      progress: progress, replayPosition: try writer.flush(), lastEvaluation: lastEvaluation,
      tail: tail.start, recent: recent)
    try job.folder.writeCheckpoint(step: progress.step) { folder in
      try RunFolder.encode(state, to: folder + "/state.json")
      var games = try ReplayWriter(openForAppend: folder + "/lanes.replay")
      try games.append(lanes)
      try games.flush()
      try save(folder)
    }
    saved = progress
  }

  private func checkLosses() throws {
    let losses = [progress.policyLoss, progress.valueLoss]
    if losses.contains(where: { $0?.isFinite == false }) {
      throw RunError.diverged(path: job.folder.path, step: progress.step)
    }
  }
}
