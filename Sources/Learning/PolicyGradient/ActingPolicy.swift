import Environments
import TensorCore

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Chances of a network's logits, among legal actions.
struct ActingPolicy: Sendable {
  /// [actions]: probabilities, 0 for illegal actions.
  private(set) var probabilities: [Float]
  /// [actions]: what to add to logits so that illegal actions get no probability.
  private(set) var mask: [Float]

  init(actionCount: Int) {
    probabilities = [Float](repeating: 0, count: actionCount)
    mask = probabilities
  }

  /// Finite, so that 0 x mask is 0.
  private static let illegal: Float = -1e9

  /// softmax(logits / temperature) over the legal actions of one row of `logits` [rows, actions].
  mutating func set(logits: [Float], row: Int = 0, legal: some ActionSet, temperature: Float = 1) {
    let first = row * mask.count
    var highest = -Float.infinity
    for action in mask.indices {
      mask[action] = Self.illegal
      probabilities[action] = 0
    }
    legal.forEach {
      mask[$0.index] = 0
      highest = max(highest, logits[first + $0.index])
    }
    var sum: Float = 0
    legal.forEach {
      let weight = expf((logits[first + $0.index] - highest) / temperature)
      probabilities[$0.index] = weight
      sum += weight
    }
    for action in mask.indices { probabilities[action] /= sum }
  }

  private var firstLegal: Int { mask.firstIndex(of: 0) ?? 0 }

  /// An action, as likely as it is.
  func sample(using random: inout Random) -> Action {
    var rest = random.uniformFloat()
    // Of a network that has diverged no action is likely; it plays on until its loss is looked at.
    var last = firstLegal
    for action in probabilities.indices where probabilities[action] > 0 {
      rest -= probabilities[action]
      last = action
      if rest < 0 { break }
    }
    return Action(last)
  }

  /// The first of the likeliest actions.
  var likeliest: Action {
    var best = firstLegal
    for action in probabilities.indices where probabilities[action] > probabilities[best] { best = action }
    return Action(best)
  }
}
