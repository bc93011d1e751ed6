import Environments
import Foundation
import Replay

/// Takes games of other programs into a file of records.
public struct GameImport {
  private let source: GameSource

  public init(_ source: GameSource) { self.source = source }

  /// Writes all games and their rules to a file that ends in `.replay`; an existing one is continued only if
  /// `appends`. Every game is played through first, and they are written aside: all of them get there, or none.
  ///
  /// Returns how many there were. Throws what reading throws, `ReplayError` for a game that does not follow from
  /// its rules, and `ArenaError` or `ExchangeError` for a file that cannot be written.
  public func write(to path: String, appends: Bool = false) throws -> ExchangeSummary {
    var source = source
    try source.forEach { _, record, definition in
      try definition.game.visit(GameExport.Verifier(record: record, rules: definition.fingerprint))
    }
    let place = URL(fileURLWithPath: path)
    let folder = path.contains("/") ? place.deletingLastPathComponent().path : "."
    // Keeps others from writing to the file until it is replaced.
    let owner = try RecordKeeper(folder: folder, name: place.lastPathComponent, appends: appends)
    return try withExtendedLifetime(owner) {
      var summary = ExchangeSummary()
      try FileAside.replace(path) { aside in
        try FileManager.default.copyItem(atPath: path, toPath: aside)
        summary = try append(&source, to: aside, in: folder)
      }
      return summary
    }
  }

  private func append(
    _ source: inout GameSource, to path: String, in folder: String
  ) throws -> ExchangeSummary {
    let keeper = try RecordKeeper(
      folder: folder, name: URL(fileURLWithPath: path).lastPathComponent, appends: true)
    var summary = ExchangeSummary()
    var kept: Set<UInt64> = []
    try source.forEach { _, record, definition in
      if kept.insert(record.rules).inserted { try keeper.keep(rulesOf: definition) }
      try keeper.keep(record)
      summary.games += 1
      summary.positions += record.actions.count
    }
    try keeper.close()
    return summary
  }
}
