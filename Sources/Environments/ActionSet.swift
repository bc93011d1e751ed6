/// A fixed-size set of actions without allocation.
public protocol ActionSet: Sendable {
  /// The empty set.
  init()
  var isEmpty: Bool { get }
  var count: Int { get }
  func contains(_ action: Action) -> Bool
  mutating func insert(_ action: Action)
  /// The action with `rank` smaller ones in the set; `rank` is below `count`.
  func action(atRank rank: Int) -> Action
  /// Calls `body` on every action in rising order.
  func forEach(_ body: (Action) throws -> Void) rethrows
}

extension ActionSet {
  /// The actions in rising order, as an array (allocates: not for inner loops).
  public var array: [Action] {
    var result: [Action] = []
    forEach { result.append($0) }
    return result
  }

  /// A uniformly random member of a set that is not empty.
  @inline(__always)
  public func randomAction(using random: inout Random) -> Action {
    action(atRank: random.integer(below: count))
  }
}

/// A bit set of up to 64 x `words` actions.
public struct ActionBits<let words: Int>: ActionSet {
  public var bits: InlineArray<words, UInt64>

  public init() { bits = InlineArray(repeating: 0) }

  public var isEmpty: Bool {
    for word in bits.indices where bits[word] != 0 { return false }
    return true
  }

  public var count: Int {
    var result = 0
    for word in bits.indices { result += bits[word].setBitCount }
    return result
  }

  public func contains(_ action: Action) -> Bool {
    bits[action.index >> 6] >> UInt64(action.index & 63) & 1 == 1
  }

  public mutating func insert(_ action: Action) {
    bits[action.index >> 6] |= 1 << UInt64(action.index & 63)
  }

  public func action(atRank rank: Int) -> Action {
    var remaining = rank
    for word in bits.indices {
      let population = bits[word].setBitCount
      if remaining < population { return Action(word << 6 + bits[word].indexOfSetBit(atRank: remaining)) }
      remaining -= population
    }
    preconditionFailure("rank \(rank) in a set of \(count) actions")
  }

  public func forEach(_ body: (Action) throws -> Void) rethrows {
    for word in bits.indices {
      var rest = bits[word]
      while rest != 0 {
        try body(Action(word << 6 + rest.trailingZeroBitCount))
        rest &= rest - 1
      }
    }
  }
}

extension UInt64 {
  /// A uniformly random set bit's position; the word is not 0.
  @inline(__always)
  package func randomSetBit(using random: inout Random) -> Int {
    indexOfSetBit(atRank: random.integer(below: setBitCount))
  }

  /// `nonzeroBitCount`, computed so that a search by rank in the same word shares the work.
  @inline(__always)
  package var setBitCount: Int { Int(truncatingIfNeeded: cumulativeCounts &>> 56) }

  /// Position of the set bit with `rank` set bits below it, without branches (Vigna 2008).
  @inline(__always)
  package func indexOfSetBit(atRank rank: Int) -> Int {
    let rank = UInt64(truncatingIfNeeded: rank)
    let counts = cumulativeCounts
    let shift = Self.countOfBytes(in: counts, upTo: rank) &* 8
    let rankInByte = rank &- ((counts &<< 8) &>> shift & 0xFF)
    // Each bit of that byte goes to a byte of its own, which makes it the same question once more.
    let bits = ((self &>> shift) & 0xFF) &* Self.ones & 0x8040_2010_0804_0201
    let countsOfBits = ((bits &+ ~Self.high) &>> 7 & Self.ones) &* Self.ones
    return Int(truncatingIfNeeded: shift &+ Self.countOfBytes(in: countsOfBits, upTo: rankInByte))
  }

  private static var ones: UInt64 { 0x0101_0101_0101_0101 }
  private static var high: UInt64 { 0x8080_8080_8080_8080 }

  /// Byte i holds the number of set bits in bytes 0 to i.
  @inline(__always)
  private var cumulativeCounts: UInt64 {
    let pairs = self &- (self &>> 1 & 0x5555_5555_5555_5555)
    let nibbles = (pairs & 0x3333_3333_3333_3333) &+ (pairs &>> 2 & 0x3333_3333_3333_3333)
    return ((nibbles &+ nibbles &>> 4) & 0x0F0F_0F0F_0F0F_0F0F) &* Self.ones
  }

  /// How many of eight bytes are at most `limit`; all are below 128.
  @inline(__always)
  private static func countOfBytes(in bytes: UInt64, upTo limit: UInt64) -> UInt64 {
    (((((limit &* ones) | high) &- bytes) & high) &>> 7 &* ones) &>> 56
  }
}
