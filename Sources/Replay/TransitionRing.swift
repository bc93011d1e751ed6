import Environments

/// The last transitions of several environments ("lanes"), for learners that sample single steps.
///
/// Each lane is a ring of frames in the order of time, and each observation is stored once: the next state of a
/// transition is the next frame of its lane. The last state of an episode is a frame of its own, so that truncated
/// episodes bootstrap from what was really seen. What is sampled depends only on the last frames of each lane, not
/// on how the lanes were interleaved, so a ring filled again from a replay samples the same.
public struct TransitionRing: EpisodeMemory, Sendable {
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

  private var observations: LaneObservations
  private var legal: [UInt64]
  private var actions: [Action]
  private var rewards: [Float]
  /// Mark in bits 0 and 1, status in bits 2 and 3, player to move in bit 4.
  private var tags: [UInt8]
  private var lanes: [Lane]
  /// Draws the slots in place of chance; nil for uniform draws.
  public private(set) var priorities: PrioritisedSampler?
  /// Frames in the fullest lane.
  private var longest = 0

  /// Room for `capacity` frames, shared evenly by the lanes.
  /// - Parameter priorityExponent: how much priorities matter to draws; nil to do without.
  public init(
    capacity: Int, lanes: Int, observationShape: ObservationShape, actionCount: Int,
    priorityExponent: Float? = nil
  ) {
    precondition(lanes > 0 && capacity / lanes >= 2, "room for two frames a lane at least")
    laneCount = lanes
    laneCapacity = capacity / lanes
    self.observationShape = observationShape
    legalWords = (actionCount + 63) / 64
    let frames = laneCapacity * lanes
    observations = LaneObservations(shape: observationShape, lanes: lanes, laneCapacity: laneCapacity)
    legal = [UInt64](repeating: 0, count: frames * legalWords)
    actions = [Action](repeating: 0, count: frames)
    rewards = [Float](repeating: 0, count: frames)
    tags = [UInt8](repeating: 0, count: frames)
    self.lanes = [Lane](repeating: Lane(), count: lanes)
    priorities = priorityExponent.map { PrioritisedSampler(capacity: frames, exponent: $0) }
  }

  /// Memory the frames take.
  public var bytes: Int {
    observations.bytes + legal.count * 8 + tags.count * 7 + (priorities?.bytes ?? 0)
  }

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
    priorities?.admit(last)
    count += 1
    push(lane, observation, legal, mover, transition.status.isOver ? .final : .waiting)
  }

  /// A frame for every state, the last one too.
  public func places(forSteps steps: Int) -> Int { steps + 1 }

  public mutating func skip(lane: Int, steps: Int) {
    precondition(lanes[lane].count == 0, "lane \(lane) holds frames, which would not be the oldest any more")
    lanes[lane].oldest = (lanes[lane].oldest + places(forSteps: steps)) % laneCapacity
    observations.begin(lane: lane, at: lanes[lane].oldest)
  }

  /// Fills every element of `slots` with a random transition, with repetition: in proportion to the priorities if
  /// there are any, else uniformly. Needs `count > 0`.
  ///
  /// Draws a lane and an age and rejects what is no transition: O(1) expected while lanes are filled alike
  /// (fewer than two draws even if every episode has one ply only).
  public func sample(into slots: inout [Int], using random: inout Random) {
    precondition(count > 0, "no transition to sample")
    if let priorities { return priorities.sample(into: &slots, using: &random) }
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
  /// state) and [rows, legalWords] (bits of the actions legal in the next state). By default it is one step; a rule of
  /// more steps makes it lead further, to the end of the episode or the newest frame at most.
  public func load(
    _ slot: Int, row: Int = 0, rule: ReturnRule = ReturnRule(), observations planes: inout MutableSpan<Float>,
    nextObservations nextPlanes: inout MutableSpan<Float>, nextLegal: inout MutableSpan<UInt64>
  ) -> StoredTransition {
    precondition(mark(slot) == .taken, "slot \(slot) holds no transition")
    var (last, next, steps) = (slot, following(slot), 1)
    var (reward, discount) = (rule.shaped(rewards[slot]), rule.discount)
    while steps < rule.steps, status(last) == .running, mark(next) == .taken {
      let gain = rule.shaped(rewards[next])
      reward += discount * (isSameMover(slot, next) ? gain : -gain)
      discount *= rule.discount
      (last, next, steps) = (next, following(next), steps + 1)
    }
    observations.load(slot, into: &planes, at: row * observationShape.count)
    observations.load(next, into: &nextPlanes, at: row * observationShape.count)
    loadLegalActions(next, row: row, into: &nextLegal)
    return StoredTransition(
      action: actions[slot], reward: reward, status: status(last), isSameMover: isSameMover(slot, next),
      discount: discount)
  }

  /// Writes the actions that were legal at `slot` as row `row` of [rows, legalWords].
  public func loadLegalActions(_ slot: Int, row: Int = 0, into words: inout MutableSpan<UInt64>) {
    for word in 0..<legalWords { words[row * legalWords + word] = legal[slot * legalWords + word] }
  }

  /// Notes how wrong the learner was about drawn transitions; nothing without priorities.
  public mutating func update(_ slots: [Int], errors: [Float]) {
    for (slot, error) in zip(slots, errors) { priorities?.update(slot, error: error) }
  }

  /// The same transitions, drawn uniformly.
  public var uniform: TransitionRing {
    var ring = self
    ring.priorities = nil
    return ring
  }

  /// Takes up priorities from the `state` of a sampler; false if they do not fit what the ring holds.
  public mutating func restorePriorities(_ state: [UInt8]) -> Bool { priorities?.restore(state) ?? false }

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
    priorities?.remove(slot)
    lanes[lane].count += 1
    longest = max(longest, lanes[lane].count)
    observations.append(observation, lane: lane)
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

  private func isSameMover(_ one: Int, _ other: Int) -> Bool {
    (tags[one] ^ tags[other]) & 0b1_0000 == 0
  }

  private func status(_ slot: Int) -> Status { Status(rawValue: tags[slot] >> 2 & 0b11) ?? .running }

  private func mark(_ slot: Int) -> Mark { Mark(rawValue: tags[slot] & 0b11) ?? .final }

  private mutating func setMark(_ mark: Mark, _ slot: Int) { tags[slot] = tags[slot] & ~0b11 | mark.rawValue }
}
