/// What is wrong with a configuration, in one line: file, key, problem and remedy.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Where the value was written.
  public enum Origin: Hashable, Sendable {
    case file(String)
    /// The argument of `--set`, or the options of an agent on the command line.
    case argument(String)
  }

  public var origin: Origin
  /// The path of the key, such as `rules.komi`; empty where the problem is not one key's.
  public var key: String
  public var problem: String
  public var remedy: String

  public init(origin: Origin, key: String = "", problem: String, remedy: String) {
    self.origin = origin
    self.key = key
    self.problem = problem
    self.remedy = remedy
  }

  /// Whether the mistake is on the command line rather than in a file.
  public var isUsage: Bool {
    if case .argument = origin { return true }
    return false
  }

  public var description: String {
    let place =
      switch origin {
      case .file(let path): path
      case .argument(let text): text
      }
    let line = ([place] + (key.isEmpty ? [] : [key])).joined(separator: ": ") + ": \(problem); \(remedy)"
    return line.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
