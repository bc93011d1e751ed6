import Environments

/// Many tree searches that think in lockstep, so that their leaves are evaluated as one batch.
///
/// One worker owns it. Each tree draws its chance from its own stream, so that what it finds does not depend
/// on the trees beside it. Once warm, a round makes no allocation.
public struct LockstepSearch<Subject: Game, Rule: SelectionRule>: ~Copyable {
  public let count: Int
  /// Leaves of one tree in one batch; above 1 the tree needs virtual losses, and is a little weaker.
  public let leavesPerRound: Int

  // Owned: allocated and initialised in `init`, destroyed in `deinit`. `Array` cannot hold `~Copyable` trees.
  private let searches: UnsafeMutablePointer<TreeSearch<Subject, Rule>>
  private var leaves: [Subject.State] = []
  /// The tree of each leaf.
  private var owners: [Int] = []
  private var evaluations: Evaluations

  /// `count` searches of `leavesPerRound` leaves each: batches of up to count x leavesPerRound states.
  public init(game: Subject, parameters: SearchParameters<Rule>, count: Int, leavesPerRound: Int = 1) {
    precondition(count >= 1 && leavesPerRound >= 1, "a search needs at least one tree and one leaf")
    self.count = count
    self.leavesPerRound = leavesPerRound
    searches = .allocate(capacity: count)
    for index in 0..<count {
      (searches + index).initialize(to: TreeSearch(game: game, parameters: parameters))
    }
    leaves.reserveCapacity(count * leavesPerRound)
    owners.reserveCapacity(count * leavesPerRound)
    evaluations = Evaluations(capacity: count * leavesPerRound, actionCount: game.actionCount)
  }

  deinit {
    searches.deinitialize(count: count)
    searches.deallocate()
  }

  /// One of the trees, to begin, plan, read and advance.
  public subscript(index: Int) -> TreeSearch<Subject, Rule> {
    // In bounds by the precondition; exclusive because `self` is.
    unsafeAddress {
      precondition(index >= 0 && index < count, "tree \(index) of \(count)")
      return UnsafePointer(searches + index)
    }
    unsafeMutableAddress {
      precondition(index >= 0 && index < count, "tree \(index) of \(count)")
      return searches + index
    }
  }

  /// Runs all simulations that were planned.
  public mutating func run<Judge: Evaluator>(with evaluator: inout Judge) where Judge.Subject == Subject {
    while round(with: &evaluator) {}
  }

  /// Runs one plan of so many simulations after the other on the first tree, for some seconds: at least one
  /// simulation besides the root's own evaluation, and no more than memory has room for.
  mutating func run<Judge: Evaluator>(
    for seconds: Double, simulations: Int, explores: Bool, with evaluator: inout Judge
  ) where Judge.Subject == Subject {
    let deadline = Deadline(seconds: seconds)
    var isDone = false
    while !isDone {
      searches[0].plan(simulations: simulations, explores: explores)
      while !isDone, round(with: &evaluator) {
        isDone = deadline.hasPassed && searches[0].simulationCount > 0
      }
      isDone = isDone || deadline.hasPassed || !searches[0].hasRoom || searches[0].isProven
    }
    searches[0].remaining = 0
  }

  /// Selects up to `leavesPerRound` leaves of every tree with simulations left, evaluates them as one batch,
  /// and expands them. Returns whether any tree has simulations left.
  public mutating func round<Judge: Evaluator>(with evaluator: inout Judge) -> Bool
  where Judge.Subject == Subject {
    leaves.removeAll(keepingCapacity: true)
    owners.removeAll(keepingCapacity: true)
    for index in 0..<count { gather(from: index, drawsChance: evaluator.drawsChance) }
    if leaves.isEmpty { return false }
    evaluator.evaluate(leaves, into: &evaluations)
    let actionCount = evaluations.actionCount
    var isBusy = false
    for (row, owner) in owners.enumerated() {
      let logits = evaluations.logits.span.extracting(row * actionCount..<(row + 1) * actionCount)
      searches[owner].expand(logits: logits, value: evaluations.values[row])
      if searches[owner].remaining > 0 { isBusy = true }
    }
    return isBusy
  }

  /// Selects leaves of one tree until it has enough, or has to wait for them.
  private mutating func gather(from index: Int, drawsChance: Bool) {
    var selected = 0
    while selected < leavesPerRound && searches[index].remaining > 0 {
      let isRoot = searches[index].needsRootEvaluation
      switch searches[index].select(appendingTo: &leaves) {
      case .leaf:
        if drawsChance { evaluations.draws[owners.count] = searches[index].random.next() }
        owners.append(index)
        selected += 1
        if isRoot { return }
        searches[index].remaining -= 1
      case .ended:
        // A proof may have ended the plan.
        searches[index].remaining = max(0, searches[index].remaining - 1)
      case .collision:
        return
      }
    }
  }
}

extension TreeSearch {
  /// Whether the next leaf is the root itself, whose evaluation is not counted as a simulation.
  public var needsRootEvaluation: Bool { tree.nodes[0].phase == .fresh }
}

// The only owner of its trees, none of which shares memory with anything else.
extension LockstepSearch: @unchecked Sendable {}
