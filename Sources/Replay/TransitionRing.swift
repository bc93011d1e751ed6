import Environments

/// One transition without its observations.
public struct StoredTransition: Hashable, Sendable {
  public var action: Action
  /// Of the player who moved.
  public var reward: Float
  /// What the action led to; after `terminated` the next observation has no future.
  public var status: Status
  /// Whether the next state belongs to the same player: if not, its value counts negatively.
  public var isSameMover: Bool

  public init(action: Action, reward: Float, status: Status, isSameMover: Bool) {
    self.action = action
    self.reward = reward
    self.status = status
    self.isSameMover = isSameMover
  }
}

/// The last transitions of several environments ("lanes"), for learners that sample single steps.
///
/// Each lane is a ring of frames in the order of time, and each observation is stored once: the next state of a
/// transition is the next frame of its lane. The last state of an episode is a frame of its own, so that truncated
/// episodes bootstrap from what was really seen. What is sampled depends only on the last frames of each lane, not
/// on how the lanes were interleaved, so a ring filled again from a replay samples the same.
public struct TransitionRing: Sendable {
  public let laneCount: Int
  /// Frames a lane holds.
  public let laneCapacity: Int
  public let observationShape: ObservationShape
  /// Words of a set of legal actions: 64 actions each.
  public let legalWords: Int
  /// Transitions that can be sampled.
  public private(set) var count = 0

  private enum Mark: UInt8 {
    /// An action was taken here.
    case taken
    /// The newest frame of a running episode: nothing was taken yet.
    case waiting
    /// The last state of an episode.
    case final
  }

  private struct Lane {
    /// Index of the oldest frame, and how many there are.
    var oldest = 0
    var count = 0
  }

  private var observations: ObservationStore
  private var legal: [UInt64]
  private var actions: [Action]
  private var rewards: [Float]
  /// Mark in bits 0 and 1, status in bits 2 and 3, player to move in bit 4.
  private var tags: [UInt8]
  private var lanes: [Lane]
  /// Frames in the fullest lane.
  private var longest = 0

  /// Room for `capacity` frames, shared evenly by the lanes.
  public init(capacity: Int, lanes: Int, observationShape: ObservationShape, actionCount: Int) {
    precondition(lanes > 0 && capacity / lanes >= 2, "room for two frames a lane at least")
    laneCount = lanes
    laneCapacity = capacity / lanes
    self.observationShape = observationShape
    legalWords = (actionCount + 63) / 64
    let frames = laneCapacity * lanes
    observations = ObservationStore(capacity: frames, shape: observationShape)
    legal = [UInt64](repeating: 0, count: frames * legalWords)
    actions = [Action](repeating: 0, count: frames)
    rewards = [Float](repeating: 0, count: frames)
    tags = [UInt8](repeating: 0, count: frames)
    self.lanes = [Lane](repeating: Lane(), count: lanes)
  }

  /// Memory the frames take.
  public var bytes: Int { observations.bytes + legal.count * 8 + tags.count * 7 }

  /// Frames of a lane, those of last states included.
  public func frameCount(lane: Int) -> Int { lanes[lane].count }

  /// Begins an episode with its first state. An episode that is still running is cut off: its last state
  /// stays as a frame from which nothing was taken.
  public mutating func begin(
    lane: Int, observation: borrowing Span<Float>, legal: some ActionSet, mover: Player
  ) {
    if let last = newest(lane), mark(last) == .waiting { setMark(.final, last) }
    push(lane, observation, legal, mover, .waiting)
  }

  /// Notes what the player to move of the lane's running episode did, and the state it led to. After the end of
  /// an episode that is its last state, whose legal actions are only used if it was truncated.
  public mutating func append(
    lane: Int, action: Action, transition: Transition, next observation: borrowing Span<Float>,
    legal: some ActionSet, mover: Player
  ) {
    guard let last = newest(lane), mark(last) == .waiting else {
      preconditionFailure("lane \(lane) has no running episode: call begin first")
    }
    actions[last] = action
    rewards[last] = transition.reward
    tags[last] = tags[last] & 0b1_0000 | transition.status.rawValue << 2
    setMark(.taken, last)
    count += 1
    push(lane, observation, legal, mover, transition.status.isOver ? .final : .waiting)
  }

  /// Fills every element of `slots` with a uniformly random transition, with repetition. Needs `count > 0`.
  ///
  /// Draws a lane and an age and rejects what is no transition: O(1) expected while lanes are filled alike
  /// (fewer than two draws even if every episode has one ply only).
  public func sample(into slots: inout [Int], using random: inout Random) {
    precondition(count > 0, "no transition to sample")
    for index in slots.indices {
      while true {
        let draw = random.integer(below: laneCount * longest)
        let (lane, age) = draw.quotientAndRemainder(dividingBy: longest)
        guard age < lanes[lane].count else { continue }
        let slot = slot(lane, age)
        guard mark(slot) == .taken else { continue }
        slots[index] = slot
        break
      }
    }
  }

  /// Writes the transition in `slot` as row `row` of batches [rows, planes x rows x columns] (state and next
  /// state) and [rows, legalWords] (bits of the actions legal in the next state).
  public func load(
    _ slot: Int, row: Int = 0, observations planes: inout MutableSpan<Float>,
    nextObservations nextPlanes: inout MutableSpan<Float>, nextLegal: inout MutableSpan<UInt64>
  ) -> StoredTransition {
    precondition(mark(slot) == .taken, "slot \(slot) holds no transition")
    let next = following(slot)
    observations.load(slot, into: &planes, at: row * observationShape.count)
    observations.load(next, into: &nextPlanes, at: row * observationShape.count)
    for word in 0..<legalWords { nextLegal[row * legalWords + word] = legal[next * legalWords + word] }
    return StoredTransition(
      action: actions[slot], reward: rewards[slot], status: status(slot),
      isSameMover: (tags[slot] ^ tags[next]) & 0b1_0000 == 0)
  }

  private mutating func push(
    _ lane: Int, _ observation: borrowing Span<Float>, _ set: some ActionSet, _ mover: Player, _ mark: Mark
  ) {
    if lanes[lane].count == laneCapacity {
      let oldest = slot(lane, 0)
      if self.mark(oldest) == .taken { count -= 1 }
      lanes[lane].oldest = lanes[lane].oldest + 1 == laneCapacity ? 0 : lanes[lane].oldest + 1
      lanes[lane].count -= 1
    }
    let slot = slot(lane, lanes[lane].count)
    lanes[lane].count += 1
    longest = max(longest, lanes[lane].count)
    observations.store(observation, in: slot)
    for word in 0..<legalWords { legal[slot * legalWords + word] = 0 }
    set.forEach { legal[slot * legalWords + $0.index >> 6] |= 1 << UInt64($0.index & 63) }
    tags[slot] = mover.rawValue << 4 | mark.rawValue
  }

  private func slot(_ lane: Int, _ age: Int) -> Int {
    let index = lanes[lane].oldest + age
    return lane * laneCapacity + (index >= laneCapacity ? index - laneCapacity : index)
  }

  private func newest(_ lane: Int) -> Int? {
    lanes[lane].count == 0 ? nil : slot(lane, lanes[lane].count - 1)
  }

  /// The next frame of the lane, in a ring.
  private func following(_ slot: Int) -> Int {
    (slot + 1) % laneCapacity == 0 ? slot + 1 - laneCapacity : slot + 1
  }

  private func status(_ slot: Int) -> Status { Status(rawValue: tags[slot] >> 2 & 0b11) ?? .running }

  private func mark(_ slot: Int) -> Mark { Mark(rawValue: tags[slot] & 0b11) ?? .final }

  private mutating func setMark(_ mark: Mark, _ slot: Int) { tags[slot] = tags[slot] & ~0b11 | mark.rawValue }
}
