import Foundation

/// The lines of a text file, with bounded memory; empty ones are passed over.
struct TextLines {
  /// Number of the last line given, from 1.
  private(set) var number = 0
  /// No game comes near: 64 MiB.
  private static let longestLine = 64 << 20
  private static let chunkSize = 1 << 20

  private let path: String
  private let file: FileHandle
  /// What was read and not given yet, from `start` on.
  private var buffer = Data()
  private var hasEnded = false

  /// Throws `ExchangeError` for a file that cannot be read.
  init(_ path: String) throws {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw ExchangeError("\(path): cannot be read; check that the file exists and may be read")
    }
    (self.path, self.file) = (path, file)
  }

  mutating func next() throws -> Data? {
    // How much of the buffer has no line break.
    var scanned = buffer.startIndex
    while true {
      if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) {
        let line = buffer[..<end]
        buffer = buffer[(end + 1)...]
        scanned = buffer.startIndex
        number += 1
        if line.contains(where: { $0 > UInt8(ascii: " ") }) { return line }
        continue
      }
      guard !hasEnded else { break }
      guard buffer.count < Self.longestLine else {
        throw ExchangeError("\(path): line \(number + 1) is longer than 64 MiB; write one game a line")
      }
      try read()
      scanned = buffer.startIndex
    }
    defer { buffer = Data() }
    number += 1
    return buffer.contains { $0 > UInt8(ascii: " ") } ? buffer : nil
  }

  private mutating func read() throws {
    do {
      let chunk = try file.read(upToCount: max(Self.chunkSize, buffer.count)) ?? Data()
      hasEnded = chunk.isEmpty
      buffer = Data(buffer) + chunk
    } catch {
      throw ExchangeError("\(path): cannot be read (\(error.localizedDescription)); check the disk")
    }
  }
}
