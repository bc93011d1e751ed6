import Foundation
import Replay

/// The games of one replay file, or of a file in the Smart Game Format.
///
/// The folder of a training run or a match stands for the file of games in it.
public struct GameAlbum: Sendable {
  /// More games than this are not kept in memory.
  public static let largestCount = 1_000_000

  public let path: String
  public let records: [GameRecord]
  /// The rules of games that came with them, by their fingerprints.
  private var definitions: [UInt64: GameDefinition] = [:]

  public var count: Int { records.count }

  /// Reads all games; a name that ends in `.sgf` says that it is games of Go in that format. Throws
  /// `ReplayError` or `SGFError` for a file that cannot be read or is damaged, `ArenaError` for one without
  /// games.
  public init(_ name: String) throws {
    let path = Self.file(in: name)
    if path.lowercased().hasSuffix(".sgf") {
      self = try Self(sgf: path)
      return
    }
    var records: [GameRecord] = []
    try Self.forEachGame(in: path) { record in
      guard records.count < Self.largestCount else {
        throw ArenaError(description: "\(path): more than \(Self.largestCount) games; split the file")
      }
      records.append(record)
    }
    guard !records.isEmpty else {
      throw ArenaError(
        description: "\(path): there are no games in it; give a file that 'selfplay pit --out' made")
    }
    self.path = path
    self.records = records
  }

  /// The file of games in a folder that a run or a match has made; anything else is the file itself.
  static func file(in name: String) -> String {
    ["experience.replay", "games.replay"].map { "\(name)/\($0)" }
      .first { FileManager.default.fileExists(atPath: $0) } ?? name
  }

  /// Calls `body` with every game of a replay file. One that ends inside a frame, as it does after a crash or while
  /// somebody writes it, is read up to there, and a warning says so.
  static func forEachGame(in path: String, _ body: (GameRecord) throws -> Void) throws {
    var reader = try ReplayReader(path, tolerance: .upToLastGoodFrame)
    try reader.forEachGame(body)
    guard let loss = reader.loss else { return }
    guard loss.reason == .truncated, reader.position > 0 else { throw loss }
    Terminal.log("warning: \(loss)")
  }

  private init(sgf path: String) throws {
    self.path = path
    let recordings = try SGFReader.games(in: path).enumerated().map { index, game in
      try SGFRecording(game, place: "\(path): game \(index + 1)")
    }
    records = recordings.map(\.record)
    for recording in recordings { definitions[recording.definition.fingerprint] = recording.definition }
  }

  /// A game to step through.
  public func walk(through index: Int, home: Home) throws -> GameWalk {
    try GameWalk(records[index], defined: definition(of: records[index], home: home))
  }

  /// The rules that came with a record, or that are kept beside it, or else those of the game's file.
  func definition(of record: GameRecord, home: Home) throws -> GameDefinition {
    try definitions[record.rules] ?? Self.definition(of: record, beside: path, home: home)
  }

  /// The rules kept beside a file of records if there are any, else those of the game's file.
  static func definition(of record: GameRecord, beside path: String, home: Home) throws -> GameDefinition {
    let name = RecordKeeper.rulesName(game: record.game, fingerprint: record.rules)
    let kept = URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(name).path
    if FileManager.default.fileExists(atPath: kept) {
      return try GameDefinition(id: record.game, document: ConfigurationDocument(path: kept))
    }
    // Records are untrusted: only ids are looked up, never paths.
    guard home.gameNames.contains(record.game) else {
      throw ReplayError(
        .disagreement, file: path, problem: "game '\(record.game)' is not in Games/",
        remedy: "add its file, or keep the .toml that was written beside the records")
    }
    return try GameDefinition(named: record.game, home: home)
  }
}
