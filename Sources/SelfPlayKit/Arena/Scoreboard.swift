import Dispatch
import Synchronization

/// Where the workers of a match take game numbers and leave finished games, to be taken in order.
final class Scoreboard: Sendable {
  private struct Content {
    var next = 0
    var taken = 0
    var finished: [Int: MatchGame] = [:]
    var isStopped = false
    var failure: (any Error)?
  }

  private let total: Int
  private let content = Mutex(Content())
  private let news = DispatchSemaphore(value: 0)

  /// Games from number `first` on, below `total`.
  init(first: Int = 0, total: Int) {
    self.total = total
    content.withLock { content in
      content.next = first
      content.taken = first
    }
  }

  var isStopped: Bool { content.withLock { $0.isStopped } }

  /// The number of a game to play, or nil if there is nothing left to do.
  func claim() -> Int? {
    content.withLock { content in
      guard !content.isStopped, content.next < total else { return nil }
      content.next += 1
      return content.next - 1
    }
  }

  func post(_ game: MatchGame) {
    content.withLock { $0.finished[game.index] = game }
    news.signal()
  }

  func fail(_ error: any Error) {
    content.withLock { content in
      content.failure = content.failure ?? error
      content.isStopped = true
    }
    news.signal()
  }

  func stop() { content.withLock { $0.isStopped = true } }

  /// Waits for news, at most so long.
  func wait(milliseconds: Int) { _ = news.wait(timeout: .now() + .milliseconds(milliseconds)) }

  /// The next finished game in order, or nil if it is still being played. Throws what a worker threw.
  func take() throws -> MatchGame? {
    try content.withLock { content in
      if let game = content.finished.removeValue(forKey: content.taken) {
        content.taken += 1
        return game
      }
      if let failure = content.failure { throw failure }
      return nil
    }
  }
}
