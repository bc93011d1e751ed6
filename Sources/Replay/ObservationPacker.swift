/// Packs observations without loss into 64-bit words: one bit a value where all values are 0 or 1, a byte where
/// all are grey levels of a picture, else as floats.
public struct ObservationPacker: Hashable, Sendable {
  public enum Encoding: Hashable, Sendable {
    /// Every value is +0 or 1.
    case bits
    /// Every value is a whole number from 0 to 255, divided by 255.
    case bytes
    /// Any value.
    case floats

    /// Values in a word.
    var valuesPerWord: Int {
      switch self {
      case .bits: 64
      case .bytes: 8
      case .floats: 2
      }
    }
  }

  public let encoding: Encoding
  /// Number of values of an observation.
  public let valueCount: Int
  /// Number of words of a packed observation.
  public let wordCount: Int

  public init(valueCount: Int, encoding: Encoding) {
    self.valueCount = valueCount
    self.encoding = encoding
    wordCount = (valueCount + encoding.valuesPerWord - 1) / encoding.valuesPerWord
  }

  /// The smallest encoding that keeps these values exactly.
  public static func encoding(of values: borrowing Span<Float>) -> Encoding {
    var encoding = Encoding.bits
    for index in values.indices {
      let bits = values[index].bitPattern
      if bits == 0 || bits == Float(1).bitPattern { continue }
      guard level(of: values[index]) != nil else { return .floats }
      encoding = .bytes
    }
    return encoding
  }

  /// The grey level that is exactly this value, or nil.
  private static func level(of value: Float) -> UInt8? {
    guard value >= 0 && value <= 1 else { return nil }
    let level = UInt8((value * 255).rounded())
    // Bit patterns tell -0 from 0.
    return (Float(level) / 255).bitPattern == value.bitPattern ? level : nil
  }

  /// Packs the values into `words[offset..<offset + wordCount]`. Values that are not 0 or 1 are a broken
  /// precondition of the encoding `bits`, those that are no grey levels one of `bytes`.
  public func pack(_ values: borrowing Span<Float>, into words: inout MutableSpan<UInt64>, at offset: Int) {
    precondition(values.count == valueCount, "an observation of \(values.count) values, not \(valueCount)")
    for word in 0..<wordCount {
      var packed: UInt64 = 0
      switch encoding {
      case .bits:
        for index in word * 64..<min(word * 64 + 64, valueCount) {
          let bits = values[index].bitPattern
          precondition(bits == 0 || bits == Float(1).bitPattern, "a value that is not 0 or 1")
          packed |= UInt64(bits >> 29) << UInt64(index & 63)
        }
      case .bytes:
        for index in word * 8..<min(word * 8 + 8, valueCount) {
          guard let level = Self.level(of: values[index]) else {
            preconditionFailure("a value that is no level")
          }
          packed |= UInt64(level) << UInt64((index & 7) * 8)
        }
      case .floats:
        packed = UInt64(values[word * 2].bitPattern)
        if word * 2 + 1 < valueCount { packed |= UInt64(values[word * 2 + 1].bitPattern) << 32 }
      }
      words[offset + word] = packed
    }
  }

  /// Unpacks `words[offset..<offset + wordCount]` into `values[start..<start + valueCount]`.
  public func unpack(
    _ words: borrowing Span<UInt64>, at offset: Int, into values: inout MutableSpan<Float>,
    at start: Int = 0
  ) {
    precondition(start >= 0 && start + valueCount <= values.count, "the observation does not fit")
    precondition(offset >= 0 && offset + wordCount <= words.count, "no packed observation here")
    // Both ranges were checked above; checks on each value would cost more than the work.
    values.withUnsafeMutableBufferPointer { values in
      let target = values.baseAddress! + start
      switch encoding {
      case .bits: unpackBits(words, at: offset, into: target)
      case .bytes:
        for index in 0..<valueCount {
          let level = words[unchecked: offset &+ index >> 3] >> UInt64((index & 7) * 8) & 255
          target[index] = Float(UInt8(truncatingIfNeeded: level)) / 255
        }
      case .floats:
        for index in 0..<valueCount {
          let pair = words[unchecked: offset + index >> 1]
          target[index] = Float(bitPattern: UInt32(truncatingIfNeeded: pair >> UInt64((index & 1) * 32)))
        }
      }
    }
  }

  /// Eight values at a time: bit i of a byte, times the bits of 1.0 shifted right by i, is 0.0 or 1.0.
  /// Writes `valueCount` values, for which the caller has checked that there is room.
  private func unpackBits(
    _ words: borrowing Span<UInt64>, at offset: Int, into target: UnsafeMutablePointer<Float>
  ) {
    let one = Float(1).bitPattern
    let masks = SIMD8<UInt32>(1, 2, 4, 8, 16, 32, 64, 128)
    let factors = SIMD8<UInt32>(
      one, one >> 1, one >> 2, one >> 3, one >> 4, one >> 5, one >> 6, one >> 7)
    let whole = valueCount & ~7
    var first = 0
    while first < whole {
      let bits = UInt32(truncatingIfNeeded: words[unchecked: offset &+ first >> 6] &>> UInt64(first & 63))
      let values = (SIMD8<UInt32>(repeating: bits) & masks) &* factors
      // A raw store, since rows of a batch need not be aligned to vectors.
      UnsafeMutableRawPointer(target + first).storeBytes(of: values, as: SIMD8<UInt32>.self)
      first &+= 8
    }
    for index in whole..<valueCount {
      target[index] = Float(words[unchecked: offset + index >> 6] >> UInt64(index & 63) & 1)
    }
  }
}

/// Packed observations of equal size in numbered slots. Starts with one bit a value and turns to bytes or
/// floats, for good, when the first value arrives that needs them.
struct ObservationStore: Sendable {
  private(set) var packer: ObservationPacker
  private var words: [UInt64]
  private let capacity: Int

  init(capacity: Int, valueCount: Int) {
    self.capacity = capacity
    packer = ObservationPacker(valueCount: valueCount, encoding: .bits)
    words = [UInt64](repeating: 0, count: capacity * packer.wordCount)
  }

  var bytes: Int { words.count * 8 }

  mutating func store(_ values: borrowing Span<Float>, in slot: Int) {
    if packer.encoding != .floats {
      let needed = ObservationPacker.encoding(of: values)
      if needed.valuesPerWord < packer.encoding.valuesPerWord { turn(to: needed) }
    }
    let packer = packer
    var target = words.mutableSpan
    packer.pack(values, into: &target, at: slot * packer.wordCount)
  }

  func load(_ slot: Int, into values: inout MutableSpan<Float>, at start: Int) {
    packer.unpack(words.span, at: slot * packer.wordCount, into: &values, at: start)
  }

  private mutating func turn(to encoding: ObservationPacker.Encoding) {
    let wide = ObservationPacker(valueCount: packer.valueCount, encoding: encoding)
    var result = [UInt64](repeating: 0, count: capacity * wide.wordCount)
    var values = [Float](repeating: 0, count: packer.valueCount)
    for slot in 0..<capacity {
      var unpacked = values.mutableSpan
      load(slot, into: &unpacked, at: 0)
      var target = result.mutableSpan
      wide.pack(values.span, into: &target, at: slot * wide.wordCount)
    }
    (packer, words) = (wide, result)
  }
}
