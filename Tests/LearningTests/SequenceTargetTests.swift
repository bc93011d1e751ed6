import Foundation
import Learning
import Replay
import TensorCore
import Testing

/// Kapturowski et al. 2019, section 2.3: h(sum of gamma^k r_(t+k) + gamma^n h^-1(Q(s_(t+n), a*))) with a* the best by
/// the network that learns and Q by the older one; h(x) = sign(x) (sqrt(|x| + 1) - 1) + epsilon x.
@Suite("Targets of recurrent DQN")
struct SequenceTargetTests {
  private static let epsilon = 0.01
  private static let discount = 0.9

  private static func rescaled(_ x: Double) -> Double {
    (x < 0 ? -1 : 1) * ((abs(x) + 1).squareRoot() - 1) + epsilon * x
  }

  /// The inverse by bisection, which needs no formula of its own.
  private static func restored(_ y: Double) -> Double {
    var (low, high) = (-1e6, 1e6)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if rescaled(middle) < y { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// A sequence of four steps between five states of three actions.
  private struct Sequence {
    var rewards: [Double] = [1, -2, 0.5, 3]
    var futures: [Double] = [1, 1, 1, 1]
    /// Steps that there were.
    var steps = 4
    var legal: [UInt64] = [0b111, 0b111, 0b111, 0b111, 0b111]
    /// By both networks; in each state the older one would choose otherwise than the other.
    var online: [[Double]] = [[0, 5, 1], [3, 2, 1], [1, 0, 4], [2, 3, 0], [0.5, 0.25, 0]]
    var older: [[Double]] = [[9, 0.5, 8], [-1.5, 9, 8], [9, 8, 2], [9, 0.75, 8], [-0.25, 9, 8]]

    /// The value of a state as the older network knows it, of an action named by hand.
    func value(_ state: Int, _ action: Int) -> Double { SequenceTargetTests.restored(older[state][action]) }
  }

  /// The targets of some sequences, [sequence][step], all in one batch.
  private func targets(_ sequences: [Sequence], steps: Int) -> [[Double]] {
    let rows = sequences.count
    var batch = SequenceBatch(
      rows: rows, burnIn: 0, length: 4, observationCount: 1, actionCount: 3, memoryCount: 1)
    var (online, older) = (
      [Float](repeating: 0, count: 5 * rows * 3), [Float](repeating: 0, count: 5 * rows * 3)
    )
    for (row, sequence) in sequences.enumerated() {
      for state in 0..<5 {
        let place = state * rows + row
        batch.legal[place] = sequence.legal[state]
        for action in 0..<3 {
          online[place * 3 + action] = Float(sequence.online[state][action])
          older[place * 3 + action] = Float(sequence.older[state][action])
        }
      }
      for step in 0..<4 {
        let (place, isReal) = (step * rows + row, step < sequence.steps)
        batch.rewards[place] = isReal ? Float(sequence.rewards[step]) : 0
        batch.futures[place] = isReal ? Float(sequence.futures[step]) : 0
        batch.weights[place] = isReal ? 1 : 0
      }
    }
    var targets = SequenceTargets(
      rows: rows, length: 4, transform: ValueTransform(epsilon: Float(Self.epsilon)),
      discount: Float(Self.discount), steps: steps)
    online.withUnsafeBufferPointer { targets.fill(from: batch, online: $0, target: older) }
    return (0..<rows).map { row in (0..<4).map { Double(targets.values[$0 * rows + row]) } }
  }

  /// Compares the targets of the first steps with returns that are not rescaled yet.
  private func check(_ found: [Double], _ returns: [Double], _ name: String) {
    for (step, expected) in returns.enumerated() {
      let wanted = Self.rescaled(expected)
      #expect(abs(found[step] - wanted) < 1e-5, "\(name), step \(step): \(found[step]), not \(wanted)")
    }
  }

  @Test("the transform and its inverse undo each other, and tame large returns")
  func transform() {
    for x in [-40, -1, -0.01, 0, 0.5, 3, 1000] {
      let found = Double(ValueTransform(epsilon: Float(Self.epsilon))(Float(x)))
      #expect(abs(found - Self.rescaled(x)) < 1e-4 && abs(Self.restored(Self.rescaled(x)) - x) < 1e-6)
    }
    // sqrt(4) - 1 + 0.03.
    #expect(abs(Self.rescaled(3) - 1.03) < 1e-12)
  }

  @Test("two rewards, and then what the older network says of the action that the other one prefers")
  func double() {
    let all = Sequence()
    let (v2, v3, v4) = (all.value(2, 2), all.value(3, 1), all.value(4, 0))
    let found = targets([all], steps: 2)[0]
    // At the end of the sequence there are fewer rewards.
    check(
      found, [1 - 0.9 * 2 + 0.81 * v2, -2 + 0.9 * 0.5 + 0.81 * v3, 0.5 + 0.9 * 3 + 0.81 * v4, 3 + 0.9 * v4],
      "two steps")
    let one = targets([all], steps: 1)[0]
    check(one, [1 + 0.9 * all.value(1, 0), -2 + 0.9 * v2, 0.5 + 0.9 * v3, 3 + 0.9 * v4], "one step")
  }

  @Test("only legal actions are preferred")
  func legal() {
    var some = Sequence()
    some.legal = [0b111, 0b110, 0b011, 0b101, 0b010]
    check(
      targets([some], steps: 1)[0],
      [
        1 + 0.9 * some.value(1, 1), -2 + 0.9 * some.value(2, 0), 0.5 + 0.9 * some.value(3, 0),
        3 + 0.9 * some.value(4, 1),
      ], "legal actions")
  }

  @Test("nothing follows the end of an episode, and the value of its last state follows a cut")
  func ends() {
    var ended = Sequence()
    (ended.steps, ended.futures) = (3, [1, 1, 0, 0])
    // The last state has no legal actions: any might have come.
    var cut = Sequence()
    (cut.steps, cut.legal[3]) = (3, 0)
    let v3 = cut.value(3, 1)
    let found = targets([ended, cut], steps: 2)
    check(found[0], [1 - 0.9 * 2 + 0.81 * ended.value(2, 2), -2 + 0.9 * 0.5, 0.5], "an end")
    check(
      found[1], [1 - 0.9 * 2 + 0.81 * cut.value(2, 2), -2 + 0.9 * 0.5 + 0.81 * v3, 0.5 + 0.9 * v3], "a cut")
    let long = targets([ended, cut], steps: 5)
    check(long[0], [1 - 0.9 * 2 + 0.81 * 0.5, -2 + 0.9 * 0.5, 0.5], "an end within the reach of a return")
    check(
      long[1], [1 - 0.9 * 2 + 0.81 * 0.5 + 0.729 * v3, -2 + 0.9 * 0.5 + 0.81 * v3, 0.5 + 0.9 * v3],
      "a cut within the reach of a return")
  }

  @Test("what the opponent gains counts negatively, and a second move in turn does not")
  func opponents() {
    var game = Sequence()
    game.futures = [-1, 1, -1, -1]
    let (v2, v3, v4) = (game.value(2, 2), game.value(3, 1), game.value(4, 0))
    // The opponent has steps 1 and 2, and the state after step 3; the first player has step 3.
    check(
      targets([game], steps: 2)[0],
      [
        1 - 0.9 * (-2 + 0.9 * v2), -2 + 0.9 * (0.5 - 0.9 * v3), 0.5 - 0.9 * (3 - 0.9 * v4), 3 - 0.9 * v4,
      ], "two players")
  }
}
