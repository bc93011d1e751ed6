import Environments
import Foundation
import Replay

/// A game read from a line of JSON as `GameRecord.jsonLine` writes it, trusting nothing in it.
///
/// Only `actions` must be there. Without `rules` a line is played by the rules that its game has now, and without
/// `rewards` and `status` the rules say what they were.
struct RecordLine {
  let record: GameRecord
  /// As it stands in the line.
  let game: String?
  let hasRules: Bool
  let hasOutcome: Bool

  /// Throws `ExchangeError` for anything that is not a game.
  init(_ line: Data) throws {
    let fields: RecordFields
    do { fields = try JSONDecoder().decode(RecordFields.self, from: line) } catch let error as DecodingError {
      throw ExchangeError(Self.problem(of: error))
    }
    guard (fields.rewards == nil) == (fields.status == nil) else {
      throw ExchangeError("rewards and status belong together; write both or neither")
    }
    game = fields.game
    hasRules = fields.rules != nil
    hasOutcome = fields.rewards != nil
    record = try fields.record()
  }

  private static func problem(of error: DecodingError) -> String {
    let context: DecodingError.Context
    switch error {
    case .keyNotFound(let key, _): return "key \(key.stringValue) is missing; write it"
    case .dataCorrupted(let found), .typeMismatch(_, let found), .valueNotFound(_, let found): context = found
    @unknown default: return "\(error)"
    }
    let place = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    // Why a number does not fit, for one, is only said by the error below.
    let cause = (context.underlyingError as NSError?)?.userInfo["NSDebugDescription"] as? String
    var text = (cause ?? context.debugDescription).split(whereSeparator: \.isNewline).joined(separator: " ")
    if text.hasSuffix(".") { text.removeLast() }
    if place.isEmpty { return "\(text); write one JSON object, which is a game, on every line" }
    return "key \(place.joined(separator: ".")): \(text); see what 'selfplay export' writes"
  }
}

/// The keys of a line, with their types.
private struct RecordFields: Decodable {
  enum Keys: String, CodingKey, CaseIterable {
    case game, rules, seed, stream, lane, players, actions, rewards, status, values, full, visits, policies
    case surprises, proven, comment
    case finalValue = "final_value"
  }

  /// Any key at all.
  private struct AnyKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  /// An action with a number.
  struct Pair: Decodable {
    let action: UInt16
    let number: Double

    init(from decoder: any Decoder) throws {
      var list = try decoder.unkeyedContainer()
      action = try list.decode(UInt16.self)
      number = try list.decode(Double.self)
      guard list.isAtEnd else {
        throw DecodingError.dataCorruptedError(in: list, debugDescription: "a pair has two members")
      }
    }
  }

  let game, rules, seed, stream, status, comment: String?
  let lane: UInt32?
  let players: [String]?
  let actions: [UInt16]
  let rewards, values, surprises: [Float]?
  let full, proven: [Bool]?
  let visits, policies: [[Pair]]?
  let finalValue: Float?

  init(from decoder: any Decoder) throws {
    for key in try decoder.container(keyedBy: AnyKey.self).allKeys
    where Keys(rawValue: key.stringValue) == nil {
      let known = Keys.allCases.map(\.rawValue)
      throw ExchangeError(
        "unknown key '\(key.stringValue)'; \(Suggestion.remedy(for: key.stringValue, in: known, of: "keys"))")
    }
    let values = try decoder.container(keyedBy: Keys.self)
    game = try values.decodeIfPresent(String.self, forKey: .game)
    rules = try values.decodeIfPresent(String.self, forKey: .rules)
    seed = try values.decodeIfPresent(String.self, forKey: .seed)
    stream = try values.decodeIfPresent(String.self, forKey: .stream)
    lane = try values.decodeIfPresent(UInt32.self, forKey: .lane)
    players = try values.decodeIfPresent([String].self, forKey: .players)
    actions = try values.decode([UInt16].self, forKey: .actions)
    rewards = try values.decodeIfPresent([Float].self, forKey: .rewards)
    status = try values.decodeIfPresent(String.self, forKey: .status)
    self.values = try values.decodeIfPresent([Float].self, forKey: .values)
    full = try values.decodeIfPresent([Bool].self, forKey: .full)
    visits = try values.decodeIfPresent([[Pair]].self, forKey: .visits)
    policies = try values.decodeIfPresent([[Pair]].self, forKey: .policies)
    surprises = try values.decodeIfPresent([Float].self, forKey: .surprises)
    proven = try values.decodeIfPresent([Bool].self, forKey: .proven)
    finalValue = try values.decodeIfPresent(Float.self, forKey: .finalValue)
    comment = try values.decodeIfPresent(String.self, forKey: .comment)
  }

  func record() throws -> GameRecord {
    var record = GameRecord(
      game: game ?? "", rules: try number(rules, .rules, radix: 16), seed: try number(seed, .seed),
      stream: try number(stream, .stream), lane: lane ?? 0, players: players ?? [],
      actions: actions.map { Action(Int($0)) }, comment: comment ?? "")
    guard record.players.count <= 16 else { throw ExchangeError("key players: more than 16 names") }
    record.rewards = try ofEveryPly(rewards, .rewards) ?? []
    if let status {
      let known: [Status] = [.running, .terminated, .truncated]
      guard let found = known.first(where: { "\($0)" == status }) else {
        throw ExchangeError("key status: '\(status)' is none of running, terminated and truncated")
      }
      record.status = found
    }
    record.finalValue = finalValue
    guard (finalValue ?? 0).isFinite, record.rewards.allSatisfy(\.isFinite) else {
      throw ExchangeError("a number is not finite; write finite ones")
    }
    record.searches = try searches()
    return record
  }

  private func searches() throws -> [SearchRecord] {
    guard let values = try ofEveryPly(values, .values) else {
      guard full == nil, visits == nil, policies == nil, surprises == nil, proven == nil else {
        throw ExchangeError("key values is missing; a search has a value at every ply")
      }
      return []
    }
    guard values.allSatisfy(\.isFinite) else { throw ExchangeError("key values: write finite numbers") }
    let full = try ofEveryPly(full, .full)
    let visits = try ofEveryPly(visits, .visits)
    let policies = try ofEveryPly(policies, .policies)
    let surprises = try ofEveryPly(surprises, .surprises)
    let proven = try ofEveryPly(proven, .proven)
    return try values.indices.map { ply in
      SearchRecord(
        visits: try pairs(visits?[ply], .visits, 0...Double(UInt32.max), units: 1).map {
          SearchRecord.Visit(action: $0, count: UInt32($1))
        },
        value: values[ply], isFull: full?[ply] ?? true,
        policy: try pairs(policies?[ply], .policies, 1...Double(wholeShare), units: Double(wholeShare)).map {
          SearchRecord.Share(action: $0, share: UInt16($1))
        },
        surprise: try surprise(surprises?[ply] ?? 0), isProven: proven?[ply] ?? false)
    }
  }

  private var wholeShare: UInt16 { SearchRecord.wholeShare }

  private func surprise(_ value: Float) throws -> UInt16 {
    guard let units = UInt16(exactly: (value * SearchRecord.surpriseUnits).rounded()) else {
      throw ExchangeError("key surprises: \(value) is out of range; write 0 to 63")
    }
    return units
  }

  /// Pairs of an action and a whole number of units; actions rise.
  private func pairs(
    _ pairs: [Pair]?, _ key: Keys, _ range: ClosedRange<Double>, units: Double
  ) throws -> [(Action, Double)] {
    var last = -1
    return try (pairs ?? []).map { pair in
      let number = (pair.number * units).rounded()
      guard Int(pair.action) > last, range.contains(number) else {
        throw ExchangeError(
          "key \(key.rawValue): [\(pair.action), \(pair.number)] is out of order or range; let actions rise")
      }
      last = Int(pair.action)
      return (Action(last), number)
    }
  }

  private func ofEveryPly<Value>(_ list: [Value]?, _ key: Keys) throws -> [Value]? {
    guard let list else { return nil }
    guard list.count == actions.count else {
      throw ExchangeError("key \(key.rawValue): \(list.count) entries for \(actions.count) actions")
    }
    return list.isEmpty ? nil : list
  }

  /// 64-bit numbers are texts, which no reader rounds.
  private func number(_ text: String?, _ key: Keys, radix: Int = 10) throws -> UInt64 {
    guard let text else { return 0 }
    guard let number = UInt64(text, radix: radix) else {
      throw ExchangeError("key \(key.rawValue): '\(text)' is no number of 64 bits")
    }
    return number
  }
}
