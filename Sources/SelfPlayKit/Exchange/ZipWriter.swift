import Foundation

/// Writes a ZIP archive (APPNOTE 6.3.10) whose files are stored as they are, of any length: with the 64-bit
/// records of section 4.3.14 throughout, which all current readers know.
struct ZipWriter: ~Copyable {
  private struct Entry {
    var name: String
    var offset: UInt64
    var size: UInt64 = 0
    var checksum: UInt32 = 0
  }

  private let file: FileHandle
  private var position: UInt64 = 0
  private var entries: [Entry] = []
  /// What is not written yet.
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 20
  /// 4.5: 64-bit sizes.
  private static let version: UInt16 = 45
  /// 1980-01-01, so that the same content gives the same bytes.
  private static let date: UInt32 = 0x0021_0000

  init(_ file: FileHandle) { self.file = file }

  /// Begins a file; the one before is ended.
  mutating func begin(_ name: String) throws {
    try endFile()
    entries.append(Entry(name: name, offset: position))
    try write(header(of: entries[entries.count - 1]))
  }

  /// Adds bytes to the file begun last.
  mutating func append(_ bytes: borrowing RawSpan) throws {
    // The pointer is only used during the call.
    bytes.withUnsafeBytes { buffer.append(contentsOf: $0) }
    if buffer.count >= Self.bufferSize { try flush() }
  }

  mutating func append(_ bytes: [UInt8]) throws { try append(bytes.span.bytes) }

  /// Ends the last file and writes the directory.
  mutating func finish() throws {
    try endFile()
    let start = position
    for entry in entries { try write(directoryEntry(of: entry)) }
    try write(end(directoryStart: start, size: position - start))
  }

  private mutating func flush() throws {
    entries[entries.count - 1].size += UInt64(buffer.count)
    entries[entries.count - 1].checksum = Checksums.crc32(
      of: buffer, after: entries[entries.count - 1].checksum)
    try write(buffer)
    buffer.removeAll(keepingCapacity: true)
  }

  /// Writes size and checksum, now known, into the header.
  private mutating func endFile() throws {
    guard let entry = entries.last else { return }
    try flush()
    let end = position
    try file.seek(toOffset: entry.offset)
    try write(header(of: entries[entries.count - 1]))
    try file.seek(toOffset: end)
    position = end
  }

  private mutating func write(_ bytes: [UInt8]) throws {
    try file.write(contentsOf: bytes)
    position += UInt64(bytes.count)
  }

  /// Section 4.3.7.
  private func header(of entry: Entry) -> [UInt8] {
    let extra = Self.bytes(1, as: UInt16.self) + Self.bytes(16, as: UInt16.self) + sizes(of: entry)
    return common(entry, signature: 0x0403_4B50, extra: extra.count) + Array(entry.name.utf8) + extra
  }

  /// Section 4.3.12.
  private func directoryEntry(of entry: Entry) -> [UInt8] {
    let extra =
      Self.bytes(1, as: UInt16.self) + Self.bytes(24, as: UInt16.self) + sizes(of: entry)
      + Self.bytes(entry.offset, as: UInt64.self)
    // No comment, the first disk, no attributes; the offset is in the extra field.
    let rest = [UInt8](repeating: 0, count: 10) + [UInt8](repeating: 255, count: 4)
    return common(entry, signature: 0x0201_4B50, extra: extra.count) + rest + Array(entry.name.utf8) + extra
  }

  /// What both headers have in common; the directory's says first which version made it.
  private func common(_ entry: Entry, signature: UInt32, extra: Int) -> [UInt8] {
    let version = Self.bytes(UInt64(Self.version), as: UInt16.self)
    let versions = signature == 0x0201_4B50 ? version + version : version
    // No flags, stored, the date, the checksum; both sizes are in the extra field.
    return Self.bytes(UInt64(signature), as: UInt32.self) + versions + [0, 0, 0, 0]
      + Self.bytes(UInt64(Self.date), as: UInt32.self) + Self.bytes(UInt64(entry.checksum), as: UInt32.self)
      + [UInt8](repeating: 255, count: 8) + Self.bytes(UInt64(entry.name.utf8.count), as: UInt16.self)
      + Self.bytes(UInt64(extra), as: UInt16.self)
  }

  private func sizes(of entry: Entry) -> [UInt8] {
    Self.bytes(entry.size, as: UInt64.self) + Self.bytes(entry.size, as: UInt64.self)
  }

  /// Sections 4.3.14 to 4.3.16.
  private func end(directoryStart: UInt64, size: UInt64) -> [UInt8] {
    func long(_ value: UInt64) -> [UInt8] { Self.bytes(value, as: UInt64.self) }
    func short(_ value: UInt64) -> [UInt8] { Self.bytes(value, as: UInt32.self) }
    let version = Self.bytes(UInt64(Self.version), as: UInt16.self)
    let count = UInt64(entries.count)
    return short(0x0606_4B50) + long(44) + version + version + short(0) + short(0) + long(count) + long(count)
      + long(size) + long(directoryStart)
      + short(0x0706_4B50) + short(0) + long(directoryStart + size) + short(1)
      + short(0x0605_4B50) + [0, 0, 0, 0] + [UInt8](repeating: 255, count: 12) + [0, 0]
  }

  /// The low bytes of a number, the lowest first.
  private static func bytes<Number: FixedWidthInteger>(_ value: UInt64, as type: Number.Type) -> [UInt8] {
    (0..<UInt64(Number.bitWidth / 8)).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
