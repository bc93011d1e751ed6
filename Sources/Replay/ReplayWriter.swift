/// Appends to a replay file: complete zstd frames, one after the other, that `zstd -dc` reads as well.
///
/// What `flush` returned from survives `kill -9` and power failure. The same records and the same ends of frames
/// give the same bytes, whether or not the file was closed and opened again between them.
public struct ReplayWriter: ~Copyable {
  /// Position after the last frame written.
  public private(set) var position: UInt64
  /// Number of frames in the file, and of the next block.
  public private(set) var sequence: UInt64
  /// Bytes cut off on opening because they were no complete frame; 0 after a clean end.
  public let lostBytes: UInt64

  private var scanner: FrameScanner
  private var compressor: FrameCompressor
  /// The block being made, with room for its header.
  private var pending = ByteEncoder()
  private var pendingCount: UInt32 = 0
  /// After a failed fsync the system may have dropped what was written, and the next one would not say so.
  private var hasLostData = false
  /// A block is ended once it has this many bytes: enough to compress well.
  private static let blockBytes = 1 << 20

  /// Opens a file to go on where it ends; creates it if it is not there. A torn last frame is cut off and
  /// counted in `lostBytes`; damage before the last frame throws, for nothing intact is ever cut off.
  /// Checks the whole file: O(size).
  public init(openForAppend path: String, level: Int = 3) throws(ReplayError) {
    try self.init(path, level: level, end: nil, start: .beginning)
  }

  /// Opens a file and cuts it back to `position`, which `flush` once returned, to resume exactly there. Only what
  /// lies behind `start` is checked.
  public init(
    openForAppend path: String, truncatingTo position: UInt64, from start: ReplayMark = .beginning,
    level: Int = 3
  ) throws(ReplayError) {
    try self.init(path, level: level, end: position, start: start)
  }

  private init(_ path: String, level: Int, end: UInt64?, start: ReplayMark) throws(ReplayError) {
    var scanner = FrameScanner(try ReplayFile(path, mode: .appending))
    let size = try scanner.file.size()
    if let end, end > size {
      throw ReplayError(
        .position, file: path, offset: end, problem: "the file has only \(size) bytes",
        remedy: "resume from an older checkpoint, or restore the file")
    }
    let (intact, frames) = try Self.walk(&scanner, size: size, from: start, end: end)
    if intact < size {
      try scanner.file.truncate(to: intact)
      try scanner.file.synchronise()
      scanner.forget()
    }
    if intact == 0 { try scanner.file.synchroniseFolder() }
    position = intact
    sequence = frames
    lostBytes = end == nil ? size - intact : 0
    self.scanner = scanner
    compressor = FrameCompressor(level: level)
  }

  /// Position and number of frames up to `end`, or up to the torn tail.
  private static func walk(
    _ scanner: inout FrameScanner, size: UInt64, from start: ReplayMark, end: UInt64?
  ) throws(ReplayError) -> (UInt64, UInt64) {
    let path = scanner.file.path
    var (position, frames) = (start.position, start.sequence)
    while position < end ?? size {
      do {
        guard let (header, length) = try scanner.read(at: position) else { break }
        try ReplayReader.check(header, sequence: frames, file: path, offset: position)
        position += UInt64(length)
        frames += 1
      } catch {
        guard end == nil, try isTornTail(error, &scanner) else { throw error }
        break
      }
    }
    if let end, end != position {
      throw ReplayError(
        .position, file: path, offset: end, problem: "no frame ends here, one does at \(position)",
        remedy: "use a position that flush returned")
    }
    return (position, frames)
  }

  /// Whether the damage is the unfinished end of a file: nothing intact follows it. A frame that is complete and
  /// wrong, or was written by a newer version, is not for us to remove.
  private static func isTornTail(
    _ error: ReplayError, _ scanner: inout FrameScanner
  ) throws(ReplayError) -> Bool {
    guard let offset = error.offset else { return false }
    switch error.reason {
    case .truncated: return try !scanner.hasIntactBlock(after: offset)
    case .corrupt: return try scanner.isZero(from: offset)
    default: return false
    }
  }

  /// Writes records as one frame (or more, if they are many), together with those added before.
  /// Not on disk for certain before `flush`.
  public mutating func append(_ records: [GameRecord]) throws(ReplayError) {
    for record in records { try add(record) }
    try endFrame()
  }

  /// Adds a record to the frame being made, which is written once it is large enough, by `append`, or by `flush`.
  public mutating func add(_ record: GameRecord) throws(ReplayError) {
    let bytes = record.encoded()
    guard bytes.count < FrameScanner.maximumPayload - 16 else {
      throw ReplayError(
        .limit, file: scanner.file.path, offset: position,
        problem: "a record of \(bytes.count) bytes, more than fits into a block",
        remedy: "limit the length of an episode")
    }
    if pending.bytes.count + bytes.count > FrameScanner.maximumPayload { try endFrame() }
    if pendingCount == 0 { begin() }
    pending.variable(bytes.count)
    pending.bytes.append(contentsOf: bytes)
    pendingCount += 1
    if pending.bytes.count >= Self.blockBytes { try endFrame() }
  }

  /// Writes bytes of another kind as one frame; at most 64 MiB.
  public mutating func append(
    payload: [UInt8], kind: ReplayBlock.Kind, recordCount: Int = 1
  ) throws(ReplayError) {
    guard payload.count <= FrameScanner.maximumPayload else {
      throw ReplayError(
        .limit, file: scanner.file.path, offset: position,
        problem: "a payload of \(payload.count) bytes, more than \(FrameScanner.maximumPayload)",
        remedy: "split it into several")
    }
    try endFrame()
    begin()
    pending.bytes.append(contentsOf: payload)
    pendingCount = UInt32(recordCount)
    try write(kind)
  }

  /// Brings everything appended so far to disk; returns the position after it, from which a run can be resumed.
  @discardableResult
  public mutating func flush() throws(ReplayError) -> UInt64 {
    guard !hasLostData else {
      throw ReplayError(
        .system, file: scanner.file.path, offset: position, problem: "an earlier flush failed",
        remedy: "check the disk, then resume from the last checkpoint")
    }
    try endFrame()
    hasLostData = true
    try scanner.file.synchronise()
    hasLostData = false
    return position
  }

  private mutating func begin() {
    pending.bytes.removeAll(keepingCapacity: true)
    pending.bytes.append(contentsOf: repeatElement(0, count: BlockHeader.size))
  }

  private mutating func endFrame() throws(ReplayError) {
    if pendingCount > 0 { try write(.games) }
  }

  private mutating func write(_ kind: ReplayBlock.Kind) throws(ReplayError) {
    let header = BlockHeader(
      kind: kind.rawValue, length: UInt32(pending.bytes.count - BlockHeader.size),
      recordCount: pendingCount, sequence: sequence)
    header.seal(&pending.bytes)
    compressor.compress(pending.bytes)
    try scanner.file.write(compressor.frame.span.bytes.extracting(..<compressor.count), at: position)
    position += UInt64(compressor.count)
    sequence += 1
    pendingCount = 0
    pending.bytes.removeAll(keepingCapacity: true)
  }
}
