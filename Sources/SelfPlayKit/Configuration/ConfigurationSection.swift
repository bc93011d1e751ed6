/// A strict reader of one table: every value has a type and a range, and what nobody asked for is an error.
///
/// Ask for every key, then call `finish()`. The values that were given out, defaults included, can be written
/// back with `resolved`. A class, because its sections report to it what was read.
public final class ConfigurationSection {
  private let entries: [String: ConfigurationValue]
  private let path: [String]
  private let origin: ConfigurationError.Origin
  private let arguments: [String: String]
  private var answers: [(key: String, value: ConfigurationValue)] = []
  private var sections: [(key: String, section: ConfigurationSection)] = []
  private var asked: Set<String> = []
  /// Optional keys that someone looked for.
  private var looked: Set<String> = []

  init(
    entries: [String: ConfigurationValue], path: [String], origin: ConfigurationError.Origin,
    arguments: [String: String]
  ) {
    self.entries = entries
    self.path = path
    self.origin = origin
    self.arguments = arguments
  }

  /// The keys that were written, in alphabetical order.
  public var keys: [String] { entries.keys.sorted() }

  /// Whether the key was written. From then on it is among the known ones that errors name.
  public func contains(_ key: String) -> Bool {
    looked.insert(key)
    return entries[key] != nil
  }

  /// An integer in `range`; without a default the key is required.
  public func integer(
    _ key: String, default fallback: Int? = nil, in range: ClosedRange<Int> = Int.min...Int.max
  ) throws -> Int {
    guard case .integer(let value) = try value(key, fallback.map { .integer($0) }, expected: "an integer")
    else {
      throw mismatch(key, expected: "an integer")
    }
    guard range.contains(value) else {
      throw outOfRange(key, "\(value)", "\(range.lowerBound)", "\(range.upperBound)")
    }
    return value
  }

  /// A finite number in `range`; an integer will do. Without a default the key is required.
  public func number(
    _ key: String, default fallback: Double? = nil,
    in range: ClosedRange<Double> = -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude
  ) throws -> Double {
    let value: Double
    switch try self.value(key, fallback.map { .number($0) }, expected: "a number") {
    case .number(let found): value = found
    case .integer(let found): value = Double(found)
    default: throw mismatch(key, expected: "a number")
    }
    guard range.contains(value) else {
      throw outOfRange(key, "\(value)", "\(range.lowerBound)", "\(range.upperBound)")
    }
    return value
  }

  /// `true` or `false`; without a default the key is required.
  public func boolean(_ key: String, default fallback: Bool? = nil) throws -> Bool {
    guard case .boolean(let value) = try value(key, fallback.map { .boolean($0) }, expected: "a boolean")
    else {
      throw mismatch(key, expected: "a boolean")
    }
    return value
  }

  /// A text; without a default the key is required.
  public func text(_ key: String, default fallback: String? = nil) throws -> String {
    guard case .text(let value) = try value(key, fallback.map { .text($0) }, expected: "a text") else {
      throw mismatch(key, expected: "a text")
    }
    return value
  }

  /// One of the names of an enum; without a default the key is required.
  public func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, of type: Choice.Type = Choice.self, default fallback: Choice? = nil
  ) throws -> Choice where Choice.RawValue == String {
    let names = Choice.allCases.map(\.rawValue)
    let text = try self.text(key, default: fallback?.rawValue)
    guard let choice = Choice(rawValue: text) else {
      throw failure(
        key, problem: "unknown choice '\(text)'", remedy: "choose one of \(names.joined(separator: ", "))")
    }
    return choice
  }

  /// A list of integers, each in `range`; without a default the key is required.
  public func integers(
    _ key: String, default fallback: [Int]? = nil, in range: ClosedRange<Int> = Int.min...Int.max
  ) throws -> [Int] {
    try list(key, fallback?.map { .integer($0) }, expected: "a list of integers") { element in
      guard case .integer(let value) = element else { return nil }
      guard range.contains(value) else {
        throw outOfRange(key, "\(value)", "\(range.lowerBound)", "\(range.upperBound)")
      }
      return value
    }
  }

  /// A list of numbers; without a default the key is required.
  public func numbers(_ key: String, default fallback: [Double]? = nil) throws -> [Double] {
    try list(key, fallback?.map { .number($0) }, expected: "a list of numbers") { element in
      switch element {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    }
  }

  /// A list of texts; without a default the key is required.
  public func texts(_ key: String, default fallback: [String]? = nil) throws -> [String] {
    try list(key, fallback?.map { .text($0) }, expected: "a list of texts") { element in
      guard case .text(let value) = element else { return nil }
      return value
    }
  }

  /// The table under `key`; an absent one reads as empty, so that its defaults apply.
  public func section(_ key: String) throws -> ConfigurationSection {
    if let known = sections.first(where: { $0.key == key }) { return known.section }
    asked.insert(key)
    var inner: [String: ConfigurationValue] = [:]
    switch entries[key] {
    case .table(let found)?: inner = found
    case nil: break
    default: throw mismatch(key, expected: "a table")
    }
    let section = ConfigurationSection(
      entries: inner, path: path + [key], origin: origin, arguments: arguments)
    sections.append((key, section))
    return section
  }

  /// All that was written in this table, as `key=value` settings for another document, whose reader checks them.
  public var settings: [String] {
    keys.map { key in
      if let value = entries[key], asked.insert(key).inserted { answers.append((key, value)) }
      return "\(key)=\(entries[key]?.toml ?? "")"
    }
  }

  /// Throws if a key was written that nobody asked for, in this table or in a section of it.
  public func finish() throws {
    for key in keys where !asked.contains(key) {
      let remedy = Suggestion.remedy(for: key, in: asked.union(looked), of: "keys")
      throw failure(key, problem: "unknown key", remedy: remedy)
    }
    for (_, section) in sections { try section.finish() }
  }

  /// Which of some keys that do not go together is to blame: the first one that the command line sets, or else
  /// the first of all.
  func culprit(among keys: [String]) -> String {
    keys.first { arguments[(path + [$0]).joined(separator: ".")] != nil } ?? keys[0]
  }

  /// An error about the value of a key, for checks that only the caller can make.
  public func failure(_ key: String, problem: String, remedy: String) -> ConfigurationError {
    let names = path + [key]
    let place =
      (1...names.count).reversed().lazy
      .compactMap { [arguments] count in arguments[names.prefix(count).joined(separator: ".")] }.first
      ?? entries[key].flatMap { argument(behind: $0, at: names) }
    return ConfigurationError(
      origin: place.map { .argument($0) } ?? origin, key: names.joined(separator: "."), problem: problem,
      remedy: remedy)
  }

  /// The argument that wrote a value: of a table, the first if arguments wrote all of it, and nil otherwise.
  private func argument(behind value: ConfigurationValue, at names: [String]) -> String? {
    guard case .table(let inner) = value else { return arguments[names.joined(separator: ".")] }
    let parts = inner.sorted { $0.key < $1.key }.map { argument(behind: $0.value, at: names + [$0.key]) }
    return parts.contains(nil) ? nil : parts.first ?? nil
  }

  /// The values that were given out, defaults included, as TOML in the order in which they were first asked for.
  public var resolved: String { resolved(omitting: []) }

  /// The same without some keys of this table.
  public func resolved(omitting omitted: Set<String>) -> String {
    var lines = answers.filter { !omitted.contains($0.key) }
      .map { "\(ConfigurationValue.key($0.key)) = \($0.value.toml)" }
    for (_, section) in sections {
      let body = section.resolved
      if !section.answers.isEmpty || section.sections.isEmpty {
        let name = section.path.map(ConfigurationValue.key).joined(separator: ".")
        lines.append((lines.isEmpty ? "" : "\n") + "[\(name)]")
      }
      if !body.isEmpty { lines.append(String(body.dropLast())) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func value(
    _ key: String, _ fallback: ConfigurationValue?, expected: String
  ) throws -> ConfigurationValue {
    let isNew = asked.insert(key).inserted
    guard let value = entries[key] ?? fallback else {
      throw failure(key, problem: "is missing", remedy: "add \(key) with \(expected)")
    }
    if isNew { answers.append((key, value)) }
    return value
  }

  private func list<Element>(
    _ key: String, _ fallback: [ConfigurationValue]?, expected: String,
    _ convert: (ConfigurationValue) throws -> Element?
  ) throws -> [Element] {
    guard case .list(let values) = try value(key, fallback.map { .list($0) }, expected: expected) else {
      throw mismatch(key, expected: expected)
    }
    return try values.map { element in
      guard let converted = try convert(element) else {
        throw mismatch(key, expected: expected, found: element)
      }
      return converted
    }
  }

  private func mismatch(
    _ key: String, expected: String, found: ConfigurationValue? = nil
  ) -> ConfigurationError {
    let value = found ?? entries[key]
    return failure(
      key, problem: "expected \(expected), found \(value?.finding ?? "nothing")",
      remedy: "write \(expected) there")
  }

  private func outOfRange(_ key: String, _ value: String, _ low: String, _ high: String) -> ConfigurationError
  {
    let unbounded = ["\(Int.min)", "\(Int.max)", "\(Double.greatestFiniteMagnitude)"]
    let remedy =
      if unbounded.contains(high) {
        "choose at least \(low)"
      } else {
        "choose a value from \(low) to \(high)"
      }
    return failure(key, problem: "\(value) is out of range", remedy: remedy)
  }
}
