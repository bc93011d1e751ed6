import Environments
import Replay
import Testing

@Suite("Sequences of episodes")
struct SequenceRingTests {
  /// One step of an episode: what was seen, and what came of the action there.
  private struct Step {
    var number: Float
    var memory: Float
    var transition: Transition
    var mover: Player
  }

  private static let shape = ObservationShape(planes: 1, rows: 1, columns: 2)

  /// Random episodes; every state has a number of its own.
  private func episodes(_ count: Int, using random: inout Random) -> [[Step]] {
    var number: Float = 0
    return (0..<count).map { _ in
      let length = 1 + random.integer(below: 14)
      return (0...length).map { step in
        number += 1
        let status: Status =
          step < length - 1 ? .running : random.integer(below: 2) == 0 ? .terminated : .truncated
        return Step(
          number: number, memory: step == 0 ? 0 : random.uniformFloat(),
          transition: Transition(reward: random.uniformFloat(), status: status),
          mover: random.integer(below: 2) == 0 ? .first : .second)
      }
    }
  }

  private func push(_ episode: [Step], into ring: inout SequenceRing) {
    for (index, step) in episode.enumerated() {
      var legal = ActionBits<1>()
      legal.bits[0] = UInt64(step.number) & 3
      let planes: [Float] = [step.number, -step.number]
      if index == 0 {
        ring.begin(lane: 0, observation: planes.span, legal: legal, mover: step.mover)
      } else {
        let last = episode[index - 1]
        ring.append(
          lane: 0, action: Action(Int(last.number) % 2), transition: last.transition, next: planes.span,
          legal: legal, mover: step.mover, memory: [step.memory])
      }
    }
  }

  @Test(
    "each sampled sequence is a stretch of an episode, with its burn-in and what was remembered before",
    arguments: [(5, 3), (4, 4), (3, 0), (1, 1)])
  func stretches(length: Int, burnIn: Int) {
    let seed = UInt64.random(in: 0...UInt64.max)
    print("sequences of \(length) after \(burnIn): seed \(seed)")
    var random = Random(seed: seed, purpose: .test)
    let episodes = episodes(60, using: &random)
    var ring = SequenceRing(
      capacity: 40 * length, lanes: 1, burnIn: burnIn, length: length, memoryCount: 1,
      observationShape: Self.shape, actionCount: 2)
    for episode in episodes { push(episode, into: &ring) }
    #expect(ring.count == 40)
    var batch = SequenceBatch(
      rows: 200, burnIn: burnIn, length: length, observationCount: 2, actionCount: 2, memoryCount: 1)
    var slots = [Int](repeating: 0, count: 200)
    ring.sample(into: &slots, using: &random)
    for row in slots.indices { ring.load(slots[row], row: row, into: &batch) }
    // The last forty sequences of all, and nothing else.
    let all = episodes.flatMap { episode in
      stride(from: 0, to: episode.count - 1, by: length).map { (episode: episode, start: $0) }
    }.suffix(40)
    var met: Set<Float> = []
    for row in 0..<200 {
      let first = batch.planes[row * 2]
      let found = all.first { $0.episode[$0.start].number == first }
      guard let found else {
        Issue.record("state \(first) begins no sequence")
        continue
      }
      met.insert(first)
      check(row, of: batch, against: found.episode, start: found.start)
    }
    #expect(met.count > 30)
  }

  private func check(_ row: Int, of batch: SequenceBatch, against episode: [Step], start: Int) {
    let rows = batch.rows
    #expect(batch.hasBurnIn[row] == (start > 0))
    if start > 0 {
      #expect(batch.memories[row] == episode[start - batch.burnIn].memory)
      for step in 0..<batch.burnIn {
        #expect(batch.burnInPlanes[(step * rows + row) * 2] == episode[start - batch.burnIn + step].number)
      }
    } else {
      #expect(batch.memories[row] == 0)
    }
    let count = min(batch.length, episode.count - 1 - start)
    for step in 0...batch.length {
      let place = step * rows + row
      let isThere = step <= count
      #expect(batch.planes[place * 2] == (isThere ? episode[start + step].number : 0))
      #expect(batch.planes[place * 2 + 1] == (isThere ? -episode[start + step].number : 0))
      if isThere { #expect(batch.legal[place] == UInt64(episode[start + step].number) & 3) }
      guard step < batch.length else { continue }
      #expect(batch.weights[place] == (step < count ? 1 : 0))
      guard step < count else { continue }
      let (now, next) = (episode[start + step], episode[start + step + 1])
      let sign: Float = now.mover == next.mover ? 1 : -1
      #expect(batch.actions[place] == Int32(now.number) % 2)
      #expect(batch.rewards[place] == now.transition.reward)
      #expect(batch.futures[place] == (now.transition.status == .terminated ? 0 : sign))
    }
  }
}
