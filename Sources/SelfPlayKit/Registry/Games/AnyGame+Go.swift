import Environments

extension AnyGame {
  /// How a file writes `GoRepetition`.
  enum Repetition: String, CaseIterable {
    case positionalSuperko = "positional_superko"
    case situationalSuperko = "situational_superko"
    case simpleKo = "simple_ko"

    var rule: GoRepetition {
      switch self {
      case .positionalSuperko: .positionalSuperko
      case .situationalSuperko: .situationalSuperko
      case .simpleKo: .simpleKo
      }
    }
  }

  /// Keys: `side`, `komi`, `repetition`, `suicide`, `move_limit`.
  static func go(from section: ConfigurationSection) throws -> AnyGame {
    let side = try section.integer("side", default: 9, in: 2...19)
    let points = Double(side * side)
    let limit = try section.integer("move_limit", default: 0, in: 0...1_000_000)
    let rules = GoRules(
      side: side, komi: Float(try section.number("komi", default: 7, in: -points...points)),
      repetition: try section.choice("repetition", default: Repetition.positionalSuperko).rule,
      allowsSuicide: try section.boolean("suicide", default: false), moveLimit: limit == 0 ? nil : limit)
    let isKomiWhole = (rules.komi * 2).rounded() == rules.komi * 2
    return try explain(section, isKomiWhole ? "move_limit" : "komi") {
      switch side {
      case ...7: .go7(try Go7(rules))
      case ...9: .go9(try Go9(rules))
      case ...13: .go13(try Go13(rules))
      default: .go19(try Go19(rules))
      }
    }
  }
}
