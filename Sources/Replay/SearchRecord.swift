import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What a search found at one ply.
public struct SearchRecord: Hashable, Sendable {
  /// Visits of one action at the root.
  public struct Visit: Hashable, Sendable {
    public var action: Action
    public var count: UInt32

    public init(action: Action, count: UInt32) {
      self.action = action
      self.count = count
    }
  }

  /// The share of one action in an improved policy, in units of 1 / `SearchRecord.wholeShare`.
  public struct Share: Hashable, Sendable {
    public var action: Action
    public var share: UInt16

    public init(action: Action, share: UInt16) {
      self.action = action
      self.share = share
    }
  }

  /// The share of an action that is certain: 14 bits, so that a share takes two bytes at most.
  public static let wholeShare: UInt16 = 1 << 14 - 1
  /// Units of `surprise` in a nat.
  public static let surpriseUnits: Float = 1024

  /// Visited actions, in rising order without repetition.
  public var visits: [Visit]
  /// Value of the root from the view of the player to move; finite.
  public var value: Float
  /// Whether the search had its full budget, so that its visits are a training target.
  public var isFull: Bool
  /// The improved policy, where it is not what the visits say: actions with a share above 0, in rising order
  /// without repetition. Shares need not add up to exactly one.
  public var policy: [Share]
  /// How far the target is from the network's policy: the Kullback-Leibler divergence in units of 1/1024 nat;
  /// 0 also where it was not measured.
  public var surprise: UInt16
  /// Whether `value` is not an estimate but the exact value.
  public var isProven: Bool

  public init(
    visits: [Visit], value: Float, isFull: Bool = true, policy: [Share] = [], surprise: UInt16 = 0,
    isProven: Bool = false
  ) {
    self.visits = visits
    self.value = value
    self.isFull = isFull
    self.policy = policy
    self.surprise = surprise
    self.isProven = isProven
  }

  /// Of a move that was made without a search; nothing is learned from it.
  public static let none = SearchRecord(visits: [], value: 0, isFull: false)

  /// Whether anything was searched.
  public var isNone: Bool { visits.isEmpty && !isFull }

  /// Writes the training target: the improved policy if there is one, else the shares of the visits;
  /// [actionCount], adding up to 1, or all 0 if nothing was found.
  public func writeTarget(into target: inout [Float]) {
    for index in target.indices { target[index] = 0 }
    if policy.isEmpty {
      // Counts of an untrusted file may add up to more than one of them can be.
      let total = Float(visits.reduce(0) { $0 + UInt64($1.count) })
      if total > 0 { for visit in visits { target[visit.action.index] = Float(visit.count) / total } }
    } else {
      let total = Float(policy.reduce(0) { $0 + Int($1.share) })
      if total > 0 { for part in policy { target[part.action.index] = Float(part.share) / total } }
    }
  }

  /// Whether the game's result says less about the position than the search does: because its value is proven, or
  /// because the action taken is not the one that the search thought best (as Watkins 1989 cuts returns).
  public func ends(with action: Action) -> Bool {
    if isProven || isNone { return isProven }
    if policy.isEmpty {
      let most = visits.reduce(0) { max($0, $1.count) }
      return visits.first { $0.action == action }?.count != most
    }
    let most = policy.reduce(0) { max($0, $1.share) }
    return policy.first { $0.action == action }?.share != most
  }

  /// A policy [actionCount] as it is recorded: rounded, and without what rounds to nothing.
  public static func shares(of policy: [Float]) -> [Share] {
    policy.indices.compactMap { action in
      let share = UInt16((min(max(policy[action], 0), 1) * Float(wholeShare)).rounded())
      return share > 0 ? Share(action: Action(action), share: share) : nil
    }
  }

  /// The divergence of a target from the network's policy, both [actionCount], in units of 1/1024 nat.
  public static func surprise(of target: [Float], over prior: [Float]) -> UInt16 {
    var sum: Float = 0
    for action in target.indices where target[action] > 0 {
      sum += target[action] * log(target[action] / max(prior[action], 1e-9))
    }
    return UInt16(min(max(sum * surpriseUnits, 0), Float(UInt16.max)).rounded())
  }
}
