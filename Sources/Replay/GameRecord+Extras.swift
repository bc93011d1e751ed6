import Environments

/// What a record may say besides its actions, rewards and visits; only what is there is written.
struct SearchExtras: OptionSet {
  let rawValue: UInt8

  static let policies = SearchExtras(rawValue: 1)
  static let surprises = SearchExtras(rawValue: 2)
  static let proofs = SearchExtras(rawValue: 4)
  static let finalValue = SearchExtras(rawValue: 8)
  static let all: SearchExtras = [.policies, .surprises, .proofs, .finalValue]
}

extension GameRecord {
  /// What this record has.
  var extras: SearchExtras {
    var result: SearchExtras = []
    if searches.contains(where: { !$0.policy.isEmpty }) { result.insert(.policies) }
    if searches.contains(where: { $0.surprise != 0 }) { result.insert(.surprises) }
    if searches.contains(where: \.isProven) { result.insert(.proofs) }
    if finalValue != nil { result.insert(.finalValue) }
    return result
  }

  /// Column by column, like the searches themselves.
  func encode(_ extras: SearchExtras, into encoder: inout ByteEncoder) {
    encoder.bytes.append(extras.rawValue)
    if extras.contains(.policies) { encodePolicies(into: &encoder) }
    if extras.contains(.surprises) {
      for search in searches { encoder.variable(UInt64(search.surprise)) }
    }
    if extras.contains(.proofs) { encoder.flags(searches.map(\.isProven)) }
    if extras.contains(.finalValue), let finalValue {
      precondition(finalValue.isFinite, "a final value is not finite")
      encoder.fixed(finalValue.bitPattern)
    }
  }

  mutating func decodeExtras(_ decoder: inout ByteDecoder) throws(ReplayError) {
    let found = SearchExtras(rawValue: try decoder.byte("the extras"))
    guard SearchExtras.all.isSuperset(of: found) else {
      throw ByteDecoder.damaged("extras \(found.rawValue) are unknown")
    }
    if found.contains(.policies) { try decodePolicies(&decoder) }
    if found.contains(.surprises) {
      for ply in searches.indices {
        searches[ply].surprise = UInt16(try decoder.variable("a surprise", atMost: Int(UInt16.max)))
      }
    }
    if found.contains(.proofs) {
      let flags = try decoder.flags(searches.count, "the flags of proofs")
      for ply in searches.indices { searches[ply].isProven = flags[ply] }
    }
    if found.contains(.finalValue) {
      let value = Float(bitPattern: try decoder.fixed(UInt32.self, "the final value"))
      guard value.isFinite else { throw ByteDecoder.damaged("the final value is \(value)") }
      finalValue = value
    }
    guard found == extras, !found.isEmpty else {
      throw ByteDecoder.damaged("extras \(found.rawValue) are announced, \(extras.rawValue) are there")
    }
  }

  private func encodePolicies(into encoder: inout ByteEncoder) {
    for search in searches { encoder.variable(search.policy.count) }
    for search in searches {
      var next = 0
      for part in search.policy {
        precondition(part.action.index >= next, "a policy is not in rising order of actions")
        precondition(1...SearchRecord.wholeShare ~= part.share, "a share of \(part.share)")
        encoder.variable(part.action.index - next)
        next = part.action.index + 1
      }
    }
    for search in searches { for part in search.policy { encoder.variable(UInt64(part.share)) } }
  }

  private mutating func decodePolicies(_ decoder: inout ByteDecoder) throws(ReplayError) {
    let counts = try decoder.counts(searches.count, "a number of shares")
    for ply in searches.indices {
      searches[ply].policy = try decoder.risingActions(counts[ply], "an action of a policy").map {
        SearchRecord.Share(action: $0, share: 0)
      }
    }
    for ply in searches.indices {
      for index in searches[ply].policy.indices {
        let share = try decoder.variable("a share", atMost: Int(SearchRecord.wholeShare))
        guard share > 0 else { throw ByteDecoder.damaged("a share of 0 at ply \(ply)") }
        searches[ply].policy[index].share = UInt16(share)
      }
    }
  }
}
