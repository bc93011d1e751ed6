import SelfPlayKit
import Testing

@Suite("Time left")
struct PaceTests {
  @Test("a run is as fast as on the whole at first, then as in the last ten minutes")
  func recent() throws {
    var pace = Pace()
    #expect(pace.secondsLeft(seconds: 10, share: 0.0005) == nil)
    // Taken up after two hours for a tenth of the budget, and ten times as fast from here on.
    let (start, share, speed) = (7200.0, 0.1, 0.1 / 720)
    func left(after seconds: Double) throws -> Double {
      try #require(pace.secondsLeft(seconds: start + seconds, share: share + speed * seconds))
    }
    pace.add(seconds: start, share: share)
    #expect(abs(try left(after: 0) - 64_800) < 1)
    #expect(try left(after: 20) > 60_000)
    for second in stride(from: 1.0, through: 60, by: 1) {
      pace.add(seconds: start + second, share: share + speed * second)
    }
    #expect(abs(try left(after: 60) - (0.9 / speed - 60)) < 1)
    // Half as fast from there: known for sure once the ten minutes before are over.
    let (middle, reached) = (start + 60, share + speed * 60)
    for second in stride(from: 1.0, through: 700, by: 1) {
      pace.add(seconds: middle + second, share: reached + speed / 2 * second)
    }
    let used = reached + speed / 2 * 700
    let expected = (1 - used) / (speed / 2)
    #expect(abs(try #require(pace.secondsLeft(seconds: middle + 700, share: used)) - expected) < 1)
  }
}
