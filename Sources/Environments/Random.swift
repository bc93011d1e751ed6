/// Where a game takes its chance from; tests feed recorded draws through it.
public protocol RandomSource {
  /// A uniform number in [0, 1).
  mutating func uniform() -> Double
  /// A uniform integer in `range`, which is not empty.
  mutating func integer(in range: Range<Int>) -> Int
}

/// Why a stream of random numbers is drawn. Streams of different purposes never meet.
public enum RandomPurpose: UInt64, Sendable {
  case initialisation, episode, agent, selfPlay, sampling, evaluation, match, playout, test, rules, noise
}

/// A counter-based generator: stream (seed, purpose, index), so that results do not depend on which thread
/// or in which order streams are used, and a stream can be taken up again anywhere.
///
/// SplitMix64 (Steele, Lea and Flood 2014) with an offset and an odd increment derived from the stream's name.
public struct Random: RandomSource, RandomNumberGenerator, Hashable, Sendable {
  /// Position in the stream; saving it saves the generator.
  public private(set) var counter: UInt64
  private let offset: UInt64
  private let increment: UInt64

  public init(seed: UInt64, purpose: RandomPurpose, index: UInt64 = 0, counter: UInt64 = 0) {
    let name = Self.mix(
      Self.mix(seed &+ 0x9E37_79B9_7F4A_7C15) ^ Self.mix(purpose.rawValue &+ 0xD1B5_4A32_D192_ED03))
    offset = Self.mix(name &+ Self.mix(index &+ 0x8CB9_2BA7_2F3D_8DD7))
    increment = Self.mix(offset ^ 0xA24B_AED4_963E_E407) | 1
    self.counter = counter
  }

  @inline(__always)
  public mutating func next() -> UInt64 {
    counter &+= 1
    return Self.mix(offset &+ counter &* increment)
  }

  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A uniform number in [0, 1) with 24 bits.
  public mutating func uniformFloat() -> Float { Float(next() >> 40) * 0x1p-24 }

  public mutating func integer(in range: Range<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// A uniform integer from 0 to `bound - 1` (Lemire 2019, without bias).
  @inline(__always)
  public mutating func integer(below bound: Int) -> Int {
    let product = next().multipliedFullWidth(by: UInt64(bound))
    if product.low < UInt64(bound) { return integer(below: UInt64(bound), continuing: product) }
    return Int(truncatingIfNeeded: product.high)
  }

  /// The rare rest of the work: repeats draws that would favour some results.
  @inline(never)
  private mutating func integer(below bound: UInt64, continuing first: (high: UInt64, low: UInt64)) -> Int {
    let threshold = (0 &- bound) % bound
    var product = first
    while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
    return Int(product.high)
  }

  /// The finaliser of SplitMix64 (variant 13 of Stafford 2011): a bijection that scatters every bit.
  @inline(__always)
  public static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
