import Environments

/// Packs observations without loss into 64-bit words: one bit a value where all values are 0 or 1, the same and a
/// number for each plane where planes have one value besides 0, a byte a value where all are grey levels of a
/// picture, else as floats.
public struct ObservationPacker: Hashable, Sendable {
  public enum Encoding: Hashable, Sendable {
    /// Every value is +0 or 1.
    case bits
    /// In each plane every value is +0 or the plane's one other value, as of a plane that is filled with a number.
    case planes
    /// Every value is a whole number from 0 to 255, divided by 255.
    case bytes
    /// Any value.
    case floats

    /// The smallest encoding that keeps what this one and the other keep.
    func joined(with other: Encoding) -> Encoding {
      if self == other || other == .bits { return self }
      return self == .bits ? other : .floats
    }
  }

  public let encoding: Encoding
  /// Number of values of an observation.
  public let valueCount: Int
  /// Values of one plane; the last plane may have fewer.
  public let planeSize: Int
  /// Number of words of a packed observation.
  public let wordCount: Int

  /// Without a size of planes the whole observation is one.
  public init(valueCount: Int, planeSize: Int? = nil, encoding: Encoding) {
    let planeSize = max(1, planeSize ?? valueCount)
    self.valueCount = valueCount
    self.planeSize = planeSize
    self.encoding = encoding
    wordCount =
      switch encoding {
      case .bits: (valueCount + 63) / 64
      case .planes: (valueCount + 63) / 64 + ((valueCount + planeSize - 1) / planeSize + 1) / 2
      case .bytes: (valueCount + 7) / 8
      case .floats: (valueCount + 1) / 2
      }
  }

  /// The smallest encoding that keeps these values exactly.
  public static func encoding(of values: borrowing Span<Float>, planeSize: Int) -> Encoding {
    var isBits = true
    var isLevels = true
    var isPlanes = true
    var scale: UInt32 = 0
    for index in values.indices {
      if index % planeSize == 0 { scale = 0 }
      let bits = values[index].bitPattern
      if bits == 0 { continue }
      if scale == 0 { scale = bits }
      isPlanes = isPlanes && bits == scale
      if bits == Float(1).bitPattern { continue }
      isBits = false
      isLevels = isLevels && level(of: values[index]) != nil
      if !isPlanes && !isLevels { return .floats }
    }
    if isBits { return .bits }
    return isPlanes ? .planes : .bytes
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
    if encoding == .planes { return packPlanes(values, into: &words, at: offset) }
    for word in 0..<wordCount {
      var packed: UInt64 = 0
      switch encoding {
      case .bits, .planes:
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

  /// A bit for each value, and then the other value of each plane, two in a word.
  private func packPlanes(
    _ values: borrowing Span<Float>, into words: inout MutableSpan<UInt64>, at offset: Int
  ) {
    for word in 0..<wordCount { words[offset + word] = 0 }
    let scales = offset + (valueCount + 63) / 64
    for index in 0..<valueCount where values[index].bitPattern != 0 {
      let plane = index / planeSize
      let scale = UInt64(values[index].bitPattern) << UInt64((plane & 1) * 32)
      let mask = UInt64(UInt32.max) << UInt64((plane & 1) * 32)
      let known = words[scales + plane >> 1] & mask
      precondition(known == 0 || known == scale, "a plane of several values")
      words[scales + plane >> 1] |= scale
      words[offset + index >> 6] |= 1 << UInt64(index & 63)
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
      guard let first = values.baseAddress else { return }
      let target = first + start
      switch encoding {
      case .bits: unpackBits(words, at: offset, into: target)
      case .planes:
        unpackBits(words, at: offset, into: target)
        scalePlanes(words, at: offset + (valueCount + 63) / 64, in: target)
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

  /// Gives the ones of each plane its value; the caller has checked that there is room.
  private func scalePlanes(
    _ words: borrowing Span<UInt64>, at offset: Int, in target: UnsafeMutablePointer<Float>
  ) {
    var first = 0
    var plane = 0
    while first < valueCount {
      let pair = words[unchecked: offset + plane >> 1]
      let scale = Float(bitPattern: UInt32(truncatingIfNeeded: pair >> UInt64((plane & 1) * 32)))
      let last = min(first + planeSize, valueCount)
      if scale.bitPattern != 0 && scale != 1 {
        // Not multiplied, as zeros would change their sign.
        for index in first..<last where target[index] != 0 { target[index] = scale }
      }
      first = last
      plane += 1
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

/// Packed observations of equal size in numbered slots. Starts with one bit a value and turns to a wider encoding,
/// for good, when the first value arrives that needs it.
struct ObservationStore: Sendable {
  private(set) var packer: ObservationPacker
  private var words: [UInt64]
  private let capacity: Int

  init(capacity: Int, shape: ObservationShape) {
    self.capacity = capacity
    packer = ObservationPacker(
      valueCount: shape.count, planeSize: shape.rows * shape.columns, encoding: .bits)
    words = [UInt64](repeating: 0, count: capacity * packer.wordCount)
  }

  var bytes: Int { words.count * 8 }

  mutating func store(_ values: borrowing Span<Float>, in slot: Int) {
    if packer.encoding != .floats {
      let needed = ObservationPacker.encoding(of: values, planeSize: packer.planeSize)
      let joined = needed.joined(with: packer.encoding)
      if joined != packer.encoding { turn(to: joined) }
    }
    let packer = packer
    var target = words.mutableSpan
    packer.pack(values, into: &target, at: slot * packer.wordCount)
  }

  func load(_ slot: Int, into values: inout MutableSpan<Float>, at start: Int) {
    packer.unpack(words.span, at: slot * packer.wordCount, into: &values, at: start)
  }

  private mutating func turn(to encoding: ObservationPacker.Encoding) {
    let wide = ObservationPacker(
      valueCount: packer.valueCount, planeSize: packer.planeSize, encoding: encoding)
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
