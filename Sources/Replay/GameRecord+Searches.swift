import Environments

extension GameRecord {
  /// Column by column: values, flags, numbers of visited actions, actions as differences, counts.
  func encodeSearches(into encoder: inout ByteEncoder) {
    encoder.bytes.append(searches.isEmpty ? 0 : 1)
    for search in searches {
      precondition(search.value.isFinite, "a search value is not finite")
      encoder.fixed(search.value.bitPattern)
    }
    encoder.flags(searches.map(\.isFull))
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

  static func decodeSearches(
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
    let flags = try decoder.flags(plies, "the search flags")
    for ply in 0..<plies { searches[ply].isFull = flags[ply] }
    try decodeVisits(&decoder, into: &searches)
    return searches
  }

  private static func decodeVisits(
    _ decoder: inout ByteDecoder, into searches: inout [SearchRecord]
  ) throws(ReplayError) {
    let counts = try decoder.counts(searches.count, "a number of visited actions")
    for ply in searches.indices {
      searches[ply].visits = try decoder.risingActions(counts[ply], "a visited action").map {
        SearchRecord.Visit(action: $0, count: 0)
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
