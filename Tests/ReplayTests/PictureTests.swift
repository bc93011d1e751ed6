import Environments
import GameLaws
import Replay
import Testing

@Suite("Pictures in memory")
struct PictureTests {
  private static let shape = ObservationShape(planes: 4, rows: 40, columns: 40)

  /// A bright square that moves over a grey ground, different in every picture of a lane.
  private static func picture(_ number: Int, lane: Int) -> [Float] {
    let (row, column) = (number * 3 % 33, (number / 7 + lane * 5) % 33)
    return (0..<1600).map { point in
      let (y, x) = (point / 40, point % 40)
      let isInside = row..<row + 7 ~= y && column..<column + 7 ~= x
      return isInside ? Float(200 + number % 50) / 255 : Float(30) / 255
    }
  }

  /// The observation of step `step` of an episode that began at picture `first`: the newest picture first.
  private static func observation(first: Int, step: Int, lane: Int) -> [Float] {
    (0..<4).flatMap { picture(first + max(0, step - $0), lane: lane) }
  }

  /// Episodes of various lengths on both lanes; what each slot should hold.
  private static func fill(
    _ ring: inout TransitionRing, frames: Int, change: (Int, [Float]) -> [Float] = { $1 }
  ) -> [[Float]] {
    var held = [[Float]](repeating: [], count: 2 * ring.laneCapacity)
    for lane in 0..<2 {
      var (first, step, length) = (0, 0, 1)
      for frame in 0..<frames {
        let planes = change(frame, observation(first: first, step: step, lane: lane))
        if step == 0 {
          ring.begin(lane: lane, observation: planes.span, legal: ActionBits<1>(), mover: .first)
        } else {
          let status: Status = step == length ? .terminated : .running
          ring.append(
            lane: lane, action: Action(step % 3), transition: Transition(reward: Float(step), status: status),
            next: planes.span, legal: ActionBits<1>(), mover: .first)
        }
        held[lane * ring.laneCapacity + frame % ring.laneCapacity] = planes
        step += 1
        if step > length { (first, step, length) = (first + 100, 0, length % 11 + 1) }
      }
    }
    return held
  }

  private static func check(_ ring: TransitionRing, holds held: [[Float]]) {
    var slots = [Int](repeating: 0, count: 500)
    var random = Random(seed: 3, purpose: .test)
    ring.sample(into: &slots, using: &random)
    let size = shape.count
    var (now, next, legal) = (
      [Float](repeating: 0, count: size), [Float](repeating: 0, count: size), [UInt64(0)]
    )
    var wrong = 0
    for slot in Set(slots) {
      var a = now.mutableSpan
      var b = next.mutableSpan
      var c = legal.mutableSpan
      _ = ring.load(slot, observations: &a, nextObservations: &b, nextLegal: &c)
      let following = (slot + 1) % ring.laneCapacity == 0 ? slot + 1 - ring.laneCapacity : slot + 1
      if now != held[slot] || next != held[following] { wrong += 1 }
    }
    #expect(wrong == 0)
  }

  private static func ring(capacity: Int) -> TransitionRing {
    TransitionRing(capacity: capacity, lanes: 2, observationShape: shape, actionCount: 3)
  }

  @Test("stacks of pictures come out as they went in, whatever has left the ring")
  func contents() {
    for frames in [5, 60, 61, 64, 200, 1000] {
      var ring = Self.ring(capacity: 120)
      let held = Self.fill(&ring, frames: frames)
      Self.check(ring, holds: held)
    }
  }

  @Test("observations that are no stacks are kept too, and so are those that are no pictures")
  func others() {
    var ring = Self.ring(capacity: 120)
    // Another oldest picture in some observations.
    let odd = Self.fill(&ring, frames: 150) { frame, planes in
      frame % 5 == 0 ? planes[..<4800] + Self.picture(frame, lane: 7) : planes
    }
    Self.check(ring, holds: odd)
    var mixed = Self.ring(capacity: 120)
    let held = Self.fill(&mixed, frames: 150) { frame, planes in
      frame == 130 ? planes.map { $0 + 0.123 } : planes
    }
    Self.check(mixed, holds: held)
    #expect(mixed.bytes > 120 * 6400 * 4)
  }

  @Test("a stack takes the room of one compressed picture, and drawing allocates nothing")
  func cost() {
    var ring = Self.ring(capacity: 4000)
    _ = Self.fill(&ring, frames: 2500)
    #expect(ring.bytes < 4000 * 400, "\(ring.bytes) bytes")
    let still = ring
    var slots = [Int](repeating: 0, count: 20)
    var random = Random(seed: 3, purpose: .test)
    let size = Self.shape.count
    var (now, next, legal) = (
      [Float](repeating: 0, count: size), [Float](repeating: 0, count: size), [UInt64(0)]
    )
    func draw() {
      still.sample(into: &slots, using: &random)
      for slot in slots {
        var a = now.mutableSpan
        var b = next.mutableSpan
        var c = legal.mutableSpan
        _ = still.load(slot, observations: &a, nextObservations: &b, nextLegal: &c)
      }
    }
    draw()
    #expect(allocations { draw() } == 0)
  }
}
