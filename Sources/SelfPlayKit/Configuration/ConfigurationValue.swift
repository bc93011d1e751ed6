/// A value of a configuration file, in the types that this program uses.
public enum ConfigurationValue: Hashable, Sendable {
  case boolean(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case list([ConfigurationValue])
  case table([String: ConfigurationValue])

  /// The type's name with its article, as it stands in messages.
  var kind: String {
    switch self {
    case .boolean: "a boolean"
    case .integer: "an integer"
    case .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .table: "a table"
    }
  }

  /// What a message says was found: the type and, if it is short, the value.
  var finding: String {
    switch self {
    case .list, .table: return kind
    default:
      let text = toml
      return text.count <= 40 && !text.contains("\n") ? "\(kind) (\(text))" : kind
    }
  }

  /// The value as TOML. Tables are written inline, with their keys in alphabetical order.
  public var toml: String {
    switch self {
    case .boolean(let value): return value ? "true" : "false"
    case .integer(let value): return String(value)
    case .number(let value): return Self.toml(value)
    case .text(let value): return Self.toml(value)
    case .list(let values): return "[" + values.map(\.toml).joined(separator: ", ") + "]"
    case .table(let entries):
      let pairs = entries.sorted { $0.key < $1.key }.map { "\(Self.key($0.key)) = \($0.value.toml)" }
      return pairs.isEmpty ? "{}" : "{ " + pairs.joined(separator: ", ") + " }"
    }
  }

  /// A key, quoted where TOML asks for it.
  static func key(_ name: String) -> String {
    let isBare = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return isBare && !name.isEmpty ? name : quoted(name)
  }

  private static func toml(_ number: Double) -> String {
    if number.isNaN { return "nan" }
    if number.isInfinite { return number < 0 ? "-inf" : "inf" }
    return String(describing: number)
  }

  /// Texts of several lines, such as maps, keep their shape.
  private static func toml(_ text: String) -> String {
    guard text.contains("\n"), !text.contains("'''"), !text.unicodeScalars.contains(where: isControl) else {
      return quoted(text)
    }
    return "'''\n\(text)'''"
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    (scalar.value < 0x20 && scalar != "\n" && scalar != "\t") || scalar.value == 0x7F
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        if isControl(scalar) {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
