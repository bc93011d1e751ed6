/// Where the blocks and games of a file are; kept in memory, 48 bytes a frame.
public struct ReplayIndex: Sendable {
  public struct Entry: Hashable, Sendable {
    /// Position of the frame in the file.
    public var offset: UInt64
    public var kind: ReplayBlock.Kind
    public var recordCount: Int
    /// Number of games before this frame.
    public var firstGame: Int
    public var payloadBytes: Int
  }

  public internal(set) var entries: [Entry] = []
  public internal(set) var gameCount = 0

  /// The frame that holds game `number` (from 0 to `gameCount - 1`); O(log frames).
  func entry(holding number: Int) -> Entry {
    precondition((0..<gameCount).contains(number), "game \(number) of \(gameCount)")
    var (low, high) = (0, entries.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if entries[middle].firstGame <= number { low = middle } else { high = middle }
    }
    // A frame of another kind after the wanted one begins at the same game or a later one.
    while entries[low].kind != .games || entries[low].recordCount == 0 { low -= 1 }
    return entries[low]
  }
}

extension ReplayReader {
  /// Checks the whole file and notes where its blocks are; O(size), memory O(frames). Reading position and
  /// `loss` are left at the end.
  public mutating func makeIndex() throws(ReplayError) -> ReplayIndex {
    precondition(position == 0, "the index is made before anything is read")
    var index = ReplayIndex()
    while let block = try next() {
      index.entries.append(
        ReplayIndex.Entry(
          offset: block.offset, kind: block.kind, recordCount: block.recordCount,
          firstGame: index.gameCount, payloadBytes: block.payload.count))
      if block.kind == .games { index.gameCount += block.recordCount }
    }
    return index
  }

  /// Game `number`, from 0 to `index.gameCount - 1`. Reads its frame.
  public mutating func game(_ number: Int, in index: ReplayIndex) throws(ReplayError) -> GameRecord {
    let entry = index.entry(holding: number)
    let games = try games(in: try block(at: entry))
    guard number - entry.firstGame < games.count else {
      throw ReplayError(
        .corrupt, file: scanner.file.path, offset: entry.offset, problem: "the file has changed",
        remedy: "open it again")
    }
    return games[number - entry.firstGame]
  }

  /// The block of an index entry.
  public mutating func block(at entry: ReplayIndex.Entry) throws(ReplayError) -> ReplayBlock {
    guard let (header, _) = try scanner.read(at: entry.offset), header.kind == entry.kind.rawValue else {
      throw ReplayError(
        .corrupt, file: scanner.file.path, offset: entry.offset, problem: "the file has changed",
        remedy: "open it again")
    }
    return makeBlock(header, offset: entry.offset)
  }
}
