/// Walks the frames of a replay file with bounded memory, trusting nothing.
struct FrameScanner: ~Copyable {
  /// The largest payload that is read or written, in bytes.
  static let maximumPayload = 64 << 20
  private static let maximumBlock = maximumPayload + BlockHeader.size
  /// No compressor makes more of a block than zstd's bound, so neither does an honest file.
  private static let maximumFrame = maximumBlock + maximumBlock >> 8 + 1024

  let file: ReplayFile
  private let decompressor = FrameDecompressor()
  /// Bytes `start..<start + count` of the file.
  private var buffer = [UInt8](repeating: 0, count: 1 << 16)
  private var start: UInt64 = 0
  private var count = 0
  /// The last block that was read, its header first.
  private(set) var block: [UInt8] = []

  init(_ file: consuming ReplayFile) { self.file = file }

  /// Reads and checks the block whose frame begins at `offset`. Returns its header and the frame's size,
  /// or nil at the end of the file.
  mutating func read(
    at offset: UInt64
  ) throws(ReplayError) -> (header: BlockHeader, size: Int)? {
    guard let (size, content) = try measure(at: offset) else { return nil }
    guard content <= Self.maximumBlock else {
      throw failure(.limit, at: offset, "a block of \(content) bytes, more than \(Self.maximumBlock)")
    }
    if block.count != content { block = [UInt8](repeating: 0, count: content) }
    var target: [UInt8] = []
    swap(&target, &block)
    defer { block = target }
    let skipped = Int(offset - start)
    let frame = buffer.span.bytes.extracting(skipped..<skipped + size)
    if let problem = decompressor.decompress(frame, into: &target) {
      throw failure(.corrupt, at: offset, problem)
    }
    do {
      return (try BlockHeader(checking: target), size)
    } catch {
      throw error.located(file: file.path, offset: offset)
    }
  }

  /// Compressed and content size of the frame at `offset`, which is whole in the buffer afterwards.
  private mutating func measure(at offset: UInt64) throws(ReplayError) -> (size: Int, content: Int)? {
    var wanted = 1 << 12
    while true {
      let available = try fill(from: offset, count: wanted)
      if available == 0 { return nil }
      let skipped = Int(offset - start)
      let bytes = buffer.span.bytes.extracting(skipped..<skipped + available)
      switch FrameShape(bytes) {
      case .whole(let compressed, let content): return (compressed, content)
      case .foreign where offset == 0:
        throw ReplayError(
          .corrupt, file: file.path, offset: offset, problem: "this is no file of recorded games",
          remedy: "give a .replay file, or take other games in with 'selfplay import'")
      case .foreign: throw failure(.corrupt, at: offset, "no frame begins here")
      case .unknownContent: throw failure(.corrupt, at: offset, "the frame does not say its size")
      case .invalid(let problem): throw failure(.corrupt, at: offset, problem)
      case .incomplete where available < wanted:
        throw ReplayError(
          .truncated, file: file.path, offset: offset,
          problem: "the file ends inside a frame, after \(available) bytes of it",
          remedy: "what comes before it is intact")
      case .incomplete where wanted >= Self.maximumFrame:
        throw failure(.limit, at: offset, "a frame of more than \(Self.maximumFrame) bytes")
      case .incomplete: wanted = min(max(wanted * 2, available), Self.maximumFrame)
      }
    }
  }

  private func failure(_ reason: ReplayError.Reason, at offset: UInt64, _ problem: String) -> ReplayError {
    ReplayError(
      reason, file: file.path, offset: offset, problem: problem,
      remedy: "restore the file from a copy, or read up to the last good frame")
  }

  /// Brings bytes from `offset` on into the buffer; returns how many there are, at least `wanted` of them
  /// unless the file ends before.
  private mutating func fill(from offset: UInt64, count wanted: Int) throws(ReplayError) -> Int {
    if offset >= start, offset + UInt64(wanted) <= start + UInt64(count) {
      return Int(start + UInt64(count) - offset)
    }
    if buffer.count < wanted { buffer = [UInt8](repeating: 0, count: wanted) }
    count = 0
    count = try file.read(buffer.count, at: offset, into: &buffer, from: 0)
    start = offset
    return count
  }

  /// Whether an intact block of this file begins anywhere after `offset`. Looks at frame beginnings only; a file
  /// with very many false ones counts as having one.
  mutating func hasIntactBlock(after offset: UInt64) throws(ReplayError) -> Bool {
    var position = offset + 1
    var candidates = 0
    while true {
      let available = try fill(from: position, count: 4)
      if available < 4 { return false }
      let skipped = Int(position - start)
      var at = skipped
      while at + 4 <= skipped + available, buffer[at..<at + 4] != FrameShape.magic[...] { at += 1 }
      position += UInt64(at - skipped)
      if at + 4 > skipped + available { continue }
      candidates += 1
      if candidates > 1000 { return true }
      if (try? read(at: position)) != nil { return true }
      position += 1
    }
  }

  /// Whether every byte from `offset` on is zero, as a file system may leave them after a power failure.
  mutating func isZero(from offset: UInt64) throws(ReplayError) -> Bool {
    var position = offset
    while true {
      let available = try fill(from: position, count: 1)
      if available == 0 { return true }
      let skipped = Int(position - start)
      guard buffer[skipped..<skipped + available].allSatisfy({ $0 == 0 }) else { return false }
      position += UInt64(available)
    }
  }

  /// The buffer no longer mirrors the file.
  mutating func forget() { count = 0 }
}
