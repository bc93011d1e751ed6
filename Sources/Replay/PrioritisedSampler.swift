#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif
import Environments

/// Draws slots in proportion to error^exponent (Schaul et al. 2016, the proportional variant), with weights that undo
/// the bias. New slots have the highest priority there ever was.
///
/// Priorities are whole numbers in units of 2^-20, at least one unit and less than 4096, so that shares are exact.
public struct PrioritisedSampler: Hashable, Sendable {
  /// The paper's alpha: 0 draws uniformly.
  public let exponent: Float
  private var tree: SumTree
  /// Of new slots.
  private var highest: UInt32

  private static let unit: Float = 0x1p20

  public init(capacity: Int, exponent: Float) {
    self.exponent = exponent
    tree = SumTree(count: capacity)
    highest = UInt32(Self.unit)
  }

  /// Bytes of its memory.
  public var bytes: Int { tree.bytes }

  /// Lets a slot be drawn, with the highest priority.
  mutating func admit(_ slot: Int) { tree[slot] = highest }

  /// Lets a slot be drawn no more.
  mutating func remove(_ slot: Int) { tree[slot] = 0 }

  /// The probability with which a slot is drawn.
  public func probability(of slot: Int) -> Double { Double(tree[slot]) / Double(tree.total) }

  /// Sets the priority of a slot that can be drawn by the size of its error. An error that is no number has the
  /// highest priority.
  public mutating func update(_ slot: Int, error: Float) {
    // What has left the memory since it was drawn has no priority.
    if tree[slot] == 0 { return }
    let priority = powf(abs(error), exponent) * Self.unit
    let weight = priority < 0x1p32 - 256 ? UInt32(max(priority, 1)) : .max
    tree[slot] = priority.isNaN ? highest : weight
    highest = max(highest, tree[slot])
  }

  /// Fills every element of `slots`, each from its own stretch of the total of priorities, as the paper's appendix
  /// B.2.1 does. Does not allocate.
  public func sample(into slots: inout [Int], using random: inout Random) {
    precondition(tree.total > 0, "no slot to draw")
    let count = UInt64(slots.count)
    func boundary(_ index: UInt64) -> UInt64 {
      let product = tree.total.multipliedFullWidth(by: index)
      return index == count ? tree.total : count.dividingFullWidth(product).quotient
    }
    var start: UInt64 = 0
    for index in slots.indices {
      let end = boundary(UInt64(index) + 1)
      // With more slots than units in all, a stretch may be empty.
      let point =
        start < end ? start + UInt64(random.integer(below: Int(end - start))) : min(start, tree.total - 1)
      slots[index] = tree.leaf(at: point)
      start = end
    }
  }

  /// (count * probability)^-exponent for each slot, divided by the largest of them (Schaul et al. 2016, section 3.4).
  /// - Parameter count: slots that can be drawn.
  public func importanceWeights(of slots: [Int], count: Int, exponent: Float, into weights: inout [Float]) {
    let scale = Double(count) / Double(tree.total)
    var largest: Float = 0
    for index in slots.indices {
      weights[index] = powf(Float(Double(tree[slots[index]]) * scale), -exponent)
      largest = max(largest, weights[index])
    }
    for index in slots.indices { weights[index] /= largest }
  }

  /// Everything that it depends on, as bytes: the weights of all slots and the highest.
  public var state: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(4 * tree.count + 4)
    for weight in tree.weights { withUnsafeBytes(of: weight.littleEndian) { bytes.append(contentsOf: $0) } }
    withUnsafeBytes(of: highest.littleEndian) { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Takes up a `state`; false, without a change, if it is of another capacity, or draws other slots.
  public mutating func restore(_ state: [UInt8]) -> Bool {
    guard state.count == 4 * tree.count + 4 else { return false }
    func weight(_ index: Int) -> UInt32 {
      (0..<4).reduce(0) { $0 | UInt32(state[4 * index + $1]) << UInt32(8 * $1) }
    }
    guard (0..<tree.count).allSatisfy({ (weight($0) == 0) == (tree[$0] == 0) }) else { return false }
    for slot in 0..<tree.count { tree[slot] = weight(slot) }
    highest = weight(tree.count)
    return true
  }
}
