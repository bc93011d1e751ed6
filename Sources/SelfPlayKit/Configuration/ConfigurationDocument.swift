import Foundation
import TOMLKit

/// A configuration file, parsed and merged with the values set on the command line, not yet interpreted.
public struct ConfigurationDocument: Sendable {
  /// The largest file that is read: 1 MiB.
  public static let largestSize = 1 << 20

  public private(set) var entries: [String: ConfigurationValue]
  /// Where values come from that no argument set.
  public let origin: ConfigurationError.Origin
  /// Paths of keys that came from the command line, and the argument they came from.
  private(set) var arguments: [String: String] = [:]

  public init(entries: [String: ConfigurationValue] = [:], origin: ConfigurationError.Origin) {
    self.entries = entries
    self.origin = origin
  }

  /// Reads a TOML file. Throws `ConfigurationError` for one that cannot be read or parsed.
  public init(path: String, shownAs name: String? = nil) throws {
    let origin = ConfigurationError.Origin.file(name ?? path)
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw ConfigurationError(
        origin: origin, problem: "cannot be read", remedy: "check that the file exists and may be read")
    }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: Self.largestSize + 1) else {
      throw ConfigurationError(
        origin: origin, problem: "cannot be read", remedy: "give the path of a TOML file")
    }
    guard data.count <= Self.largestSize else {
      throw ConfigurationError(
        origin: origin, problem: "is larger than 1 MiB", remedy: "give the path of a TOML file")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ConfigurationError(origin: origin, problem: "is not UTF-8 text", remedy: "save the file as UTF-8")
    }
    try self.init(text: text, origin: origin)
  }

  /// Parses TOML text. Throws `ConfigurationError` with the line and column of a mistake.
  public init(text: String, origin: ConfigurationError.Origin) throws {
    if text.utf8.contains(0) {
      throw ConfigurationError(
        origin: origin, problem: "holds a zero byte", remedy: "TOML is text: remove the byte")
    }
    do {
      let table = try TOMLTable(string: text)
      self.init(entries: try Self.entries(of: table, path: "", origin: origin), origin: origin)
    } catch let error as TOMLParseError {
      let place = error.source.begin
      throw ConfigurationError(
        origin: origin, problem: "line \(place.line), column \(place.column): \(error.description)",
        remedy: "correct the TOML there")
    }
  }

  /// Applies one `key.path=value`. The value is read as TOML, or as text where it is none.
  public mutating func set(_ assignment: String, option: String = "--set") throws {
    let argument = "\(option) \(assignment)"
    guard let equals = assignment.firstIndex(of: "=") else {
      throw ConfigurationError(
        origin: .argument(argument), problem: "there is no '='", remedy: "write \(option) key.path=value")
    }
    let path = assignment[..<equals].split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard path.allSatisfy({ !$0.isEmpty }) else {
      throw ConfigurationError(
        origin: .argument(argument), problem: "the key is empty", remedy: "write \(option) key.path=value")
    }
    let text = String(assignment[assignment.index(after: equals)...])
    let parsed = try? ConfigurationDocument(text: "value = \(text)\n", origin: origin)
    let value = parsed.flatMap { $0.entries.count == 1 ? $0.entries["value"] : nil } ?? .text(text)
    arguments[path.joined(separator: ".")] = argument
    entries = try Self.merging(value, at: path[...], into: entries, argument: argument)
  }

  /// The reader of the whole document.
  public var root: ConfigurationSection {
    ConfigurationSection(entries: entries, path: [], origin: origin, arguments: arguments)
  }

  private static func merging(
    _ value: ConfigurationValue, at path: ArraySlice<String>, into entries: [String: ConfigurationValue],
    argument: String
  ) throws -> [String: ConfigurationValue] {
    guard let key = path.first else { return entries }
    var result = entries
    if path.count == 1 {
      result[key] = value
      return result
    }
    switch entries[key] {
    case .table(let inner)?:
      result[key] = .table(try merging(value, at: path.dropFirst(), into: inner, argument: argument))
    case nil:
      result[key] = .table(try merging(value, at: path.dropFirst(), into: [:], argument: argument))
    case let other?:
      throw ConfigurationError(
        origin: .argument(argument), key: key, problem: "is \(other.kind), not a table",
        remedy: "set \(key) itself")
    }
    return result
  }

  private static func entries(
    of table: TOMLTable, path: String, origin: ConfigurationError.Origin
  ) throws -> [String: ConfigurationValue] {
    var result: [String: ConfigurationValue] = [:]
    for key in table.keys {
      guard let value = table[key] else { continue }
      let place = path.isEmpty ? key : "\(path).\(key)"
      result[key] = try Self.value(value.tomlValue, path: place, origin: origin)
    }
    return result
  }

  private static func value(
    _ value: TOMLValue, path: String, origin: ConfigurationError.Origin
  ) throws -> ConfigurationValue {
    switch value.type {
    case .bool: if let found = value.bool { return .boolean(found) }
    case .int: if let found = value.int { return .integer(found) }
    case .double: if let found = value.double { return .number(found) }
    case .string: if let found = value.string { return .text(found) }
    case .table:
      if let found = value.table { return .table(try entries(of: found, path: path, origin: origin)) }
    case .array:
      if let found = value.array {
        return .list(
          try found.enumerated().map { index, element in
            try Self.value(element.tomlValue, path: "\(path)[\(index)]", origin: origin)
          })
      }
    case .date, .time, .dateTime: break
    }
    throw ConfigurationError(
      origin: origin, key: path, problem: "dates and times are not used here",
      remedy: "write a text, number, boolean, list or table")
  }
}
