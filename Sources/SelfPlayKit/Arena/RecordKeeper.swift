import Foundation
import Replay

/// Appends records to a replay file, which are on disk a second later at most, and at the end.
///
/// A class, because the file has one owner and is written from a closure.
public final class RecordKeeper {
  public let path: String
  private let file: LockedFile
  private let timer: any DispatchSourceTimer

  // @unchecked: a lock guards it, as records come from one thread and the timer runs on another.
  private final class LockedFile: @unchecked Sendable {
    private let lock = NSLock()
    /// nil at the end, when the file is closed: the timer may hold this object a little longer.
    private var writer: ReplayWriter?
    private var isDirty = false
    /// Why the timer could not write; the next one who writes is told.
    private var failure: (any Error)?

    init(_ writer: consuming ReplayWriter) { self.writer = consume writer }

    func add(_ record: GameRecord) throws {
      try lock.withLock {
        if let failure { throw failure }
        try writer?.add(record)
        isDirty = true
      }
    }

    func flush() throws {
      try lock.withLock {
        if let failure { throw failure }
        guard isDirty else { return }
        isDirty = false
        do { _ = try writer?.flush() } catch {
          failure = error
          throw error
        }
      }
    }

    func end() {
      try? flush()
      lock.withLock { writer = nil }
    }
  }

  /// Makes the folder if need be and opens the file in it; an existing one is continued only if `appends`.
  ///
  /// Throws `ArenaError` for a folder that cannot be made, or one that holds games already.
  public init(folder: String, name: String, appends: Bool = false) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ArenaError(
        description:
          "\(folder): the folder cannot be made (\(error.localizedDescription)); choose another one")
    }
    path = folder + "/" + name
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int ?? 0
    guard appends || size == 0 else {
      throw ArenaError(
        description: "\(path) holds games already; choose another place, or add to it with --append")
    }
    let file = LockedFile(try ReplayWriter(openForAppend: path))
    self.file = file
    timer = DispatchSource.makeTimerSource(queue: .global())
    timer.schedule(deadline: .now() + 1, repeating: 1)
    timer.setEventHandler { try? file.flush() }
    timer.resume()
  }

  /// Writes the rules beside the records, so that they can be replayed when the game's file has changed.
  public func keep(rulesOf definition: GameDefinition) throws {
    try Self.keep(rulesOf: definition, in: URL(fileURLWithPath: path).deletingLastPathComponent().path)
  }

  /// Writes rules into a folder of records.
  static func keep(rulesOf definition: GameDefinition, in folder: String) throws {
    let name = rulesName(game: definition.id, fingerprint: definition.fingerprint)
    let place = URL(fileURLWithPath: folder).appendingPathComponent(name)
    do {
      try Data(definition.rules.utf8).write(to: place, options: .atomic)
    } catch {
      throw ArenaError(
        description: "\(place.path): cannot be written (\(error.localizedDescription)); choose another folder"
      )
    }
  }

  /// The file that holds the rules of records, in their folder.
  static func rulesName(game: String, fingerprint: UInt64) -> String {
    let name = game.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "_" }
    return String(name) + "-" + String(fingerprint, radix: 16) + ".toml"
  }

  public func keep(_ record: GameRecord) throws { try file.add(record) }

  /// Writes what is left. Where an error keeps its owner from calling it, that is done all the same.
  public func close() throws { try file.flush() }

  deinit {
    timer.cancel()
    file.end()
  }
}

/// Why a match or its records failed, in one line.
public struct ArenaError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
