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
  /// Slot of the oldest sample.
  private var oldest = 0

  public init(capacity: Int, observationShape: ObservationShape, actionCount: Int) {
    precondition(capacity > 0, "a window without room")
    self.capacity = capacity
    self.actionCount = actionCount
    self.observationShape = observationShape
    observations = ObservationStore(capacity: capacity, shape: observationShape)
    policies = [UInt16](repeating: 0, count: capacity * actionCount)
    values = [Float](repeating: 0, count: capacity)
    weights = [Float](repeating: 0, count: capacity)
  }

  /// Memory the samples take.
  public var bytes: Int { observations.bytes + policies.count * 2 + capacity * 8 }

  /// Adds a sample in place of the oldest once the window is full. `policy` is [actionCount] with shares from
  /// 0 to 1, `value` from the view of the player to move; `weight` scales the sample's loss.
  public mutating func append(
    observation: borrowing Span<Float>, policy: borrowing Span<Float>, value: Float, weight: Float = 1
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
      let share = min(max(policy[action], 0), 1)
      policies[slot * actionCount + action] = UInt16((share * 65535).rounded())
    }
    values[slot] = value
    weights[slot] = weight
  }

  public mutating func removeAll() { (count, oldest) = (0, 0) }

  /// Fills every element of `indices` with a uniformly random sample's number, with repetition.
  /// O(1) a sample. The window may not be empty.
  public func sample(into indices: inout [Int], using random: inout Random) {
    precondition(count > 0, "an empty window")
    for index in indices.indices { indices[index] = random.integer(below: count) }
  }

  /// Writes sample `index` (0 the oldest) as row `row` of batches [rows, planes x rows x columns] and
  /// [rows, actionCount]; returns its value and weight.
  public func load(
    _ index: Int, row: Int = 0, observations planes: inout MutableSpan<Float>,
    policies shares: inout MutableSpan<Float>
  ) -> (value: Float, weight: Float) {
    precondition((0..<count).contains(index), "sample \(index) of \(count)")
    var slot = oldest + index
    if slot >= capacity { slot -= capacity }
    observations.load(slot, into: &planes, at: row * observationShape.count)
    let first = slot * actionCount
    var total: UInt64 = 0
    for action in 0..<actionCount { total += UInt64(policies[first + action]) }
    let scale = total > 0 ? 1 / Float(total) : 0
    for action in 0..<actionCount {
      shares[row * actionCount + action] = Float(policies[first + action]) * scale
    }
    return (values[slot], weights[slot])
  }
}
