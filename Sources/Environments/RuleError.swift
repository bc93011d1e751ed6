/// A rule or option with a value that a game cannot be played with.
public struct RuleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One line: the game, the rule, its value, and what is allowed.
  public var description: String

  public init(_ description: String) { self.description = description }
}
