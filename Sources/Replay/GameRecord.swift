import Environments

/// Everything of one episode that cannot be recomputed: the rules and the seed give back every state.
public struct GameRecord: Hashable, Sendable {
  /// Which game, such as `connect4`.
  public var game: String
  /// `fingerprint(of:)` of the rules' text, so that a record is not replayed under other rules.
  public var rules: UInt64
  /// The episode's chance is `Random(seed: seed, purpose: .episode, index: stream)`.
  public var seed: UInt64
  public var stream: UInt64
  /// Which environment of the worker played the episode.
  public var lane: UInt32
  /// In the order of `Player`.
  public var players: [String]
  public var actions: [Action]
  /// One a ply, of the player who moved; finite.
  public var rewards: [Float]
  /// How the last ply left the episode; `running` if it was decided early, `truncated` also if cut off from outside.
  public var status: Status
  /// One a ply, or none at all.
  public var searches: [SearchRecord]
  /// Value of the state after the last ply, from the view of the player to move there, where it was judged: what a
  /// truncated episode bootstraps from, or the result of a game that was decided early; finite.
  public var finalValue: Float?
  public var comment: String

  public init(
    game: String, rules: UInt64, seed: UInt64, stream: UInt64, lane: UInt32 = 0, players: [String] = [],
    actions: [Action] = [], rewards: [Float] = [], status: Status = .running,
    searches: [SearchRecord] = [], finalValue: Float? = nil, comment: String = ""
  ) {
    self.game = game
    self.rules = rules
    self.seed = seed
    self.stream = stream
    self.lane = lane
    self.players = players
    self.actions = actions
    self.rewards = rewards
    self.status = status
    self.searches = searches
    self.finalValue = finalValue
    self.comment = comment
  }

  /// A 64-bit hash (XXH64) of the text that defines the rules.
  public static func fingerprint(of rules: String) -> UInt64 {
    let bytes = Array(rules.utf8)
    return Checksum.xxh64(bytes.span.bytes)
  }

  /// The episode's source of chance, at its beginning.
  public var random: Random { Random(seed: seed, purpose: .episode, index: stream) }

  /// Notes one ply.
  public mutating func append(_ action: Action, _ transition: Transition, search: SearchRecord? = nil) {
    actions.append(action)
    rewards.append(transition.reward)
    status = transition.status
    if let search { searches.append(search) }
  }
}
