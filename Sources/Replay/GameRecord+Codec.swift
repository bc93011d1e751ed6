import Environments

extension GameRecord {
  /// Version of the encoding, its first byte.
  static let codecVersion: UInt8 = 1
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
    guard version == Self.codecVersion else {
      throw ReplayError(
        .version, problem: "a game record of version \(version), this program reads \(Self.codecVersion)",
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
    comment = try decoder.text("the comment")
    try decoder.end()
  }

  func encode(into encoder: inout ByteEncoder) {
    precondition(rewards.count == actions.count, "one reward a ply")
    precondition(searches.isEmpty || searches.count == actions.count, "one search a ply, or none")
    precondition(players.count <= Self.maximumPlayers, "at most \(Self.maximumPlayers) players")
    encoder.bytes.append(Self.codecVersion)
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

  /// Column by column: values, flags, numbers of visited actions, actions as differences, counts.
  private func encodeSearches(into encoder: inout ByteEncoder) {
    encoder.bytes.append(searches.isEmpty ? 0 : 1)
    for search in searches {
      precondition(search.value.isFinite, "a search value is not finite")
      encoder.fixed(search.value.bitPattern)
    }
    for start in stride(from: 0, to: searches.count, by: 8) {
      var flags: UInt8 = 0
      for index in start..<min(start + 8, searches.count) where searches[index].isFull {
        flags |= 1 << UInt8(index - start)
      }
      encoder.bytes.append(flags)
    }
    for search in searches { encoder.variable(search.visits.count) }
    for search in searches {
      var next = 0
      for visit in search.visits {
        precondition(visit.action.index >= next, "visits are not in rising order of actions")
        encoder.variable(visit.action.index - next)
        next = visit.action.index + 1
      }
    }
    for search in searches { for visit in search.visits { encoder.variable(UInt64(visit.count)) } }
  }

  private static func decodeSearches(
    _ decoder: inout ByteDecoder, plies: Int
  ) throws(ReplayError) -> [SearchRecord] {
    let presence = try decoder.byte("the search flag")
    guard presence == 0 || presence == 1 && plies > 0 else {
      throw ByteDecoder.damaged("search flag \(presence) with \(plies) plies")
    }
    if presence == 0 { return [] }
    guard plies <= decoder.remaining / 4 else {
      throw ByteDecoder.damaged("the record ends inside the search values")
    }
    var searches: [SearchRecord] = []
    searches.reserveCapacity(plies)
    for ply in 0..<plies {
      let value = Float(bitPattern: try decoder.fixed(UInt32.self, "a search value"))
      guard value.isFinite else { throw ByteDecoder.damaged("search value \(value) at ply \(ply)") }
      searches.append(SearchRecord(visits: [], value: value))
    }
    for start in stride(from: 0, to: plies, by: 8) {
      let flags = try decoder.byte("the search flags")
      let width = min(8, plies - start)
      guard UInt16(flags) >> UInt16(width) == 0 else {
        throw ByteDecoder.damaged("unused search flags are set")
      }
      for index in 0..<width { searches[start + index].isFull = flags >> UInt8(index) & 1 == 1 }
    }
    try decodeVisits(&decoder, into: &searches)
    return searches
  }

  private static func decodeVisits(
    _ decoder: inout ByteDecoder, into searches: inout [SearchRecord]
  ) throws(ReplayError) {
    var counts: [Int] = []
    var total = 0
    for _ in searches {
      counts.append(try decoder.variable("a number of visited actions", atMost: decoder.remaining))
      total += counts[counts.count - 1]
      // Each takes two more bytes at least, so that a lie cannot make us allocate much.
      guard total <= decoder.remaining / 2 else {
        throw ByteDecoder.damaged("the record ends inside the visits")
      }
    }
    for ply in searches.indices {
      searches[ply].visits.reserveCapacity(counts[ply])
      var next = 0
      for _ in 0..<counts[ply] {
        let action = next + (try decoder.variable("a visited action", atMost: Int(UInt16.max)))
        guard action <= Int(UInt16.max) else { throw ByteDecoder.damaged("visited action \(action)") }
        searches[ply].visits.append(SearchRecord.Visit(action: Action(action), count: 0))
        next = action + 1
      }
    }
    for ply in searches.indices {
      for index in searches[ply].visits.indices {
        searches[ply].visits[index].count = UInt32(
          try decoder.variable("a visit count", atMost: Int(UInt32.max)))
      }
    }
  }
}
