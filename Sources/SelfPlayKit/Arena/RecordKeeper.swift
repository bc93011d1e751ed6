import Foundation
import Replay

/// Appends records to a replay file, flushed once a second and at the end.
///
/// A class, because the file has one owner and is written from a closure.
public final class RecordKeeper {
  public let path: String
  private var writer: ReplayWriter
  private var lastFlush = DispatchTime.now().uptimeNanoseconds

  /// Makes the folder if need be and opens the file in it; an existing one is continued.
  public init(folder: String, name: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ArenaError(
        description:
          "\(folder): the folder cannot be made (\(error.localizedDescription)); choose another one")
    }
    path = folder + "/" + name
    writer = try ReplayWriter(openForAppend: path)
  }

  public func keep(_ record: GameRecord) throws {
    try writer.add(record)
    let now = DispatchTime.now().uptimeNanoseconds
    guard now - lastFlush > 1_000_000_000 else { return }
    _ = try writer.flush()
    lastFlush = now
  }

  /// Writes what is left.
  public func close() throws { _ = try writer.flush() }
}

/// Why a match or its records failed, in one line.
public struct ArenaError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String
}
