import Environments
import Learning
import Replay
import Testing

@Suite("Targets and schedules")
struct TargetTests {
  private func targets(
    _ rewards: [Float], _ movers: [Player], values: [Float] = [0, 0, 0], finalValue: Float = 0,
    discount: Float = 1, bootstrapSteps: Int = 0, ends: Set<Int> = []
  ) -> [Float] {
    returnTargets(
      rewards: rewards, movers: movers, values: values, finalValue: finalValue, discount: discount,
      bootstrapSteps: bootstrapSteps, ends: ends.contains)
  }

  @Test("the result of a game of two players changes its sign every ply")
  func alternating() {
    #expect(targets([0, 0, 1], [.first, .second, .first]) == [1, -1, 1])
    #expect(targets([0, 0, -1], [.first, .second, .first]) == [-1, 1, -1])
  }

  @Test("a player who moves twice keeps the sign")
  func sameMoverTwice() {
    #expect(targets([0, 0, 1], [.first, .first, .second]) == [-1, -1, 1])
    #expect(targets([0.5, 0.25, 1], [.second, .first, .first]) == [-0.75, 1.25, 1])
  }

  @Test("rewards are discounted by the steps until they come")
  func discount() {
    #expect(targets([1, 2, 4], [.first, .first, .first], discount: 0.5) == [3, 4, 4])
    #expect(targets([1, 2, 4], [.first, .second, .first], discount: 0.5) == [1, 0, 4])
    #expect(targets([1, 2, 4], [.first, .second, .first], discount: 0) == [1, 2, 4])
  }

  @Test("an episode that was cut off goes on with the value of its last state, which was not searched")
  func truncation() {
    let values: [Float] = [9, 9, 9]
    #expect(
      targets([1, 2, 4], [.first, .first, .first, .first], values: values, finalValue: 8, discount: 0.5)
        == [4, 6, 8])
    // The last state's mover is the second player, or the first one again.
    #expect(
      targets([1, 2, 4], [.first, .second, .first, .second], values: values, finalValue: 8, discount: 0.5)
        == [0, 2, 0])
    #expect(
      targets([1, 2, 4], [.first, .second, .first, .first], values: values, finalValue: 8, discount: 0.5)
        == [2, -2, 8])
    #expect(
      targets(
        [1, 2, 4], [.first, .second, .first, .second], values: values, finalValue: 8, discount: 0.5,
        bootstrapSteps: 2) == [2.25, 2, 0])
  }

  @Test("a return ends where a move was explored: from there the search's value counts")
  func explored() {
    let (values, movers): ([Float], [Player]) = ([0.1, 0.2, 0.4], [.first, .second, .first])
    #expect(targets([0, 0, 1], movers, values: values, ends: [1]) == [-0.2, 0.2, 1])
    #expect(targets([0, 0, 1], movers, values: values, ends: [0, 2]) == [0.1, -0.4, 0.4])
    #expect(targets([1, 2, 4], movers, values: values, discount: 0.5, ends: [2]) == [1 - 0.9, 1.8, 0.4])
    #expect(targets([0, 0, 1], movers, values: values, bootstrapSteps: 2, ends: [1]) == [-0.2, 0.2, 1])
  }

  @Test("n-step returns end in the search's value of the state that is n steps away")
  func bootstrap() {
    let values: [Float] = [10, 20, 40]
    // One step: 1 + 20/2, 2 + 40/2, 4.
    #expect(
      targets([1, 2, 4], [.first, .first, .first], values: values, discount: 0.5, bootstrapSteps: 1)
        == [11, 22, 4])
    // Two steps: 1 + 2/2 + 40/4, 2 + 4/2, 4.
    #expect(
      targets([1, 2, 4], [.first, .first, .first], values: values, discount: 0.5, bootstrapSteps: 2)
        == [12, 4, 4])
    // One step and alternating movers: 1 - 20/2, 2 - 40/2, 4.
    #expect(
      targets([1, 2, 4], [.first, .second, .first], values: values, discount: 0.5, bootstrapSteps: 1)
        == [-9, -18, 4])
    // More steps than plies are the whole return.
    for finalValue in [Float(0), 8] {
      #expect(
        targets(
          [1, 2, 4], [.first, .second, .first], values: values, finalValue: finalValue, discount: 0.5,
          bootstrapSteps: 9)
          == targets(
            [1, 2, 4], [.first, .second, .first], values: values, finalValue: finalValue, discount: 0.5))
    }
  }

  @Test("the window grows like a power of the number of positions, from its start to its limit")
  func window() {
    var training = AlphaZeroParameters(network: .mlp(hidden: [1])).training
    training.window = 10_000
    #expect([0, 99, 1_000_000].map(training.windowSize(afterPositions:)) == [10_000, 10_000, 10_000])
    training.windowStart = 100
    // 100 * (1 + 0.4 * (16^0.75 - 1) / 0.75) = 100 * (1 + 0.4 * 7 / 0.75).
    #expect([0, 100, 1600].map(training.windowSize(afterPositions:)) == [100, 100, 473])
    #expect(training.windowSize(afterPositions: 100_000_000) == 10_000)
  }

  @Test("the learning rate falls by half a cosine and stays at its end")
  func cosine() {
    #expect(cosineSchedule(from: 0.5, to: 0.125, share: 0) == 0.5)
    #expect(abs(cosineSchedule(from: 0.5, to: 0.125, share: 0.5) - 0.3125) < 1e-6)
    #expect(abs(cosineSchedule(from: 0.5, to: 0.125, share: 1) - 0.125) < 1e-6)
    #expect(abs(cosineSchedule(from: 0.5, to: 0.125, share: 7) - 0.125) < 1e-6)
    #expect(cosineSchedule(from: 0.5, to: 0.5, share: 0.3) == 0.5)
  }

  @Test("exploration falls in a straight line and stays at its end")
  func exploration() {
    var schedule = DQNParameters.Exploration()
    (schedule.start, schedule.end, schedule.steps) = (1, 0.5, 100)
    #expect([0, 50, 100, 1000].map(schedule.epsilon(atStep:)) == [1, 0.75, 0.5, 0.5])
    schedule.steps = 0
    #expect(schedule.epsilon(atStep: 0) == 0.5)
  }
}
