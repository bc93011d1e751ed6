import Environments

/// The last samples of self-play in memory: observations, policy targets, value targets and weights.
///
/// Samples are numbered by age, 0 the oldest, so that a window filled again with the same last samples gives the
/// same batches. Policies are kept in 16 bits an action (error below 1/65535) and add up to 1 when loaded.
public struct SampleWindow: Sendable {
  public let capacity: Int
  public let actionCount: Int
  public let observationShape: ObservationShape
  /// Samples held now, at most `capacity`.
  public private(set) var count = 0

  private var observations: ObservationStore
  private var policies: [UInt16]
  private var values: [Float]
  private var weights: [Float]
  private var policyWeights: [Float]
  private var auxiliary: AuxiliaryStore
  /// Slot of the oldest sample.
  private var oldest = 0

  /// - Parameter auxiliary: targets kept besides policy and value.
  public init(
    capacity: Int, observationShape: ObservationShape, actionCount: Int,
    auxiliary: AuxiliaryTargets.Kinds = []
  ) {
    precondition(capacity > 0, "a window without room")
    self.capacity = capacity
    self.actionCount = actionCount
    self.observationShape = observationShape
    observations = ObservationStore(capacity: capacity, shape: observationShape)
    policies = [UInt16](repeating: 0, count: capacity * actionCount)
    values = [Float](repeating: 0, count: capacity)
    weights = [Float](repeating: 0, count: capacity)
    policyWeights = weights
    self.auxiliary = AuxiliaryStore(
      auxiliary, capacity: capacity, actionCount: actionCount,
      pointCount: observationShape.rows * observationShape.columns)
  }

  /// Memory the samples take.
  public var bytes: Int { observations.bytes + policies.count * 2 + capacity * 12 + auxiliary.bytes }

  /// Memory that a window of this shape takes, if all values of its observations are 0 or 1.
  public static func bytes(
    capacity: Int, observationShape: ObservationShape, actionCount: Int,
    auxiliary: AuxiliaryTargets.Kinds = []
  ) -> Int {
    let packer = ObservationPacker(valueCount: observationShape.count, encoding: .bits)
    let others = AuxiliaryStore.bytesPerSample(
      auxiliary, actionCount: actionCount, pointCount: observationShape.rows * observationShape.columns)
    return capacity * (packer.wordCount * 8 + actionCount * 2 + 12 + others)
  }

  /// Adds a sample in place of the oldest once the window is full. `policy` is [actionCount] with shares from
  /// 0 to 1, `value` from the view of the player to move; `weight` scales the sample's loss, `policyWeight`
  /// besides that of its policy. `auxiliary` holds the kinds of targets that the window keeps, and may hold more.
  public mutating func append(
    observation: borrowing Span<Float>, policy: borrowing Span<Float>, value: Float, weight: Float = 1,
    policyWeight: Float = 1, auxiliary targets: AuxiliaryTargets? = nil
  ) {
    precondition(policy.count == actionCount, "a policy of \(policy.count) actions, not \(actionCount)")
    var slot = oldest + count
    if slot >= capacity { slot -= capacity }
    if count == capacity {
      slot = oldest
      oldest = oldest + 1 == capacity ? 0 : oldest + 1
    } else {
      count += 1
    }
    observations.store(observation, in: slot)
    for action in 0..<actionCount {
      policies[slot * actionCount + action] = policy[action].sixteenBits
    }
    values[slot] = value
    weights[slot] = weight
    policyWeights[slot] = policyWeight
    auxiliary.store(targets, in: slot)
  }

  public mutating func removeAll() { (count, oldest) = (0, 0) }

  /// Fills every element of `indices` with a uniformly random sample's number, with repetition, of the `newest`
  /// samples (nil: all). O(1) a sample. The window may not be empty.
  public func sample(into indices: inout [Int], newest: Int? = nil, using random: inout Random) {
    precondition(count > 0, "an empty window")
    let size = min(count, max(1, newest ?? count))
    for index in indices.indices { indices[index] = count - size + random.integer(below: size) }
  }

  /// Writes sample `index` (0 the oldest) as row `row` of batches [rows, planes x rows x columns] and
  /// [rows, actionCount]; returns its value and weights. The shares of a sample without a policy are 0.
  public func load(
    _ index: Int, row: Int = 0, observations planes: inout MutableSpan<Float>,
    policies shares: inout MutableSpan<Float>
  ) -> (value: Float, weight: Float, policyWeight: Float) {
    let slot = slot(of: index)
    observations.load(slot, into: &planes, at: row * observationShape.count)
    let first = slot * actionCount
    shares.loadShares(policies.span.extracting(first..<first + actionCount), at: row * actionCount)
    return (values[slot], weights[slot], policyWeights[slot])
  }

  /// Reads the auxiliary targets of sample `index` (0 the oldest) that the window keeps.
  public func loadAuxiliary(_ index: Int, into targets: inout AuxiliaryTargets) {
    auxiliary.load(slot(of: index), into: &targets)
  }

  private func slot(of index: Int) -> Int {
    precondition((0..<count).contains(index), "sample \(index) of \(count)")
    let slot = oldest + index
    return slot >= capacity ? slot - capacity : slot
  }
}

extension Float {
  /// A share from 0 to 1 in units of 1/65535.
  var sixteenBits: UInt16 { UInt16((min(max(self, 0), 1) * 65535).rounded()) }
}

extension MutableSpan where Element == Float {
  /// Writes shares of 16 bits from `start` on, scaled to add up to 1 if any is above 0.
  mutating func loadShares(_ shares: borrowing Span<UInt16>, at start: Int) {
    var total: UInt64 = 0
    for index in shares.indices { total += UInt64(shares[index]) }
    let scale = total > 0 ? 1 / Float(total) : 0
    for index in shares.indices { self[start + index] = Float(shares[index]) * scale }
  }
}
