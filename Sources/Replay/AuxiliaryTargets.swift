/// What a sample teaches besides policy and value, from the view of its player to move (Wu 2019).
public struct AuxiliaryTargets: Hashable, Sendable {
  /// Which targets there are.
  public struct Kinds: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The policy of the next move.
    public static let reply = Kinds(rawValue: 1)
    /// Who owns each cell at the end.
    public static let ownership = Kinds(rawValue: 2)
    /// The margin of points at the end.
    public static let score = Kinds(rawValue: 4)
  }

  /// [actionCount]: shares that add up to 1, or all 0 if the next move is not known.
  public var reply: [Float]
  /// [rows x columns]: 1 the mover's, -1 the opponent's, 0 nobody's.
  public var ownership: [Int8]
  /// Points of the mover less those of the opponent.
  public var score: Float
  /// Whether ownership and score are known: of games that were played to their end.
  public var hasResult: Bool

  /// Nothing known, with room for a game's actions and cells.
  public init(actionCount: Int, pointCount: Int) {
    reply = [Float](repeating: 0, count: actionCount)
    ownership = [Int8](repeating: 0, count: pointCount)
    score = 0
    hasResult = false
  }
}

/// Auxiliary targets in numbered slots; only the kinds that are wanted take memory.
struct AuxiliaryStore: Sendable {
  let kinds: AuxiliaryTargets.Kinds
  private let actionCount: Int
  private let pointCount: Int
  private var replies: [UInt16] = []
  private var ownership: [Int8] = []
  /// Not a number where there is no result.
  private var scores: [Float] = []

  init(_ kinds: AuxiliaryTargets.Kinds, capacity: Int, actionCount: Int, pointCount: Int) {
    self.kinds = kinds
    self.actionCount = actionCount
    self.pointCount = pointCount
    if kinds.contains(.reply) { replies = [UInt16](repeating: 0, count: capacity * actionCount) }
    if kinds.contains(.ownership) { ownership = [Int8](repeating: 0, count: capacity * pointCount) }
    if hasResults { scores = [Float](repeating: .nan, count: capacity) }
  }

  private var hasResults: Bool { !kinds.isDisjoint(with: [.ownership, .score]) }

  var bytes: Int { replies.count * 2 + ownership.count + scores.count * 4 }

  static func bytesPerSample(_ kinds: AuxiliaryTargets.Kinds, actionCount: Int, pointCount: Int) -> Int {
    (kinds.contains(.reply) ? actionCount * 2 : 0) + (kinds.contains(.ownership) ? pointCount : 0)
      + (kinds.isDisjoint(with: [.ownership, .score]) ? 0 : 4)
  }

  mutating func store(_ targets: AuxiliaryTargets?, in slot: Int) {
    if kinds.isEmpty { return }
    if kinds.contains(.reply) {
      for action in 0..<actionCount {
        replies[slot * actionCount + action] = targets?.reply[action].sixteenBits ?? 0
      }
    }
    if kinds.contains(.ownership) {
      for point in 0..<pointCount {
        ownership[slot * pointCount + point] = targets?.ownership[point] ?? 0
      }
    }
    if hasResults { scores[slot] = targets.map { $0.hasResult ? $0.score : .nan } ?? .nan }
  }

  func load(_ slot: Int, into targets: inout AuxiliaryTargets) {
    if kinds.contains(.reply) {
      let first = slot * actionCount
      var reply = targets.reply.mutableSpan
      reply.loadShares(replies.span.extracting(first..<first + actionCount), at: 0)
    }
    if kinds.contains(.ownership) {
      for point in 0..<pointCount { targets.ownership[point] = ownership[slot * pointCount + point] }
    }
    if hasResults {
      targets.hasResult = !scores[slot].isNaN
      targets.score = targets.hasResult ? scores[slot] : 0
    }
  }
}
