import Environments
import Foundation
import Replay

/// The checkpoint that a run goes on from.
struct RunCheckpoint {
  /// What a checkpoint says besides its tensors and games.
  struct State: Codable {
    var progress: TrainingProgress
    var replayPosition: UInt64
    var lastEvaluation: Int
    /// Where the games begin that a resumed run needs; nil for all.
    var tail: ReplayMark?
    /// Nil in checkpoints that were written before they were kept.
    var recent: RecentGames?
  }

  /// Its folder.
  let path: String
  let state: State
  /// The games that were under way, by lane.
  let lanes: [GameRecord]

  /// The newest whole checkpoint of a job's folder, in which `laneCount` games have to be under way. Throws `RunError`,
  /// and `ReplayError` where those games do not follow from the rules.
  init<G: Game>(newestOf job: TrainingJob<G>, laneCount: Int) throws {
    let folder = job.folder
    guard try folder.newestName != nil else { throw RunError.nothingToResume(path: folder.path) }
    guard let size = folder.replaySize else {
      throw RunError.damaged(path: folder.replay, problem: "is missing")
    }
    let newest = try folder.newestCheckpoint { try Self.state(of: $0).replayPosition <= size }
    guard let newest else {
      throw RunError.damaged(
        path: folder.replay, problem: "is shorter than the checkpoints say, or they are damaged")
    }
    path = newest
    state = try Self.state(of: newest)
    lanes = try Self.readLanes(newest + "/lanes.replay", count: laneCount, of: job)
  }

  private static func state(of folder: String) throws -> State {
    try RunFolder.decode(State.self, from: folder + "/state.json")
  }

  /// The games under way, which the rules and the number of lanes of today have to fit.
  private static func readLanes<G: Game>(
    _ path: String, count: Int, of job: TrainingJob<G>
  ) throws -> [GameRecord] {
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
}
