import Environments
import Search

/// Equal logits and zero values.
struct UniformEvaluator<Subject: Game>: Evaluator {
  private(set) var batches = 0
  private(set) var states = 0

  mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    batches += 1
    self.states += states.count
    for row in states.indices { result.values[row] = 0 }
    for index in 0..<states.count * result.actionCount { result.logits[index] = 0 }
  }
}

/// Logits and values made from the key of each state, so that they differ but do not depend on the batch.
struct KeyEvaluator<Subject: Game>: Evaluator {
  let game: Subject

  mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    for (row, state) in states.enumerated() {
      var random = Random(seed: game.key(of: state), purpose: .test)
      result.values[row] = random.uniformFloat() - 0.5
      for action in 0..<result.actionCount {
        result.logits[row * result.actionCount + action] = 2 * random.uniformFloat()
      }
    }
  }
}

/// Values looked up by key, with a default; equal logits save for one preferred action.
struct TableEvaluator<Subject: Game>: Evaluator {
  let game: Subject
  var values: [UInt64: Float] = [:]
  var preferred: Action?

  mutating func evaluate(_ states: [Subject.State], into result: inout Evaluations) {
    for (row, state) in states.enumerated() {
      result.values[row] = values[game.key(of: state)] ?? 0
      for action in 0..<result.actionCount {
        result.logits[row * result.actionCount + action] = action == preferred?.index ? 3 : 0
      }
    }
  }
}
