import Environments
import Foundation
import Replay
import TensorCore

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
  private var recent = RecentGames()

  /// What a checkpoint says besides its tensors and games.
  private struct Saved: Codable {
    var progress: TrainingProgress
    var replayPosition: UInt64
    var lastEvaluation: Int
  }

  init(job: TrainingJob<G>, hooks: TrainingHooks, isResuming: Bool) throws {
    self.job = job
    self.hooks = hooks
    let folder = job.folder
    if isResuming {
      guard let newest = try folder.newestCheckpoint() else {
        throw RunError.nothingToResume(path: folder.path)
      }
      let saved = try RunFolder.decode(Saved.self, from: newest + "/state.json")
      checkpoint = newest
      progress = saved.progress
      lastEvaluation = saved.lastEvaluation
      lanes = try Self.readGames(newest + "/lanes.replay")
      writer = try ReplayWriter(openForAppend: folder.replay, truncatingTo: saved.replayPosition)
    } else {
      guard try folder.newestCheckpoint() == nil else { throw RunError.alreadyStarted(path: folder.path) }
      try FileManager.default.createDirectory(atPath: folder.checkpoints, withIntermediateDirectories: true)
      checkpoint = nil
      progress = TrainingProgress()
      lastEvaluation = 0
      lanes = nil
      // Games from before the first checkpoint cannot be gone on from.
      writer = try ReplayWriter(openForAppend: folder.replay, truncatingTo: 0)
    }
    secondsBefore = progress.seconds
    lastCheckpoint = progress.seconds
    lastReport = (progress.seconds, progress.step, progress.games)
  }

  /// Share of the budget that is used.
  var share: Double { job.budget.share(step: progress.step, elapsed: progress.seconds) }

  /// Every finished game of the run so far, in the order in which they were written.
  func forEachRecordedGame(_ body: (GameRecord) throws -> Void) throws {
    var reader = try ReplayReader(job.folder.replay)
    try reader.forEachGame(body)
  }

  /// Appends finished games to the replay, as one frame.
  func write(_ games: [GameRecord]) throws {
    if games.isEmpty { return }
    try writer.append(games)
    progress.games += games.count
    for game in games { recent.add(game) }
  }

  /// Makes a new run one that can be resumed, before anything has happened.
  func begin(lanes: () -> [GameRecord], save: (String) throws -> Void) throws {
    if checkpoint == nil { try saveCheckpoint(lanes: lanes(), save: save) }
  }

  /// Ends an iteration: counts, reports, evaluates and saves as is due. Returns whether the run goes on.
  /// - Parameters:
  ///   - save: writes the learner's files into a checkpoint's folder, `weights.safetensors` among them.
  ///   - lanes: the games under way.
  func endIteration(
    steps: Int, network: Network, lanes: () -> [GameRecord], save: (String) throws -> Void
  ) throws -> Bool {
    progress.step += steps
    progress.seconds = secondsBefore + (ContinuousClock.now - startTime) / .seconds(1)
    progress.share = share
    progress.replayBytes = Int(writer.position)
    let isLast = job.budget.isSpent(step: progress.step, elapsed: progress.seconds) || hooks.isInterrupted()
    if isLast || progress.step - lastEvaluation >= job.evaluationSteps && job.evaluationSteps > 0 {
      try evaluate(network)
    }
    report(isLast: isLast)
    if isLast || progress.seconds - lastCheckpoint >= job.checkpointSeconds {
      try saveCheckpoint(lanes: lanes(), save: save)
    }
    return !isLast
  }

  private func evaluate(_ network: Network) throws {
    lastEvaluation = progress.step
    if hooks.isInterrupted() { return }
    if let strength = try hooks.evaluate(network, progress.step) {
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
  }

  private func saveCheckpoint(lanes: [GameRecord], save: (String) throws -> Void) throws {
    lastCheckpoint = progress.seconds
    let saved = Saved(
      progress: progress, replayPosition: try writer.flush(), lastEvaluation: lastEvaluation)
    try job.folder.writeCheckpoint(step: progress.step) { folder in
      try RunFolder.encode(saved, to: folder + "/state.json")
      var games = try ReplayWriter(openForAppend: folder + "/lanes.replay")
      try games.append(lanes)
      try games.flush()
      try save(folder)
    }
  }

  private static func readGames(_ path: String) throws -> [GameRecord] {
    var games: [GameRecord] = []
    var reader = try ReplayReader(path)
    try reader.forEachGame { games.append($0) }
    return games
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
