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
    if !comment.isEmpty { fields.append("\"comment\":\(Self.quoted(comment))") }
    return "{" + fields.joined(separator: ",") + "}"
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
