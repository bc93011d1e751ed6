import Environments

/// The last stretches of episodes of several environments ("lanes"), for learners with memory (Kapturowski et al.
/// 2019).
///
/// An episode is cut into sequences of `length` steps, the last one shorter. Before each but the first lie the
/// `burnIn` steps that led to it, so that what was remembered there, which an older network made, can be refreshed.
/// What is sampled, in proportion to priorities, depends only on the last sequences of each lane and their errors, not
/// on how the lanes were interleaved.
public struct SequenceRing: EpisodeMemory, Sendable {
  public let laneCount: Int
  /// Sequences a lane holds, with the two that are being filled.
  public let laneCapacity: Int
  public let burnIn: Int
  public let length: Int
  /// Floats that the network remembers.
  public let memoryCount: Int
  public let observationShape: ObservationShape
  /// [lanes x laneCapacity, memoryCount]: what was remembered before the first step of each sequence's burn-in. It
  /// depends on the networks of the past, and so cannot be had from records.
  public private(set) var memories: [Float]

  /// The slots that can be sampled.
  public private(set) var priorities: PrioritisedSampler

  private struct Lane {
    /// Sequences completed so far, steps of the running episode, and whose move it is.
    var completed = 0
    var step = 0
    var mover = Player.first
  }

  private let legalWords: Int
  private var lanes: [Lane]
  private var observations: ObservationStore
  /// [slots, length + 1, words].
  private var legal: [UInt64]
  /// [slots, length].
  private var actions: [Action]
  private var rewards: [Float]
  private var futures: [Int8]
  /// [slots]: steps to learn from, and whether there is a burn-in.
  private var lengths: [Int]
  private var hasBurnIn: [Bool]

  /// Room for about `capacity` steps, shared evenly by the lanes. The burn-in is not longer than a sequence; a
  /// `priorityExponent` of 0 samples uniformly.
  public init(
    capacity: Int, lanes: Int, burnIn: Int, length: Int, memoryCount: Int, observationShape: ObservationShape,
    actionCount: Int, priorityExponent: Float = 0
  ) {
    precondition(lanes > 0 && length > 0 && 0...length ~= burnIn, "sequences of \(length) after \(burnIn)")
    laneCount = lanes
    laneCapacity = max(1, capacity / length / lanes) + 2
    self.burnIn = burnIn
    self.length = length
    self.memoryCount = memoryCount
    self.observationShape = observationShape
    legalWords = (actionCount + 63) / 64
    let slots = lanes * laneCapacity
    priorities = PrioritisedSampler(capacity: slots, exponent: priorityExponent)
    memories = [Float](repeating: 0, count: slots * memoryCount)
    self.lanes = [Lane](repeating: Lane(), count: lanes)
    observations = ObservationStore(capacity: slots * (burnIn + length + 1), shape: observationShape)
    legal = [UInt64](repeating: 0, count: slots * (length + 1) * legalWords)
    actions = [Action](repeating: 0, count: slots * length)
    rewards = [Float](repeating: 0, count: slots * length)
    futures = [Int8](repeating: 0, count: slots * length)
    lengths = [Int](repeating: 0, count: slots)
    hasBurnIn = [Bool](repeating: false, count: slots)
  }

  /// Sequences that can be sampled.
  public var count: Int { lanes.reduce(0) { $0 + held($1) } }

  /// Sequences of a lane that can be sampled.
  private func held(_ lane: Lane) -> Int { min(lane.completed, laneCapacity - 2) }

  /// The slot of a lane's sequence, numbered from the beginning of the run.
  private func slot(_ lane: Int, _ number: Int) -> Int { lane * laneCapacity + number % laneCapacity }

  /// Begins an episode with its first state, of which nothing is remembered.
  public mutating func begin(
    lane: Int, observation: borrowing Span<Float>, legal: some ActionSet, mover: Player
  ) {
    lanes[lane].step = 0
    lanes[lane].mover = mover
    let slot = slot(lane, lanes[lane].completed)
    (lengths[slot], hasBurnIn[slot]) = (0, false)
    for index in 0..<memoryCount { memories[slot * memoryCount + index] = 0 }
    note(lane, observation, legal, nil)
  }

  /// A slot for every sequence.
  public func places(forSteps steps: Int) -> Int { (steps + length - 1) / length }

  public mutating func skip(lane: Int, steps: Int) {
    precondition(
      lanes[lane].step == 0, "lane \(lane) holds sequences, which would not be the oldest any more")
    lanes[lane].completed += places(forSteps: steps)
  }

  /// Notes a step as it is told again, with nothing remembered.
  public mutating func append(
    lane: Int, action: Action, transition: Transition, next observation: borrowing Span<Float>,
    legal: some ActionSet, mover: Player
  ) {
    append(
      lane: lane, action: action, transition: transition, next: observation, legal: legal, mover: mover,
      memory: nil)
  }

  /// Notes what the player to move of the lane's running episode did, and the state it led to. `memory` is what is
  /// remembered before that state is seen; nil for zeros.
  public mutating func append(
    lane: Int, action: Action, transition: Transition, next observation: borrowing Span<Float>,
    legal: some ActionSet, mover: Player, memory: ArraySlice<Float>?
  ) {
    let slot = slot(lane, lanes[lane].completed)
    let step = lanes[lane].step % length
    actions[slot * length + step] = action
    rewards[slot * length + step] = transition.reward
    let sign: Int8 = mover == lanes[lane].mover ? 1 : -1
    futures[slot * length + step] = transition.status == .terminated ? 0 : sign
    lengths[slot] = step + 1
    lanes[lane].step += 1
    lanes[lane].mover = mover
    note(lane, observation, legal, memory)
    let isFull = lengths[slot] == length
    if transition.status.isOver, !isFull { complete(lane) }
  }

  /// Puts a state where it belongs: after the last step of its sequence, which may complete it; before the first
  /// one of the next; and in the burn-in of the one after.
  private mutating func note(
    _ lane: Int, _ observation: borrowing Span<Float>, _ set: some ActionSet, _ memory: ArraySlice<Float>?
  ) {
    let step = lanes[lane].step
    if step > 0, step % length == 0 {
      put(observation, set, in: slot(lane, lanes[lane].completed), at: length)
      complete(lane)
      let next = slot(lane, lanes[lane].completed)
      (lengths[next], hasBurnIn[next]) = (0, true)
    }
    put(observation, set, in: slot(lane, lanes[lane].completed), at: step % length)
    if burnIn == 0, step % length == 0 { remember(memory, in: slot(lane, lanes[lane].completed)) }
    let early = step % length - (length - burnIn)
    guard early >= 0 else { return }
    let next = slot(lane, lanes[lane].completed + 1)
    observations.store(observation, in: next * (burnIn + length + 1) + early)
    if early == 0 { remember(memory, in: next) }
  }

  /// Lets the lane's sequence under way be sampled, and no longer the one whose slot is filled next but one.
  private mutating func complete(_ lane: Int) {
    priorities.admit(slot(lane, lanes[lane].completed))
    lanes[lane].completed += 1
    priorities.remove(slot(lane, lanes[lane].completed + 1))
  }

  private mutating func put(
    _ observation: borrowing Span<Float>, _ set: some ActionSet, in slot: Int, at step: Int
  ) {
    observations.store(observation, in: slot * (burnIn + length + 1) + burnIn + step)
    let first = (slot * (length + 1) + step) * legalWords
    for word in 0..<legalWords { legal[first + word] = 0 }
    set.forEach { legal[first + $0.index >> 6] |= 1 << UInt64($0.index & 63) }
  }

  private mutating func remember(_ memory: ArraySlice<Float>?, in slot: Int) {
    for index in 0..<memoryCount {
      memories[slot * memoryCount + index] = memory.map { $0[$0.startIndex + index] } ?? 0
    }
  }

  /// Fills every element of `slots` with a sequence, drawn by priority with repetition. Needs `count > 0`.
  public func sample(into slots: inout [Int], using random: inout Random) {
    priorities.sample(into: &slots, using: &random)
  }

  /// Sets the priority of a sampled sequence by the size of its errors.
  public mutating func update(_ slot: Int, error: Float) { priorities.update(slot, error: error) }

  /// Takes up what networks of the past made: the memories and the priorities of all slots, of a ring into which the
  /// same episodes were appended. False, without a change, if they do not fit.
  public mutating func restore(memories: [Float], priorities state: [UInt8]) -> Bool {
    guard memories.count == self.memories.count, priorities.restore(state) else { return false }
    self.memories = memories
    return true
  }

  /// Writes the sequence in `slot` as one row of a batch.
  public func load(_ slot: Int, row: Int, into batch: inout SequenceBatch) {
    let size = observationShape.count
    let (rows, first) = (batch.rows, slot * (burnIn + length + 1))
    batch.hasBurnIn[row] = hasBurnIn[slot]
    for index in 0..<memoryCount {
      batch.memories[row * memoryCount + index] = memories[slot * memoryCount + index]
    }
    if hasBurnIn[slot] {
      var target = batch.burnInPlanes.mutableSpan
      for step in 0..<burnIn {
        observations.load(first + step, into: &target, at: (step * rows + row) * size)
      }
    }
    var target = batch.planes.mutableSpan
    for step in 0...length {
      let start = (step * rows + row) * size
      if step <= lengths[slot] {
        observations.load(first + burnIn + step, into: &target, at: start)
      } else {
        for index in start..<start + size { target[index] = 0 }
      }
    }
    loadSteps(slot, row: row, into: &batch)
  }

  private func loadSteps(_ slot: Int, row: Int, into batch: inout SequenceBatch) {
    for step in 0...length {
      for word in 0..<legalWords {
        batch.legal[(step * batch.rows + row) * legalWords + word] =
          legal[(slot * (length + 1) + step) * legalWords + word]
      }
    }
    for step in 0..<length {
      let (place, isReal) = (step * batch.rows + row, step < lengths[slot])
      batch.actions[place] = isReal ? Int32(actions[slot * length + step].index) : 0
      batch.rewards[place] = isReal ? rewards[slot * length + step] : 0
      batch.futures[place] = isReal ? Float(futures[slot * length + step]) : 0
      batch.weights[place] = isReal ? 1 : 0
    }
  }
}
