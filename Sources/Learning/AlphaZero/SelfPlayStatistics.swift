import Environments
import Replay

/// What the last games of self-play say about the run. For people: nothing that is learned depends on it.
package struct SelfPlayStatistics {
  private static let gameLimit = 200
  private static let positionLimit = 20_000

  /// Of one game: positions that were judged, not proven, and sums of the difference of the search's value and the return, and of its square.
  private struct Errors {
    var count = 0
    var sum = 0.0
    var squares = 0.0
    var endsProven = false
  }

  private var games: [Errors] = []
  private var nextGame = 0
  /// Keys of the last positions, and how often each occurs among them.
  private var keys: [UInt64] = []
  private var nextKey = 0
  private var occurrences: [UInt64: Int] = [:]
  private var resignations = (wrong: 0, all: 0)

  /// Takes in a game with the returns of its positions.
  mutating func add(_ record: GameRecord, returns: [Float]) {
    var errors = Errors()
    for (found, result) in zip(record.searches, returns) where !found.isNone && !found.isProven {
      let value = found.value
      errors.count += 1
      errors.sum += Double(value - result)
      errors.squares += Double((value - result) * (value - result))
    }
    errors.endsProven = record.status == .running && record.resigned == nil
    if games.count < Self.gameLimit { games.append(errors) } else { games[nextGame] = errors }
    nextGame = (nextGame + 1) % Self.gameLimit
  }

  mutating func add(positionWithKey key: UInt64) {
    if keys.count < Self.positionLimit {
      keys.append(key)
    } else {
      let old = keys[nextKey]
      occurrences[old] = occurrences[old].flatMap { $0 > 1 ? $0 - 1 : nil }
      keys[nextKey] = key
    }
    nextKey = (nextKey + 1) % Self.positionLimit
    occurrences[key, default: 0] += 1
  }

  /// Takes note that a player would have resigned in a game that was played on.
  mutating func add(resignationThatWasWrong isWrong: Bool) {
    resignations.all += 1
    resignations.wrong += isWrong ? 1 : 0
  }

  /// Writes what is known into a report.
  package func report(to progress: inout TrainingProgress) {
    let count = games.reduce(0) { $0 + $1.count }
    if count > 0 {
      progress.valueError = games.reduce(0) { $0 + $1.squares } / Double(count)
      progress.valueBias = games.reduce(0) { $0 + $1.sum } / Double(count)
    }
    let proven = games.count(where: \.endsProven)
    progress.provenGames = proven > 0 ? Double(proven) / Double(games.count) : nil
    if !keys.isEmpty { progress.uniqueShare = Double(occurrences.count) / Double(keys.count) }
    if resignations.all > 0 {
      progress.wrongResignations = Double(resignations.wrong) / Double(resignations.all)
    }
  }
}
