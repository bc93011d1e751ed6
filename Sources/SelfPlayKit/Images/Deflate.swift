/// A zlib stream (RFC 1950 and 1951): one block of the fixed Huffman codes, with repetitions found through a
/// table of the last place of every four bytes. Small for pictures of few colours, and needs no library.
package struct Deflate {
  private var bits = BitWriter()
  private let bytes: [UInt8]
  /// Last place of four bytes with a hash, or -1.
  private var places = [Int32](repeating: -1, count: 1 << 15)

  /// Compresses bytes that repeat what lies `stride` bytes before them, as rows of a picture do.
  package static func zlib(_ bytes: [UInt8], stride: Int) -> [UInt8] {
    var encoder = Deflate(bytes: bytes)
    encoder.compress(stride: stride)
    // Header of a 32 KiB window; check bits make it a multiple of 31.
    return [0x78, 0x5E] + encoder.bits.bytes + Checksums.adler32(of: bytes).bigEndianBytes
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func compress(stride: Int) {
    // The last block, with fixed codes.
    bits.write(0b011, count: 3)
    var index = 0
    while index < bytes.count {
      let match = longestMatch(at: index, stride: stride)
      if match.length < 4 {
        writeLiteral(Int(bytes[index]))
        remember(index)
        index += 1
      } else {
        writeMatch(length: match.length, distance: match.distance)
        // Only the start of a match is remembered: enough, and fast where one colour fills the picture.
        for offset in 0..<min(match.length, 8) { remember(index + offset) }
        index += match.length
      }
    }
    writeLiteral(256)
    bits.flush()
  }

  private func hash(at index: Int) -> Int? {
    guard index + 4 <= bytes.count else { return nil }
    let word = (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(bytes[index + $1]) }
    return Int((word &* 0x9E37_79B1) >> 17)
  }

  private mutating func remember(_ index: Int) {
    if let slot = hash(at: index) { places[slot] = Int32(index) }
  }

  private func longestMatch(at index: Int, stride: Int) -> (length: Int, distance: Int) {
    var best = (length: 0, distance: 0)
    var distances = [1, stride]
    if let slot = hash(at: index), places[slot] >= 0 { distances.append(index - Int(places[slot])) }
    for distance in distances where distance <= min(index, 32_768) {
      let length = matchLength(at: index, distance: distance)
      if length > best.length { best = (length, distance) }
    }
    return best
  }

  private func matchLength(at index: Int, distance: Int) -> Int {
    let limit = min(258, bytes.count - index)
    var length = 0
    while length < limit && bytes[index + length] == bytes[index + length - distance] { length += 1 }
    return length
  }

  /// RFC 1951, 3.2.6.
  private mutating func writeLiteral(_ symbol: Int) {
    switch symbol {
    case ..<144: bits.writeReversed(0b0011_0000 + symbol, count: 8)
    case ..<256: bits.writeReversed(0b1_1001_0000 + symbol - 144, count: 9)
    case ..<280: bits.writeReversed(symbol - 256, count: 7)
    default: bits.writeReversed(0b1100_0000 + symbol - 280, count: 8)
    }
  }

  /// RFC 1951, 3.2.5: a code for a range of lengths or distances, and extra bits for the place in it.
  private mutating func writeMatch(length: Int, distance: Int) {
    if length == 258 {
      writeLiteral(285)
    } else {
      let (code, extra, rest) = Self.code(of: length - 3, shift: 2)
      writeLiteral(257 + code)
      bits.write(rest, count: extra)
    }
    let (code, extra, rest) = Self.code(of: distance - 1, shift: 1)
    bits.writeReversed(code, count: 5)
    bits.write(rest, count: extra)
  }

  /// Both tables of the standard have 2^shift codes for every number of extra bits, twice as many for none.
  private static func code(of value: Int, shift: Int) -> (code: Int, extra: Int, rest: Int) {
    let width = Int.bitWidth - value.leadingZeroBitCount
    let extra = max(width - shift - 1, 0)
    return (extra << shift + value >> extra, extra, value & (1 << extra - 1))
  }
}

/// Bits from the lowest of each byte upwards.
struct BitWriter {
  private(set) var bytes: [UInt8] = []
  private var pending: UInt32 = 0
  private var pendingCount = 0

  /// The low `count` bits, the lowest first; at most 16.
  mutating func write(_ value: Int, count: Int) {
    pending |= UInt32(value) << UInt32(pendingCount)
    pendingCount += count
    while pendingCount >= 8 {
      bytes.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      pendingCount -= 8
    }
  }

  /// The low `count` bits, the highest first, as Huffman codes are packed.
  mutating func writeReversed(_ value: Int, count: Int) {
    for bit in (0..<count).reversed() { write(value >> bit & 1, count: 1) }
  }

  /// Fills the last byte with zeros.
  mutating func flush() {
    if pendingCount > 0 { write(0, count: 8 - pendingCount) }
  }
}
