import Environments
import Foundation
import Replay

/// How much was written.
public struct ExchangeSummary: Hashable, Sendable {
  public var games = 0
  public var positions = 0
}

/// Writes recorded games for other programs.
public struct GameExport {
  /// How, by the ending of the file's name.
  public enum Format: String, Sendable, CaseIterable {
    /// Arrays of samples, see `SampleArchive`.
    case npz
    /// One JSON object a line, with all that a record has.
    case jsonl
    /// Games of Go, without what the searches found.
    case sgf
  }

  private let path: String
  private let format: Format

  /// Throws `ExchangeError` for a name that ends in no format's ending.
  public init(to path: String) throws {
    guard let format = Format(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased()) else {
      throw ExchangeError("\(path): games are written as .npz, .jsonl or .sgf; choose one of these endings")
    }
    (self.path, self.format) = (path, format)
  }

  /// Writes all games: aside first, then renamed. The rules of games in JSON are kept beside them.
  ///
  /// Throws what reading throws, `ReplayError` for a game that does not follow from its rules, `ExchangeError`
  /// for games that the format cannot hold and for a file that cannot be written, `CancellationError` after
  /// Ctrl-C.
  public func write(_ source: GameSource) throws -> ExchangeSummary {
    var source = source
    var summary = ExchangeSummary()
    if format == .npz {
      try FileAside.write(path) { summary = try SampleArchive.write(source, to: $0) }
      return summary
    }
    let folder = path.contains("/") ? URL(fileURLWithPath: path).deletingLastPathComponent().path : "."
    var kept: Set<UInt64> = []
    try FileAside.write(path) { file in
      try source.forEach { number, record, definition in
        if format == .jsonl, kept.insert(record.rules).inserted {
          try RecordKeeper.keep(rulesOf: definition, in: folder)
        }
        let text =
          format == .sgf
          ? try Self.tree(of: record, number: number, definition) : try Self.line(of: record, definition)
        try file.write(contentsOf: text + [UInt8(ascii: "\n")])
        summary.games += 1
        summary.positions += record.actions.count
      }
    }
    return summary
  }

  private static func line(of record: GameRecord, _ definition: GameDefinition) throws -> [UInt8] {
    try definition.game.visit(Verifier(record: record, rules: definition.fingerprint))
    return Array(record.jsonLine.utf8)
  }

  private static func tree(
    of record: GameRecord, number: Int, _ definition: GameDefinition
  ) throws -> [UInt8] {
    let writer = SGFRecordWriter(record: record, rules: definition.fingerprint)
    guard let game = try definition.game.visitGo(writer) else {
      throw ExchangeError(
        "SGF is for Go, and game \(number) is of \(definition.id); write to .npz or .jsonl")
    }
    return game.bytes
  }

  /// Makes sure that a record follows from its rules.
  struct Verifier: GameVisitor {
    let record: GameRecord
    let rules: UInt64

    func visit<Subject: Notation>(_ game: Subject) throws {
      _ = try replay(record, game: game, rules: rules)
    }
  }
}

/// A file that is written aside and then renamed, so that an older one is replaced whole or not at all.
enum FileAside {
  /// Throws what `body` throws, and `ExchangeError` for a file that cannot be written.
  static func write(_ path: String, _ body: (FileHandle) throws -> Void) throws {
    try replace(path) { aside in
      let descriptor = open(aside, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw failure(path) }
      let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      try body(file)
      guard fsync(descriptor) == 0 else { throw failure(path) }
    }
  }

  /// The same of a file that `body` makes, and brings to disk, at the place that it is told.
  static func replace(_ path: String, by body: (_ aside: String) throws -> Void) throws {
    let aside = path + ".\(ProcessInfo.processInfo.processIdentifier).part"
    unlink(aside)
    defer { unlink(aside) }
    do { try body(aside) } catch let error as CocoaError {
      throw ExchangeError("\(path): cannot be written (\(error.localizedDescription)); make room on the disk")
    }
    guard rename(aside, path) == 0 else { throw failure(path) }
  }

  private static func failure(_ path: String) -> ExchangeError {
    ExchangeError("\(path): cannot be written (\(String(cString: strerror(errno)))); choose another place")
  }
}
