/// Reads a replay file block by block with bounded memory, trusting nothing in it.
public struct ReplayReader: ~Copyable {
  /// What to do about a file that ends inside a frame or is damaged.
  public enum Tolerance: Sendable {
    /// Throw.
    case strict
    /// Stop after the last good frame before the damage, and report it in `loss`. Also for a file that is
    /// being written: what is not complete yet counts as lost.
    case upToLastGoodFrame
  }

  /// The damage reading stopped at, where it is tolerated.
  public private(set) var loss: ReplayError?
  /// Bytes from there to the end of the file.
  public private(set) var lostBytes: UInt64 = 0
  /// Position of the next frame.
  public private(set) var position: UInt64

  let tolerance: Tolerance
  var scanner: FrameScanner
  private var sequence: UInt64

  /// - Parameter start: a place between two frames of this file, of which `block.start` and a writer's `mark` tell.
  public init(
    _ path: String, from start: ReplayMark = .beginning, tolerance: Tolerance = .strict
  ) throws(ReplayError) {
    (position, sequence) = (start.position, start.sequence)
    scanner = FrameScanner(try ReplayFile(path, mode: .reading))
    self.tolerance = tolerance
  }

  /// The next block, or nil at the end.
  public mutating func next() throws(ReplayError) -> ReplayBlock? {
    if loss != nil { return nil }
    do {
      guard let (header, size) = try scanner.read(at: position) else { return nil }
      try Self.check(header, sequence: sequence, file: scanner.file.path, offset: position)
      let block = makeBlock(header, offset: position)
      position += UInt64(size)
      sequence += 1
      return block
    } catch {
      let isDamage = [.truncated, .corrupt, .limit].contains(error.reason)
      guard tolerance == .upToLastGoodFrame, isDamage else { throw error }
      loss = error
      lostBytes = try scanner.file.size() - position
      return nil
    }
  }

  /// Calls `body` with every game from here to the end of the file; blocks of other kinds are passed over.
  public mutating func forEachGame(_ body: (GameRecord) throws -> Void) throws {
    while let block = try next() {
      if block.kind == .games {
        for record in try games(in: block) { try body(record) }
      }
    }
  }

  /// The games of a block of this file.
  public func games(in block: ReplayBlock) throws(ReplayError) -> [GameRecord] {
    precondition(block.kind == .games, "a block of another kind")
    var decoder = ByteDecoder(block.payload)
    var result: [GameRecord] = []
    for index in 0..<block.recordCount {
      do {
        let length = try decoder.variable("a record's length", atMost: decoder.remaining)
        result.append(try GameRecord(decoding: try decoder.slice(length, "a record")))
      } catch {
        throw error.located(file: scanner.file.path, offset: block.offset, record: index)
      }
    }
    do { try decoder.end() } catch { throw error.located(file: scanner.file.path, offset: block.offset) }
    return result
  }

  func makeBlock(_ header: BlockHeader, offset: UInt64) -> ReplayBlock {
    ReplayBlock(
      kind: ReplayBlock.Kind(rawValue: header.kind), sequence: header.sequence, offset: offset,
      recordCount: Int(header.recordCount), payload: scanner.block[BlockHeader.size...])
  }

  static func check(
    _ header: BlockHeader, sequence: UInt64, file: String, offset: UInt64
  ) throws(ReplayError) {
    guard header.sequence == sequence else {
      throw ReplayError(
        .corrupt, file: file, offset: offset,
        problem: "block \(header.sequence) stands where block \(sequence) belongs",
        remedy: "restore the file from a copy; frames were lost or files joined")
    }
  }
}
