/// Bytes in the wire format of Protocol Buffers: the few kinds of fields that ONNX files need.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func add(_ field: Int, _ value: Int) {
    varint(UInt64(field << 3))
    varint(UInt64(bitPattern: Int64(value)))
  }

  mutating func add(_ field: Int, _ value: Float) {
    varint(UInt64(field << 3 | 5))
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  mutating func add(_ field: Int, _ value: String) { add(field, bytes: Array(value.utf8)) }

  mutating func add(_ field: Int, _ message: ProtocolBuffer) { add(field, bytes: message.bytes) }

  mutating func add(_ field: Int, bytes value: [UInt8]) {
    varint(UInt64(field << 3 | 2))
    varint(UInt64(value.count))
    bytes += value
  }

  /// Seven bits a byte, the lowest first.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}
