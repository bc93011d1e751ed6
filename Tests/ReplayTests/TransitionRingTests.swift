import Environments
import GameLaws
import Replay
import Testing

/// What a ring should hold: every frame of a lane, in order.
private struct Frame {
  var planes: [Float]
  var legal: UInt64
  var mover: Player
  var taken: (action: Action, transition: Transition)?
}

@Suite struct TransitionRingTests {
  static let shape = ObservationShape(planes: 3, rows: 5, columns: 5)

  /// Random episodes of one lane, until `frames` frames were pushed.
  private static func episodes(lane: Int, frames: Int) -> [Frame] {
    var random = Random(seed: 21, purpose: .test, index: UInt64(lane))
    var result: [Frame] = []
    func frame() -> Frame {
      Frame(
        planes: (0..<75).map { _ in Float(random.integer(below: 2)) }, legal: random.next(),
        mover: random.integer(below: 2) == 0 ? .first : .second)
    }
    while result.count < frames {
      for _ in 0..<random.integer(below: 6) {
        var next = frame()
        next.taken = (Action(random.integer(below: 64)), Transition(reward: random.uniformFloat()))
        result.append(next)
      }
      var last = frame()
      let end: Status = random.integer(below: 2) == 0 ? .terminated : .truncated
      last.taken = (Action(random.integer(below: 64)), Transition(reward: 1, status: end))
      result += [last, frame()]
    }
    return result
  }

  private static func push(
    _ frames: ArraySlice<Frame>, at index: Int, lane: Int, into ring: inout TransitionRing
  ) {
    let frame = frames[index]
    var legal = ActionBits<1>()
    legal.bits[0] = frame.legal
    if index > frames.startIndex, let (action, transition) = frames[index - 1].taken {
      ring.append(
        lane: lane, action: action, transition: transition, next: frame.planes.span, legal: legal,
        mover: frame.mover)
    } else {
      ring.begin(lane: lane, observation: frame.planes.span, legal: legal, mover: frame.mover)
    }
  }

  private static func ring() -> TransitionRing {
    TransitionRing(capacity: 203, lanes: 4, observationShape: shape, actionCount: 64)
  }

  private static func load(_ ring: TransitionRing, _ slot: Int) -> (
    StoredTransition, [Float], [Float], UInt64
  ) {
    var now = [Float](repeating: 9, count: 150)
    var next = now
    var legal: [UInt64] = [9, 9]
    var a = now.mutableSpan
    var b = next.mutableSpan
    var c = legal.mutableSpan
    let result = ring.load(slot, row: 1, observations: &a, nextObservations: &b, nextLegal: &c)
    return (result, Array(now[75...]), Array(next[75...]), legal[1])
  }

  @Test("each transition comes with its own next state, last states included, and is drawn equally often")
  func contents() {
    var ring = Self.ring()
    let lanes = (0..<4).map { Self.episodes(lane: $0, frames: 130) }
    for lane in 0..<4 {
      for index in lanes[lane].indices { Self.push(lanes[lane][...], at: index, lane: lane, into: &ring) }
    }
    var expected: [[Float]: (Frame, Frame)] = [:]
    for frames in lanes {
      let kept = Array(frames.suffix(ring.laneCapacity))
      for index in kept.indices where kept[index].taken != nil {
        expected[kept[index].planes] = (kept[index], kept[index + 1])
      }
    }
    #expect(ring.count == expected.count)
    var slots = [Int](repeating: 0, count: 200_000)
    var random = Random(seed: 4, purpose: .test)
    ring.sample(into: &slots, using: &random)
    let counts = Dictionary(slots.map { ($0, 1) }, uniquingKeysWith: +)
    #expect(counts.count == expected.count)
    // About 150 degrees of freedom, standard deviation 17; the seed is fixed.
    #expect(chiSquare(Array(counts.values)) < Double(counts.count) + 80)
    for slot in counts.keys {
      let (transition, now, next, legal) = Self.load(ring, slot)
      guard let (frame, following) = expected[now], let taken = frame.taken else {
        Issue.record("slot \(slot) holds what was not pushed")
        continue
      }
      #expect(next == following.planes)
      #expect(legal == following.legal)
      #expect(transition.action == taken.action)
      #expect(transition.reward == taken.transition.reward)
      #expect(transition.status == taken.transition.status)
      #expect(transition.isSameMover == (frame.mover == following.mover))
    }
  }

  @Test("a ring filled in another order, or from the last episodes only, samples the same")
  func rebuilding() {
    let lanes = (0..<4).map { Self.episodes(lane: $0, frames: 130) }
    var (one, two, three) = (Self.ring(), Self.ring(), Self.ring())
    for lane in 0..<4 {
      for index in lanes[lane].indices { Self.push(lanes[lane][...], at: index, lane: lane, into: &one) }
    }
    for index in 0..<200 {
      for lane in 0..<4 where index < lanes[lane].count {
        Self.push(lanes[lane][...], at: index, lane: lane, into: &two)
      }
    }
    for lane in (0..<4).reversed() {
      var first = lanes[lane].count - one.laneCapacity
      while lanes[lane][first - 1].taken != nil { first -= 1 }
      let tail = lanes[lane][first...]
      for index in tail.indices { Self.push(tail, at: index, lane: lane, into: &three) }
    }
    let slots = [one, two, three].map { ring -> [Int] in
      var random = Random(seed: 4, purpose: .sampling)
      var slots = [Int](repeating: 0, count: 500)
      ring.sample(into: &slots, using: &random)
      return slots
    }
    #expect(slots[0] == slots[1])
    for index in 0..<500 {
      let (a, b) = (Self.load(one, slots[0][index]), Self.load(three, slots[2][index]))
      #expect(a == b)
    }
  }

  @Test("a replayed record fills the ring as the game did")
  func records() throws {
    var ring = TransitionRing(
      capacity: 64, lanes: 2, observationShape: TicTacToe().observationShape, actionCount: 9)
    for index in 0..<2 { try ring.append(playedRecord(index), game: TicTacToe(), lane: index) }
    let plies = playedRecord(0).actions.count + playedRecord(1).actions.count
    #expect(ring.count == plies)
    #expect(ring.frameCount(lane: 0) == playedRecord(0).actions.count + 1)
  }

  @Test("drawing and loading allocate nothing, and a million MinAtar frames take less than 100 MB")
  func cost() {
    let shape = ObservationShape(planes: 4, rows: 10, columns: 10)
    var ring = TransitionRing(capacity: 1_000_000, lanes: 8, observationShape: shape, actionCount: 6)
    var legal = ActionBits<1>()
    for action in 0..<6 { legal.insert(Action(action)) }
    let planes = (0..<400).map { Float($0 % 7 == 0 ? 1 : 0) }
    for lane in 0..<8 {
      ring.begin(lane: lane, observation: planes.span, legal: legal, mover: .first)
      for _ in 0..<100 {
        ring.append(
          lane: lane, action: 3, transition: Transition(reward: 1), next: planes.span, legal: legal,
          mover: .first)
      }
    }
    var random = Random(seed: 4, purpose: .test)
    var slots = [Int](repeating: 0, count: 64)
    var (now, next) = ([Float](repeating: 0, count: 64 * 400), [Float](repeating: 0, count: 64 * 400))
    var masks = [UInt64](repeating: 0, count: 64)
    #expect(ring.bytes > 50_000_000 && ring.bytes < 100_000_000)
    let count = allocations {
      ring.sample(into: &slots, using: &random)
      var a = now.mutableSpan
      var b = next.mutableSpan
      var c = masks.mutableSpan
      for row in 0..<64 {
        _ = ring.load(slots[row], row: row, observations: &a, nextObservations: &b, nextLegal: &c)
      }
      ring.append(
        lane: 0, action: 3, transition: Transition(reward: 1), next: planes.span, legal: legal,
        mover: .first)
    }
    #expect(count == 0)
    #expect(masks == [UInt64](repeating: 63, count: 64))
  }
}
