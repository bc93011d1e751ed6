import Environments

/// Appends little-endian numbers, variable-length integers and texts to bytes.
struct ByteEncoder {
  var bytes: [UInt8] = []

  mutating func fixed<T: FixedWidthInteger & UnsignedInteger>(_ value: T) {
    for shift in stride(from: 0, to: T.bitWidth, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: value >> T(shift)))
    }
  }

  /// Seven bits a byte, low ones first; the top bit says that more follow.
  mutating func variable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  mutating func variable(_ value: Int) { variable(UInt64(value)) }

  mutating func text(_ value: String) {
    variable(value.utf8.count)
    bytes.append(contentsOf: value.utf8)
  }

  /// Eight flags a byte, the first one lowest.
  mutating func flags(_ values: [Bool]) {
    for start in stride(from: 0, to: values.count, by: 8) {
      var byte: UInt8 = 0
      for index in start..<min(start + 8, values.count) where values[index] {
        byte |= 1 << UInt8(index - start)
      }
      bytes.append(byte)
    }
  }
}

/// Reads what `ByteEncoder` writes, from untrusted bytes: every read is checked, and every value has exactly one
/// accepted encoding.
struct ByteDecoder {
  private let bytes: ArraySlice<UInt8>
  private var at: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  var remaining: Int { bytes.endIndex - at }

  static func damaged(_ problem: String) -> ReplayError {
    ReplayError(.corrupt, problem: problem, remedy: "restore the file from a copy, or record it again")
  }

  mutating func byte(_ name: StaticString) throws(ReplayError) -> UInt8 {
    guard at < bytes.endIndex else { throw Self.damaged("the record ends inside \(name)") }
    defer { at += 1 }
    return bytes[at]
  }

  mutating func fixed<T: FixedWidthInteger & UnsignedInteger>(
    _ type: T.Type, _ name: StaticString
  ) throws(ReplayError) -> T {
    let size = T.bitWidth / 8
    guard remaining >= size else { throw Self.damaged("the record ends inside \(name)") }
    var value: T = 0
    for index in 0..<size { value |= T(truncatingIfNeeded: bytes[at + index]) << T(index * 8) }
    at += size
    return value
  }

  mutating func variable(_ name: StaticString) throws(ReplayError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let next = try byte(name)
      let bits = UInt64(next & 0x7F)
      guard shift < 63 || bits <= 1, shift == 0 || next != 0 else {
        throw Self.damaged("\(name) is not a valid number")
      }
      value |= bits << shift
      if next < 0x80 { return value }
      guard shift < 63 else { throw Self.damaged("\(name) is not a valid number") }
      shift += 7
    }
  }

  mutating func variable(_ name: StaticString, atMost limit: Int) throws(ReplayError) -> Int {
    let value = try variable(name)
    guard value <= UInt64(limit) else { throw Self.damaged("\(name) is \(value), more than \(limit)") }
    return Int(value)
  }

  mutating func slice(_ count: Int, _ name: StaticString) throws(ReplayError) -> ArraySlice<UInt8> {
    guard count <= remaining else { throw Self.damaged("the record ends inside \(name)") }
    defer { at += count }
    return bytes[at..<at + count]
  }

  mutating func text(_ name: StaticString) throws(ReplayError) -> String {
    let part = try slice(try variable(name, atMost: remaining), name)
    guard let text = String(validating: part, as: UTF8.self) else {
      throw Self.damaged("\(name) is not valid UTF-8")
    }
    return text
  }

  mutating func flags(_ count: Int, _ name: StaticString) throws(ReplayError) -> [Bool] {
    var values: [Bool] = []
    for start in stride(from: 0, to: count, by: 8) {
      let byte = try byte(name)
      let width = min(8, count - start)
      guard UInt16(byte) >> UInt16(width) == 0 else { throw Self.damaged("\(name): unused ones are set") }
      for index in 0..<width { values.append(byte >> UInt8(index) & 1 == 1) }
    }
    return values
  }

  /// `count` lengths of lists whose elements take two more bytes each at least, so that a lie cannot make us
  /// allocate much.
  mutating func counts(_ count: Int, _ name: StaticString) throws(ReplayError) -> [Int] {
    var counts: [Int] = []
    var total = 0
    for _ in 0..<count {
      counts.append(try variable(name, atMost: remaining))
      total += counts[counts.count - 1]
      guard total <= remaining / 2 else { throw Self.damaged("the record ends inside the lists of \(name)") }
    }
    return counts
  }

  /// Actions in rising order, each as the number of actions skipped since the last.
  mutating func risingActions(_ count: Int, _ name: StaticString) throws(ReplayError) -> [Action] {
    var actions: [Action] = []
    actions.reserveCapacity(count)
    var next = 0
    for _ in 0..<count {
      let action = next + (try variable(name, atMost: Int(UInt16.max)))
      guard action <= Int(UInt16.max) else { throw Self.damaged("\(name) is \(action)") }
      actions.append(Action(action))
      next = action + 1
    }
    return actions
  }

  func end() throws(ReplayError) {
    guard remaining == 0 else { throw Self.damaged("\(remaining) bytes too many follow the record") }
  }
}
