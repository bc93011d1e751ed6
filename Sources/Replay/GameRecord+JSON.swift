import Environments

extension GameRecord {
  /// The record as one line of JSON without a line break. 64-bit numbers are texts, which JSON readers do not
  /// round; `visits` holds one list of [action, count] pairs a ply.
  public var jsonLine: String {
    var fields = [
      "\"game\":\(Self.quoted(game))", "\"rules\":\"\(String(rules, radix: 16))\"",
      "\"seed\":\"\(seed)\"", "\"stream\":\"\(stream)\"", "\"lane\":\(lane)",
      "\"players\":\(Self.list(players.map(Self.quoted)))",
      "\"actions\":\(Self.list(actions.map { "\($0.index)" }))",
      "\"rewards\":\(Self.list(rewards.map { "\($0)" }))", "\"status\":\"\(status)\"",
    ]
    if !searches.isEmpty {
      let visits = searches.map { search in
        Self.list(search.visits.map { "[\($0.action.index),\($0.count)]" })
      }
      fields += [
        "\"values\":\(Self.list(searches.map { "\($0.value)" }))",
        "\"full\":\(Self.list(searches.map { "\($0.isFull)" }))", "\"visits\":\(Self.list(visits))",
      ]
    }
    fields += extraFields
    if !comment.isEmpty { fields.append("\"comment\":\(Self.quoted(comment))") }
    return "{" + fields.joined(separator: ",") + "}"
  }

  /// What only some records have: improved policies as lists of [action, share] pairs, how surprising they are
  /// in nats, which values are proven, and the value of the last state.
  private var extraFields: [String] {
    var fields: [String] = []
    let extras = extras
    if extras.contains(.policies) {
      let policies = searches.map { search in
        Self.list(
          search.policy.map { "[\($0.action.index),\(Float($0.share) / Float(SearchRecord.wholeShare))]" })
      }
      fields.append("\"policies\":\(Self.list(policies))")
    }
    if extras.contains(.surprises) {
      let surprises = searches.map { "\(Float($0.surprise) / SearchRecord.surpriseUnits)" }
      fields.append("\"surprises\":\(Self.list(surprises))")
    }
    if extras.contains(.proofs) {
      fields.append("\"proven\":\(Self.list(searches.map { "\($0.isProven)" }))")
    }
    if let finalValue { fields.append("\"final_value\":\(finalValue)") }
    return fields
  }

  private static func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
