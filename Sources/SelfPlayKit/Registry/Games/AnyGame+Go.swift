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

  /// Keys: `side`, `komi`, `repetition`, `suicide`, `move_limit`, `komi_spread`, `handicap`,
  /// `ends_when_decided`, `planes`.
  static func go(from section: ConfigurationSection) throws -> AnyGame {
    let side = try section.integer("side", default: 9, in: 2...19)
    let points = Double(side * side)
    let limit = try section.integer("move_limit", default: 0, in: 0...1_000_000)
    let komi = try section.number("komi", default: 7, in: -361...361)
    guard abs(komi) <= points else {
      throw section.failure(
        section.culprit(among: ["komi", "side"]),
        problem: "komi \(komi) is more than the \(side * side) points of a board with side \(side)",
        remedy: "choose a komi from \(-points) to \(points)")
    }
    var rules = GoRules(
      side: side, komi: Float(komi),
      repetition: try section.choice("repetition", default: Repetition.positionalSuperko).rule,
      allowsSuicide: try section.boolean("suicide", default: false), moveLimit: limit == 0 ? nil : limit)
    try readExtras(of: &rules, from: section)
    let isKomiWhole = (rules.komi * 2).rounded() == rules.komi * 2
    return try explain(section, isKomiWhole ? section.culprit(among: ["move_limit", "side"]) : "komi") {
      try go(rules)
    }
  }

  /// Keys that are no part of the rules' text unless they are written, so that games recorded before there
  /// were such keys are still games of the same rules.
  private static func readExtras(of rules: inout GoRules, from section: ConfigurationSection) throws {
    if section.contains("komi_spread") {
      rules.komiSpread = Float(try section.number("komi_spread", in: 0...361))
      try explain(section, "komi_spread") { _ = try Go19(rules) }
    }
    if section.contains("handicap") {
      rules.handicap = try section.integer("handicap", in: 0...9)
      try explain(section, section.culprit(among: ["handicap", "side"])) {
        _ = try GoRules.handicapCells(rules.handicap, side: rules.side)
      }
    }
    if section.contains("ends_when_decided") {
      rules.endsWhenDecided = try section.boolean("ends_when_decided")
    }
    if section.contains("planes") {
      let names = try section.texts("planes")
      rules.planes = try explain(section, "planes") { try GoPlanes(names: names) }
    }
  }
}
