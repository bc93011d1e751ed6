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
    for word in bits.indices { result += bits[word].nonzeroBitCount }
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
      let population = bits[word].nonzeroBitCount
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
  /// Position of the set bit with `rank` set bits below it. O(log 64).
  package func indexOfSetBit(atRank rank: Int) -> Int {
    var rank = rank
    var word = self
    var index = 0
    var width: UInt64 = 32
    while width > 0 {
      let low = word & ((1 << width) - 1)
      let population = low.nonzeroBitCount
      if rank >= population {
        rank -= population
        word >>= width
        index += Int(width)
      } else {
        word = low
      }
      width >>= 1
    }
    return index
  }
}
