/// What a frame holds: a kind, its number in the file, and bytes.
public struct ReplayBlock: Hashable, Sendable {
  /// What the payload is. Kinds below 256 are reserved; users may define others.
  public struct Kind: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Game records, each after its length.
    public static let games = Kind(rawValue: 1)
  }

  public var kind: Kind
  /// Number of the block in its file, from 0.
  public var sequence: UInt64
  /// Position of the frame in the file.
  public var offset: UInt64
  public var recordCount: Int
  public var payload: ArraySlice<UInt8>
}

/// The fixed head of every block, before its payload:
/// magic 4, version 2, kind 2, payload length 4, record count 4, sequence 8, checksum 8 bytes, little-endian.
/// The checksum (XXH64) covers the payload and, as its seed, the hash of the other fields.
struct BlockHeader {
  static let size = 32
  static let magic: UInt32 = 0x5250_5053  // "SPPR"
  static let version: UInt16 = 1

  var kind: UInt16
  var length: UInt32
  var recordCount: UInt32
  var sequence: UInt64

  init(kind: UInt16, length: UInt32, recordCount: UInt32, sequence: UInt64) {
    self.kind = kind
    self.length = length
    self.recordCount = recordCount
    self.sequence = sequence
  }

  /// Fills in the first `size` bytes of a block whose payload follows them.
  func seal(_ block: inout [UInt8]) {
    var encoder = ByteEncoder()
    encoder.fixed(Self.magic)
    encoder.fixed(Self.version)
    encoder.fixed(kind)
    encoder.fixed(length)
    encoder.fixed(recordCount)
    encoder.fixed(sequence)
    block.replaceSubrange(0..<24, with: encoder.bytes)
    var checksum = ByteEncoder()
    checksum.fixed(Self.checksum(of: block))
    block.replaceSubrange(24..<32, with: checksum.bytes)
  }

  /// Checks a whole block; throws without a place, which the caller knows.
  init(checking block: [UInt8]) throws(ReplayError) {
    guard block.count >= Self.size else { throw ByteDecoder.damaged("the frame is too short for a block") }
    var decoder = ByteDecoder(block[..<Self.size])
    guard try decoder.fixed(UInt32.self, "the magic") == Self.magic else {
      throw ByteDecoder.damaged("the frame holds no replay block")
    }
    let version = try decoder.fixed(UInt16.self, "the version")
    guard version == Self.version else {
      throw ReplayError(
        .version, problem: "a replay block of version \(version), this program reads \(Self.version)",
        remedy: "use the version of selfplay that wrote it")
    }
    kind = try decoder.fixed(UInt16.self, "the kind")
    length = try decoder.fixed(UInt32.self, "the length")
    recordCount = try decoder.fixed(UInt32.self, "the record count")
    sequence = try decoder.fixed(UInt64.self, "the sequence number")
    guard Int(length) == block.count - Self.size else {
      throw ByteDecoder.damaged("the block says \(length) bytes and has \(block.count - Self.size)")
    }
    guard try decoder.fixed(UInt64.self, "the checksum") == Self.checksum(of: block) else {
      throw ByteDecoder.damaged("the block's checksum is wrong")
    }
  }

  private static func checksum(of block: [UInt8]) -> UInt64 {
    let bytes = block.span.bytes
    return Checksum.xxh64(bytes.extracting(size...), seed: Checksum.xxh64(bytes.extracting(..<24)))
  }
}
