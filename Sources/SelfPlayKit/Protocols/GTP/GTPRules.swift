import Environments
import Foundation

/// The rules of the extension `kata-set-rules`: a name, or the parts one by one, as text or JSON.
enum GTPRules {
  private static let named: [String: (GoRepetition, suicide: Bool)] = [
    "chinese": (.simpleKo, false), "chinese-ogs": (.positionalSuperko, false),
    "chinese-kgs": (.positionalSuperko, false), "tromp-taylor": (.positionalSuperko, true),
    "aga": (.situationalSuperko, false), "bga": (.situationalSuperko, false),
    "new-zealand": (.situationalSuperko, true),
  ]

  /// Changes the rules as a text says. Only area scoring without tax or button is played here.
  static func apply(_ text: String, to rules: inout GoRules) throws(GTPError) {
    let wanted = text.trimmingCharacters(in: .whitespaces)
    if let (repetition, suicide) = named[wanted.lowercased().replacing("_", with: "-")] {
      rules.repetition = repetition
      rules.allowsSuicide = suicide
      return
    }
    guard let parts = wanted.hasPrefix("{") ? parts(ofJSON: wanted) : parts(ofText: wanted) else {
      throw GTPError("unknown rules '\(wanted)'; known are \(named.keys.sorted().joined(separator: ", "))")
    }
    for (key, value) in parts.sorted(by: { $0.key < $1.key }) { try apply(key, value, to: &rules) }
  }

  private static func apply(_ key: String, _ value: String, to rules: inout GoRules) throws(GTPError) {
    switch (key.lowercased(), value.uppercased()) {
    case ("ko", "POSITIONAL"): rules.repetition = .positionalSuperko
    case ("ko", "SITUATIONAL"): rules.repetition = .situationalSuperko
    case ("ko", "SIMPLE"): rules.repetition = .simpleKo
    case ("score", "AREA"), ("scoring", "AREA"), ("tax", "NONE"): break
    case ("sui", "0"), ("suicide", "0"), ("suicide", "FALSE"): rules.allowsSuicide = false
    case ("sui", "1"), ("suicide", "1"), ("suicide", "TRUE"): rules.allowsSuicide = true
    case ("button", "0"), ("hasbutton", "0"), ("hasbutton", "FALSE"), ("friendlypassok", _),
      ("whitehandicapbonus", "0"), ("whb", "0"):
      break
    default: throw GTPError("rules with \(key) \(value) are not played here; area scoring without tax is")
    }
  }

  /// Such as `koPOSITIONALscoreAREAtaxNONEsui0`.
  private static func parts(ofText text: String) -> [String: String]? {
    var parts: [String: String] = [:]
    var key = ""
    var value = ""
    for character in text + "a" {
      let isValue = character.isUppercase || character.isNumber
      if !isValue, !value.isEmpty {
        parts[key] = value
        (key, value) = ("", "")
      }
      if isValue { value.append(character) } else { key.append(character) }
    }
    return parts.isEmpty || key != "a" || parts.keys.contains("") ? nil : parts
  }

  private static func parts(ofJSON text: String) -> [String: String]? {
    let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return object?.mapValues { "\($0)" }
  }

  /// The rules as JSON, as `kata-get-rules` answers.
  static func text(of rules: GoRules) -> String {
    let ko =
      switch rules.repetition {
      case .positionalSuperko: "POSITIONAL"
      case .situationalSuperko: "SITUATIONAL"
      case .simpleKo: "SIMPLE"
      }
    let json: JSONValue = [
      "ko": .text(ko), "scoring": "AREA", "tax": "NONE", "suicide": .boolean(rules.allowsSuicide),
      "hasButton": false, "whiteHandicapBonus": "0", "friendlyPassOk": false,
    ]
    return json.text
  }
}
