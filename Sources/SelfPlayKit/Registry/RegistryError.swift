/// A name on the command line that stands for nothing, in one line: what was asked for and what there is.
public struct RegistryError: Error, Hashable, Sendable, CustomStringConvertible {
  public var problem: String
  public var remedy: String

  public init(problem: String, remedy: String) {
    self.problem = problem
    self.remedy = remedy
  }

  /// An agent that was trained for another game.
  static func misfit(agent: String, of learned: String, game: String) -> RegistryError {
    RegistryError(
      problem: "agent '\(agent)' has learned \(learned), which does not fit \(game)",
      remedy: "choose --game \(learned), or an agent that was trained for \(game)")
  }

  public var description: String {
    "\(problem); \(remedy)".split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}
