import Environments
import Replay

extension RunSession {
  /// Every finished game of the run so far, in the order in which they were written. Throws `CancellationError` where
  /// that takes too long for somebody who has interrupted.
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

  /// Tells a memory the games so far, and ends with what it would hold had it been told all: those that it would have
  /// forgotten are not played again.
  func refill(_ memory: inout some EpisodeMemory) throws {
    // Places that the games of each lane take from the one at hand on.
    var places = [Int](repeating: 0, count: laneCount)
    try forEachRecordedGame { places[Int($0.lane)] += memory.places(forSteps: $0.actions.count) }
    try forEachRecordedGame { game in
      try checkInterruption()
      let (lane, steps) = (Int(game.lane), game.actions.count)
      places[lane] -= memory.places(forSteps: steps)
      if places[lane] >= memory.laneCapacity {
        memory.skip(lane: lane, steps: steps)
      } else {
        try memory.append(game, game: job.game, lane: lane)
      }
    }
  }

  private func forEachFrame(from start: ReplayMark, _ body: ([GameRecord], ReplayMark) throws -> Void) throws
  {
    var reader = try ReplayReader(job.folder.replay, from: start)
    while let block = try reader.next() {
      try checkInterruption()
      guard block.kind == .games else { continue }
      let games = try reader.games(in: block)
      guard games.allSatisfy({ $0.rules == job.rulesFingerprint && $0.lane < max(laneCount, 1) }) else {
        throw RunError.damaged(
          path: job.folder.replay, problem: "a game of it was played by other rules or in another run")
      }
      try body(games, block.start)
    }
  }

  private func checkInterruption() throws { if patience.isOver() { throw CancellationError() } }
}
