import Environments

extension GameRecord {
  /// Versions of the encoding, its first byte: the second one adds `SearchExtras`, and is written for records
  /// that have any.
  static let codecVersions: ClosedRange<UInt8> = 1...2
  private static let maximumPlayers = 16

  /// The record as bytes: the same record always gives the same bytes. Rewards or searches that are not one a
  /// ply, numbers that are not finite, and visits out of order are broken preconditions.
  public func encoded() -> [UInt8] {
    var encoder = ByteEncoder()
    encode(into: &encoder)
    return encoder.bytes
  }

  /// Reads a record from untrusted bytes, all of them; throws `ReplayError` on anything `encoded()` never writes.
  public init(decoding bytes: ArraySlice<UInt8>) throws(ReplayError) {
    var decoder = ByteDecoder(bytes)
    let version = try decoder.byte("the version")
    guard Self.codecVersions.contains(version) else {
      throw ReplayError(
        .version, problem: "a game record of version \(version), this program reads 1 and 2",
        remedy: "use the version of selfplay that wrote it")
    }
    let game = try decoder.text("the game's name")
    let rules = try decoder.fixed(UInt64.self, "the rules' fingerprint")
    let seed = try decoder.variable("the seed")
    let stream = try decoder.variable("the stream")
    let lane = UInt32(try decoder.variable("the lane", atMost: Int(UInt32.max)))
    var players: [String] = []
    for _ in 0..<(try decoder.variable("the number of players", atMost: Self.maximumPlayers)) {
      players.append(try decoder.text("a player's name"))
    }
    self.init(game: game, rules: rules, seed: seed, stream: stream, lane: lane, players: players)
    let plies = try decoder.variable("the number of plies", atMost: decoder.remaining)
    actions.reserveCapacity(plies)
    for _ in 0..<plies {
      actions.append(Action(try decoder.variable("an action", atMost: Int(UInt16.max))))
    }
    guard let status = Status(rawValue: try decoder.byte("the status")) else {
      throw ByteDecoder.damaged("the status is not one of 0, 1, 2")
    }
    self.status = status
    rewards = try Self.decodeRewards(&decoder, plies: plies)
    searches = try Self.decodeSearches(&decoder, plies: plies)
    if version > 1 { try decodeExtras(&decoder) }
    comment = try decoder.text("the comment")
    try decoder.end()
  }

  func encode(into encoder: inout ByteEncoder) {
    precondition(rewards.count == actions.count, "one reward a ply")
    precondition(searches.isEmpty || searches.count == actions.count, "one search a ply, or none")
    precondition(players.count <= Self.maximumPlayers, "at most \(Self.maximumPlayers) players")
    let extras = extras
    encoder.bytes.append(extras.isEmpty ? 1 : 2)
    encoder.text(game)
    encoder.fixed(rules)
    encoder.variable(seed)
    encoder.variable(stream)
    encoder.variable(UInt64(lane))
    encoder.variable(players.count)
    for player in players { encoder.text(player) }
    encoder.variable(actions.count)
    for action in actions { encoder.variable(action.index) }
    encoder.bytes.append(status.rawValue)
    encodeRewards(into: &encoder)
    encodeSearches(into: &encoder)
    if !extras.isEmpty { encode(extras, into: &encoder) }
    encoder.text(comment)
  }

  /// Only rewards other than +0, each after the number of plies skipped since the last.
  private func encodeRewards(into encoder: inout ByteEncoder) {
    encoder.variable(rewards.count { $0.bitPattern != 0 })
    var next = 0
    for ply in rewards.indices where rewards[ply].bitPattern != 0 {
      precondition(rewards[ply].isFinite, "a reward is not finite")
      encoder.variable(ply - next)
      encoder.fixed(rewards[ply].bitPattern)
      next = ply + 1
    }
  }

  private static func decodeRewards(
    _ decoder: inout ByteDecoder, plies: Int
  ) throws(ReplayError) -> [Float] {
    var rewards = [Float](repeating: 0, count: plies)
    var next = 0
    for _ in 0..<(try decoder.variable("the number of rewards", atMost: plies)) {
      guard next < plies else { throw ByteDecoder.damaged("a reward after the last ply") }
      let ply = next + (try decoder.variable("the ply of a reward", atMost: plies - next - 1))
      let bits = try decoder.fixed(UInt32.self, "a reward")
      let reward = Float(bitPattern: bits)
      guard bits != 0, reward.isFinite else { throw ByteDecoder.damaged("reward \(reward) at ply \(ply)") }
      rewards[ply] = reward
      next = ply + 1
    }
    return rewards
  }
}
