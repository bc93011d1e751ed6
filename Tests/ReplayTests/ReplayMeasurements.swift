import Environments
import Foundation
import Replay
import Testing

/// Figures for commit messages: `SELFPLAY_MEASURE=1 swift test -c release --filter ReplayMeasurements`.
@Suite(.serialized, .enabled(if: ProcessInfo.processInfo.environment["SELFPLAY_MEASURE"] != nil))
struct ReplayMeasurements {
  private func measure(_ name: String, _ body: () throws -> Double) rethrows {
    let clock = ContinuousClock()
    var amount = 0.0
    let elapsed = try clock.measure { amount = try body() }
    let seconds = Double(elapsed.components.attoseconds) * 1e-18 + Double(elapsed.components.seconds)
    print("\(name): \(String(format: "%.4g", amount / seconds)) a second")
  }

  /// Planes of 4 x 10 x 10 with a few moving dots and a wall, as MinAtar's Breakout has.
  private func frames(_ count: Int) -> [[Float]] {
    var random = Random(seed: 1, purpose: .test)
    var wall = Set(0..<30)
    return (0..<count).map { time in
      var planes = [Float](repeating: 0, count: 400)
      planes[90 + (time / 3) % 10] = 1
      planes[100 + (time * 11) % 100] = 1
      planes[200 + ((time + 99) * 11) % 100] = 1
      if random.integer(below: 10) == 0 { wall.remove(random.integer(below: 30)) }
      if wall.count < 3 { wall = Set(0..<30) }
      for brick in wall { planes[310 + brick] = 1 }
      return planes
    }
  }

  @Test func appendGames() throws {
    let records = (0..<200_000).map { playedRecord($0) }
    let encoded = records.reduce(0) { $0 + $1.encoded().count }
    try withFolder { folder in
      let path = folder + "/games.zst"
      try measure("append noughts and crosses, MB") {
        var writer = try ReplayWriter(openForAppend: path)
        for record in records { try writer.add(record) }
        let size = try writer.flush()
        print(
          "\(records.count) games, \(encoded) bytes encoded, \(size) on disk, ",
          "ratio \(Double(encoded) / Double(size)), \(Double(size) / Double(records.count)) bytes a game")
        return Double(encoded) / 1e6
      }
      try measure("read games") {
        var games = 0
        var reader = try ReplayReader(path)
        try reader.forEachGame { _ in games += 1 }
        return Double(games)
      }
    }
  }

  @Test func appendObservations() throws {
    let packer = ObservationPacker(valueCount: 400, encoding: .bits)
    var words = [UInt64](repeating: 0, count: packer.wordCount)
    var payload: [UInt8] = []
    for planes in frames(100_000) {
      var target = words.mutableSpan
      packer.pack(planes.span, into: &target, at: 0)
      for word in words {
        for shift in 0..<8 { payload.append(UInt8(truncatingIfNeeded: word >> UInt64(shift * 8))) }
      }
    }
    try withFolder { folder in
      try measure("append packed MinAtar observations, MB") {
        var writer = try ReplayWriter(openForAppend: folder + "/planes.zst")
        try writer.append(payload: payload, kind: ReplayBlock.Kind(rawValue: 300))
        print(
          "ratio \(Double(payload.count) / Double(try writer.flush())), as floats times \(400 * 4 / 56.0)")
        return Double(payload.count) / 1e6
      }
    }
  }

  @Test func sample() {
    let shape = ObservationShape(planes: 4, rows: 10, columns: 10)
    var ring = TransitionRing(capacity: 1_000_000, lanes: 8, observationShape: shape, actionCount: 6)
    var legal = ActionBits<1>()
    legal.bits[0] = 63
    let planes = frames(1000)
    let first = planes[0]
    for lane in 0..<8 { ring.begin(lane: lane, observation: first.span, legal: legal, mover: .first) }
    measure("push frames") {
      for time in 0..<130_000 {
        let frame = planes[time % 1000]
        for lane in 0..<8 {
          ring.append(
            lane: lane, action: 1, transition: Transition(), next: frame.span, legal: legal,
            mover: .first)
        }
      }
      return 8 * 130_000
    }
    var random = Random(seed: 1, purpose: .sampling)
    var slots = [Int](repeating: 0, count: 32)
    var now = [Float](repeating: 0, count: 32 * 400)
    var next = now
    var masks = [UInt64](repeating: 0, count: 32)
    measure("uniform transitions drawn and loaded") {
      for _ in 0..<50_000 {
        ring.sample(into: &slots, using: &random)
        var nowSpan = now.mutableSpan
        var nextSpan = next.mutableSpan
        var maskSpan = masks.mutableSpan
        for row in 0..<32 {
          _ = ring.load(
            slots[row], row: row, observations: &nowSpan, nextObservations: &nextSpan, nextLegal: &maskSpan)
        }
      }
      return 32 * 50_000
    }
  }
}
