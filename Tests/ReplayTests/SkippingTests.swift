import Environments
import Replay
import Testing

@Suite("Memories that leave out what they would forget")
struct SkippingTests {
  /// An episode of a lane, whose states all look different.
  private struct Episode {
    var lane: Int
    var steps: Int
    var first: Int

    /// What is seen in its states, the newest plane first: grey levels, or zeros and ones.
    func planes(_ step: Int, _ shape: ObservationShape, isGrey: Bool) -> [Float] {
      (0..<shape.planes).flatMap { plane in
        (0..<shape.rows * shape.columns).map { point in
          let hash = Random.mix(
            UInt64(first + max(0, step - plane)) << 20 | UInt64(point) << 4 | UInt64(lane))
          return isGrey ? Float(hash & 255) / 255 : Float(hash & 1)
        }
      }
    }
  }

  private static let lanes = 3

  /// Episodes of random lanes and lengths.
  private func episodes(_ count: Int, using random: inout Random) -> [Episode] {
    (0..<count).map {
      Episode(
        lane: random.integer(below: Self.lanes), steps: 1 + random.integer(below: 9), first: 100 * $0)
    }
  }

  private func tell(
    _ episode: Episode, to memory: inout some EpisodeMemory, _ shape: ObservationShape, isGrey: Bool,
    shift: Float = 0
  ) {
    for step in 0...episode.steps {
      let planes = episode.planes(step, shape, isGrey: isGrey).map { $0 + shift }
      var legal = ActionBits<1>()
      legal.bits[0] = UInt64(1 + step % 7)
      let mover: Player = step % 3 == 0 ? .first : .second
      if step == 0 {
        memory.begin(lane: episode.lane, observation: planes.span, legal: legal, mover: mover)
      } else {
        memory.append(
          lane: episode.lane, action: Action(step % 3),
          transition: Transition(
            reward: Float(episode.first + step), status: step == episode.steps ? .terminated : .running),
          next: planes.span, legal: legal, mover: mover)
      }
    }
  }

  /// Tells one memory everything, and another only what it does not forget; returns how many episodes it left out.
  private func fill<Memory: EpisodeMemory>(
    _ whole: inout Memory, _ part: inout Memory, with episodes: [Episode], _ shape: ObservationShape,
    isGrey: Bool
  ) -> Int {
    var places = [Int](repeating: 0, count: Self.lanes)
    for episode in episodes { places[episode.lane] += part.places(forSteps: episode.steps) }
    var skipped = 0
    for episode in episodes {
      tell(episode, to: &whole, shape, isGrey: isGrey)
      places[episode.lane] -= part.places(forSteps: episode.steps)
      if places[episode.lane] >= part.laneCapacity {
        part.skip(lane: episode.lane, steps: episode.steps)
        skipped += 1
      } else {
        tell(episode, to: &part, shape, isGrey: isGrey)
      }
    }
    return skipped
  }

  /// Transitions drawn from a ring, with everything that belongs to them.
  private func drawn(from ring: TransitionRing) -> [[Float]] {
    var slots = [Int](repeating: 0, count: 300)
    var random = Random(seed: 3, purpose: .test)
    ring.sample(into: &slots, using: &random)
    let size = ring.observationShape.count
    var (now, next, legal) = (
      [Float](repeating: 0, count: size), [Float](repeating: 0, count: size), [UInt64(0)]
    )
    return slots.map { slot in
      var a = now.mutableSpan
      var b = next.mutableSpan
      var c = legal.mutableSpan
      let transition = ring.load(slot, observations: &a, nextObservations: &b, nextLegal: &c)
      let numbers = [
        Float(slot), transition.reward, transition.signedDiscount, Float(transition.action.index),
        Float(legal[0]),
      ]
      return numbers + now + next
    }
  }

  @Test(
    "a ring of transitions has the same slots, contents and priorities",
    arguments: [
      (ObservationShape(planes: 2, rows: 3, columns: 4), false),
      (ObservationShape(planes: 4, rows: 32, columns: 32), true),
    ])
  func transitions(shape: ObservationShape, isGrey: Bool) throws {
    let seed = testSeed("skipping transitions")
    for exponent in [nil, Float(0.6)] {
      var random = Random(seed: seed, purpose: .test)
      var whole = TransitionRing(
        capacity: 3 * 37, lanes: Self.lanes, observationShape: shape, actionCount: 3,
        priorityExponent: exponent)
      var part = whole
      let episodes = episodes(70, using: &random)
      #expect(fill(&whole, &part, with: episodes, shape, isGrey: isGrey) > 20)
      func check(_ moment: String) {
        #expect(whole.count == part.count, "\(moment)")
        #expect((0..<Self.lanes).allSatisfy { whole.frameCount(lane: $0) == part.frameCount(lane: $0) })
        #expect(whole.priorities == part.priorities, "\(moment)")
        #expect(drawn(from: whole) == drawn(from: part), "\(moment)")
      }
      check("filled")
      // As it goes on they stay the same, also once something comes that is no grey level.
      for (number, episode) in self.episodes(25, using: &random).enumerated() {
        let shift: Float = number == 20 ? 0.123 : 0
        tell(episode, to: &whole, shape, isGrey: isGrey, shift: shift)
        tell(episode, to: &part, shape, isGrey: isGrey, shift: shift)
        if number % 8 == 4 || number == 20 { check("after \(number) more") }
      }
    }
  }

  @Test("a ring of sequences has the same slots, contents and priorities")
  func sequences() {
    let shape = ObservationShape(planes: 1, rows: 2, columns: 2)
    var random = Random(seed: testSeed("skipping sequences"), purpose: .test)
    var whole = SequenceRing(
      capacity: 3 * 6 * 4, lanes: Self.lanes, burnIn: 2, length: 4, memoryCount: 1, observationShape: shape,
      actionCount: 3, priorityExponent: 0.9)
    var part = whole
    #expect(fill(&whole, &part, with: episodes(70, using: &random), shape, isGrey: false) > 20)
    for round in 0..<2 {
      #expect(whole.count == part.count && whole.priorities == part.priorities, "round \(round)")
      let batches = [whole, part].map { ring in
        var slots = [Int](repeating: 0, count: 100)
        var random = Random(seed: 3, purpose: .test)
        ring.sample(into: &slots, using: &random)
        var batch = SequenceBatch(
          rows: 100, burnIn: 2, length: 4, observationCount: 4, actionCount: 3, memoryCount: 1)
        for row in slots.indices { ring.load(slots[row], row: row, into: &batch) }
        return (slots, batch)
      }
      let ((slots, one), (others, other)) = (batches[0], batches[1])
      #expect(slots == others && one.planes == other.planes && one.burnInPlanes == other.burnInPlanes)
      #expect(
        one.hasBurnIn == other.hasBurnIn && one.rewards == other.rewards && one.actions == other.actions)
      #expect(one.futures == other.futures && one.weights == other.weights)
      for episode in episodes(20, using: &random) {
        tell(episode, to: &whole, shape, isGrey: false)
        tell(episode, to: &part, shape, isGrey: false)
      }
    }
  }
}
