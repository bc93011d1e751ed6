import Environments
import GameLaws
import Replay
import Testing

@Suite("Sums of weights")
struct SumTreeTests {
  @Test("the total and every sum are exact after any updates, and points find the leaf that covers them")
  func laws() {
    let seed: UInt64 = 12
    var random = Random(seed: seed, purpose: .test)
    for count in [1, 15, 16, 17, 256, 257, 5000] {
      var tree = SumTree(count: count)
      var weights = [UInt32](repeating: 0, count: count)
      for round in 0..<300 {
        let leaf = random.integer(below: count)
        let weight: UInt32 =
          round % 7 == 0 ? .max : round % 5 == 0 ? 0 : UInt32(random.integer(below: 1 << (round % 32)))
        tree[leaf] = weight
        weights[leaf] = weight
        #expect(tree[leaf] == weight)
      }
      let total = weights.reduce(UInt64(0)) { $0 + UInt64($1) }
      #expect(tree.total == total && tree.isConsistent && Array(tree.weights) == weights, "seed \(seed)")
      var (start, wrong) = (UInt64(0), 0)
      for (leaf, weight) in weights.enumerated() where weight > 0 {
        let end = start + UInt64(weight)
        for point in [start, start + UInt64(weight) / 2, end - 1] where tree.leaf(at: point) != leaf {
          wrong += 1
        }
        start = end
      }
      #expect(wrong == 0, "seed \(seed), \(count) leaves")
    }
  }

  @Test("a tree depends on its leaves only")
  func order() {
    var (one, other) = (SumTree(count: 100), SumTree(count: 100))
    for leaf in 0..<100 { one[leaf] = UInt32(leaf * leaf) }
    for leaf in (0..<100).reversed() { other[leaf] = 7 }
    for leaf in (0..<100).reversed() { other[leaf] = UInt32(leaf * leaf) }
    #expect(one == other)
  }
}

@Suite("Prioritised replay")
struct PriorityTests {
  /// A lane of one endless episode.
  private func ring(frames: Int, exponent: Float = 0.5) -> TransitionRing {
    var ring = TransitionRing(
      capacity: frames, lanes: 1, observationShape: ObservationShape(planes: 1, rows: 1, columns: 1),
      actionCount: 2, priorityExponent: exponent)
    fill(&ring, with: frames)
    return ring
  }

  private func fill(_ ring: inout TransitionRing, with frames: Int) {
    let planes: [Float] = [0]
    ring.begin(lane: 0, observation: planes.span, legal: ActionBits<1>(), mover: .first)
    for _ in 1..<frames {
      ring.append(
        lane: 0, action: 0, transition: Transition(reward: 0), next: planes.span, legal: ActionBits<1>(),
        mover: .first)
    }
  }

  @Test("slots are drawn in proportion to the power of their errors")
  func proportion() throws {
    var ring = ring(frames: 51)
    let slots = Array(0..<50)
    ring.update(slots, errors: slots.map { Float($0 * $0 + 1) })
    let shares = slots.map { (Float($0 * $0 + 1)).squareRoot() }
    let sum = shares.reduce(0, +)
    let priorities = try #require(ring.priorities)
    for slot in slots {
      #expect(abs(priorities.probability(of: slot) - Double(shares[slot] / sum)) < 1e-6)
    }
    var random = Random(seed: 3, purpose: .test)
    var counts = [Double](repeating: 0, count: 50)
    var drawn = [0]
    for _ in 0..<100_000 {
      ring.sample(into: &drawn, using: &random)
      counts[drawn[0]] += 1
    }
    var statistic = 0.0
    for slot in slots {
      let expected = 100_000 * priorities.probability(of: slot)
      statistic += (counts[slot] - expected) * (counts[slot] - expected) / expected
    }
    // 49 degrees of freedom: 5 standard deviations of 9.9 beyond; the seed is fixed.
    #expect(statistic < 99, "\(statistic)")
    // Batches are drawn from equal stretches, so that counts scatter less.
    var batch = [Int](repeating: 0, count: 1000)
    ring.sample(into: &batch, using: &random)
    for slot in slots {
      let count = Double(batch.count { $0 == slot })
      #expect(abs(count - 1000 * priorities.probability(of: slot)) <= 2)
    }
  }

  @Test("new transitions have the highest priority there was, and those that leave the ring have none")
  func admission() throws {
    var ring = ring(frames: 20, exponent: 1)
    ring.update([0, 1], errors: [4, 0.5])
    ring.update([0], errors: [2])
    // The oldest two frames are taken by a new episode: the first of them without an action yet.
    let planes: [Float] = [0]
    ring.begin(lane: 0, observation: planes.span, legal: ActionBits<1>(), mover: .first)
    #expect(ring.priorities?.probability(of: 0) == 0)
    ring.append(
      lane: 0, action: 0, transition: Transition(reward: 0), next: planes.span, legal: ActionBits<1>(),
      mover: .first)
    // Slot 19 was the newest of an episode that was cut off; 2 to 18 weigh 1, the new one 4.
    let probabilities = try #require((0..<20).map { ring.priorities?.probability(of: $0) } as? [Double])
    #expect(abs(probabilities[0] - 4 / 21) < 1e-9 && probabilities[1] == 0 && probabilities[19] == 0)
    #expect(abs(probabilities[2] - 1 / 21) < 1e-9)
    ring.update([1, 19], errors: [9, 9])
    #expect(ring.priorities?.probability(of: 1) == 0 && ring.priorities?.probability(of: 19) == 0)
  }

  @Test("importance weights undo the bias of the draws")
  func importance() throws {
    var ring = ring(frames: 5, exponent: 1)
    ring.update([0, 1, 2, 3], errors: [1, 2, 3, 4])
    let priorities = try #require(ring.priorities)
    var weights: [Float] = [0, 0, 0]
    func check(_ exponent: Float, _ expected: [Float]) {
      priorities.importanceWeights(of: [0, 1, 3], count: 4, exponent: exponent, into: &weights)
      for (found, wanted) in zip(weights, expected) { #expect(abs(found - wanted) < 1e-6) }
    }
    check(1, [1, 0.5, 0.25])
    check(0.5, [1, Float(0.5).squareRoot(), 0.5])
    check(0, [1, 1, 1])
  }

  @Test("a state restores the draws, and one of other slots is refused")
  func restoring() throws {
    var ring = ring(frames: 40)
    ring.update(Array(0..<39), errors: (0..<39).map { Float($0) })
    let state = try #require(ring.priorities?.state)
    var other = self.ring(frames: 40)
    #expect(other.priorities != ring.priorities)
    let isRestored = other.restorePriorities(state)
    #expect(isRestored)
    #expect(other.priorities == ring.priorities)
    let fresh = other
    fill(&other, with: 3)
    let answers = [other.restorePriorities(state), other.restorePriorities(Array(state.dropLast()))]
    #expect(answers == [false, false])
    #expect(fresh.priorities == ring.priorities)
  }

  @Test("errors of any size keep a slot among those that are drawn")
  func extremes() throws {
    var ring = ring(frames: 6, exponent: 1)
    ring.update([0, 1, 2, 3], errors: [0, .infinity, .nan, 1e-30])
    for slot in 0..<5 { #expect(try #require(ring.priorities).probability(of: slot) > 0) }
  }

  @Test("drawing, weighing and updating allocate nothing")
  func allocation() {
    var ring = ring(frames: 1000)
    var slots = [Int](repeating: 0, count: 32)
    var weights = [Float](repeating: 0, count: 32)
    var random = Random(seed: 3, purpose: .test)
    let count = allocations {
      for _ in 0..<10 {
        ring.sample(into: &slots, using: &random)
        ring.priorities?.importanceWeights(of: slots, count: ring.count, exponent: 0.4, into: &weights)
        ring.update(slots, errors: weights)
      }
    }
    #expect(count == 0)
  }
}

@Suite("Returns of several steps")
struct ReturnTests {
  /// Episodes of given rewards and movers; observations number the frames.
  private func ring(
    _ rewards: [Float], movers: [Player]? = nil, end: Status = .running, capacity: Int = 20
  ) -> TransitionRing {
    var ring = TransitionRing(
      capacity: capacity, lanes: 1, observationShape: ObservationShape(planes: 1, rows: 1, columns: 1),
      actionCount: 2)
    let movers = movers ?? [Player](repeating: .first, count: rewards.count + 1)
    var planes: [Float] = [0]
    ring.begin(lane: 0, observation: planes.span, legal: ActionBits<1>(), mover: movers[0])
    for (index, reward) in rewards.enumerated() {
      planes = [Float(index + 1)]
      let status = index == rewards.count - 1 ? end : .running
      ring.append(
        lane: 0, action: 1, transition: Transition(reward: reward, status: status), next: planes.span,
        legal: ActionBits<1>(), mover: movers[index + 1])
    }
    return ring
  }

  private func load(_ ring: TransitionRing, _ slot: Int, _ rule: ReturnRule) -> (StoredTransition, Float) {
    var (now, next, bits) = ([Float(-1)], [Float(-1)], [UInt64(0)])
    var a = now.mutableSpan
    var b = next.mutableSpan
    var c = bits.mutableSpan
    let transition = ring.load(slot, rule: rule, observations: &a, nextObservations: &b, nextLegal: &c)
    #expect(now == [Float(slot)])
    return (transition, next[0])
  }

  @Test("rewards are summed with the discount, and the state after n steps is the next one")
  func sums() {
    let ring = ring([1, 2, 4, 8])
    let (three, next) = load(ring, 0, ReturnRule(steps: 3, discount: 0.5))
    #expect(three.reward == 1 + 1 + 1 && next == 3 && three.discount == 0.125)
    #expect(three.signedDiscount == 0.125 && three.status == .running)
    // The newest frame ends it early, and there it bootstraps.
    let (two, last) = load(ring, 2, ReturnRule(steps: 3, discount: 0.5))
    #expect(two.reward == 4 + 4 && last == 4 && two.signedDiscount == 0.25)
    let (one, following) = load(ring, 1, ReturnRule(discount: 0.5))
    #expect(one.reward == 2 && following == 2 && one.signedDiscount == 0.5)
  }

  @Test("the end of an episode is not passed: terminated is worth nothing more, truncated bootstraps")
  func ends() {
    let (over, _) = load(ring([1, 2, 4], end: .terminated), 1, ReturnRule(steps: 5, discount: 0.5))
    #expect(over.reward == 4 && over.status == .terminated && over.signedDiscount == 0)
    let (cut, last) = load(ring([1, 2, 4], end: .truncated), 1, ReturnRule(steps: 5, discount: 0.5))
    #expect(cut.reward == 4 && cut.status == .truncated && cut.signedDiscount == 0.25 && last == 3)
    // An episode that a new one has cut off bootstraps from its last frame.
    var ring = ring([1, 2, 4])
    let planes: [Float] = [9]
    ring.begin(lane: 0, observation: planes.span, legal: ActionBits<1>(), mover: .first)
    let (broken, frame) = load(ring, 1, ReturnRule(steps: 5, discount: 0.5))
    #expect(broken.reward == 4 && broken.signedDiscount == 0.25 && frame == 3)
  }

  @Test("what the opponent gets is lost, and who moves at the end gives the sign of the rest")
  func negamax() {
    let ring = ring([1, 2, 4, 8], movers: [.first, .second, .first, .second, .first])
    let (two, _) = load(ring, 0, ReturnRule(steps: 2, discount: 0.5))
    #expect(two.reward == 1 - 1 && two.isSameMover && two.signedDiscount == 0.25)
    let (three, _) = load(ring, 0, ReturnRule(steps: 3, discount: 0.5))
    #expect(three.reward == 1 - 1 + 1 && three.signedDiscount == -0.125)
  }

  @Test("each reward is scaled and cut by itself")
  func shaping() {
    let ring = ring([1, -8, 0.5])
    let (shaped, _) = load(ring, 0, ReturnRule(steps: 3, discount: 1, scale: 0.5, limit: 1))
    #expect(shaped.reward == 0.5 - 1 + 0.25)
  }
}
