import Environments

/// What a learner has seen of a game: how often each action of each row led to what.
///
/// Pairs of row and action are numbered in the order in which they were first tried; the outcomes of a pair, and
/// the pairs that lead to a row, are chains through flat arrays, so that noting a known outcome does not allocate.
struct TransitionModel: Hashable, Sendable, Codable {
  private struct Outcome: Hashable, Sendable, Codable {
    var experience: Experience
    var count: Int
    /// The pair's outcome that was first seen before this one; -1 for none.
    var earlier: Int
  }

  private struct Pair: Hashable, Sendable, Codable {
    var row: Int
    var action: Int
    var tries = 0
    /// The outcome that was first seen last.
    var newest = -1
  }

  private struct Predecessor: Hashable, Sendable, Codable {
    var pair: Int
    var earlier: Int
  }

  private let actionCount: Int
  private var pairs: [Pair] = []
  private var outcomes: [Outcome] = []
  private var predecessors: [Predecessor] = []
  /// [rows, actions]: the number of the pair, or -1.
  private var numbers: [Int] = []
  /// [rows]: the newest link of the chain of pairs that lead to the row, or -1.
  private var newestPredecessors: [Int] = []

  init(actionCount: Int) { self.actionCount = actionCount }

  /// Pairs of row and action tried so far.
  var pairCount: Int { pairs.count }

  /// The row and action of a pair.
  func pair(_ number: Int) -> (row: Int, action: Int) { (pairs[number].row, pairs[number].action) }

  /// Notes a transition; returns the number of its pair.
  mutating func note(_ experience: Experience) -> Int {
    makeRoom(forRow: max(experience.row, experience.next ?? 0))
    let place = experience.row * actionCount + experience.action
    if numbers[place] < 0 {
      numbers[place] = pairs.count
      pairs.append(Pair(row: experience.row, action: experience.action))
    }
    let number = numbers[place]
    pairs[number].tries += 1
    var index = pairs[number].newest
    while index >= 0 {
      if outcomes[index].experience == experience {
        outcomes[index].count += 1
        return number
      }
      index = outcomes[index].earlier
    }
    outcomes.append(Outcome(experience: experience, count: 1, earlier: pairs[number].newest))
    pairs[number].newest = outcomes.count - 1
    if let next = experience.next {
      predecessors.append(Predecessor(pair: number, earlier: newestPredecessors[next]))
      newestPredecessors[next] = predecessors.count - 1
    }
    return number
  }

  private mutating func makeRoom(forRow row: Int) {
    guard row >= newestPredecessors.count else { return }
    let missing = row + 1 - newestPredecessors.count
    newestPredecessors.append(contentsOf: repeatElement(-1, count: missing))
    numbers.append(contentsOf: repeatElement(-1, count: missing * actionCount))
  }

  /// An outcome of a pair, as likely as it was often.
  func sample(_ number: Int, using random: inout Random) -> Experience {
    var rest = random.integer(below: pairs[number].tries)
    var index = pairs[number].newest
    while rest >= outcomes[index].count {
      rest -= outcomes[index].count
      index = outcomes[index].earlier
    }
    return outcomes[index].experience
  }

  /// The mean of `target` over what a pair led to.
  func expectation(_ number: Int, of target: (Experience) -> Float) -> Float {
    var sum: Float = 0
    var index = pairs[number].newest
    while index >= 0 {
      sum += Float(outcomes[index].count) * target(outcomes[index].experience)
      index = outcomes[index].earlier
    }
    return sum / Float(pairs[number].tries)
  }

  /// Calls `body` with every pair that led to a row; one that did so in several ways may come more than once.
  func forEachPredecessor(ofRow row: Int, _ body: (_ pair: Int) -> Void) {
    var index = newestPredecessors[row]
    while index >= 0 {
      body(predecessors[index].pair)
      index = predecessors[index].earlier
    }
  }
}
