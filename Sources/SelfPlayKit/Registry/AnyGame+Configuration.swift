import Environments
import Foundation

extension AnyGame {
  /// The value of the key `game` in a game's file.
  enum Family: String, CaseIterable {
    case ticTacToe = "tictactoe"
    case connectFour = "connect4"
    case go
    case gridworld
    case breakout = "minatar-breakout"
  }

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

  /// Reads the rules: the key `game`, and the keys of that game. Leaves `finish()` to the caller.
  public init(from section: ConfigurationSection) throws {
    switch try section.choice("game", of: Family.self) {
    case .ticTacToe: self = .ticTacToe(TicTacToe())
    case .connectFour: self = .connectFour(try Self.connectFour(from: section))
    case .go: self = try Self.go(from: section)
    case .breakout: self = .breakout(try Self.arcade(Breakout(), from: section))
    case .gridworld: self = .gridworld(try Self.gridworld(from: section))
    }
  }

  private static func connectFour(from section: ConfigurationSection) throws -> ConnectFour {
    let columns = try section.integer("columns", default: 7, in: 1...32)
    let rows = try section.integer("rows", default: 6, in: 1...63)
    let length = try section.integer("length", default: 4, in: 2...32)
    return try explain(section, "columns") { try ConnectFour(columns: columns, rows: rows, length: length) }
  }

  private static func go(from section: ConfigurationSection) throws -> AnyGame {
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

  private static func arcade<Rules: ArcadeRules>(
    _ rules: Rules, from section: ConfigurationSection
  ) throws -> MinAtar<Rules> {
    let sticky = try section.number("sticky_actions", default: 0.1, in: 0...1)
    let limit = try section.integer("frame_limit", default: 10_000, in: 0...Int(UInt32.max))
    return try MinAtar(rules, stickyProbability: sticky, frameLimit: limit == 0 ? nil : limit)
  }

  private static func gridworld(from section: ConfigurationSection) throws -> Gridworld {
    let text = try section.text("map")
    let map = try explain(section, "map") { try GridMap(text) }
    let probability = try section.number("intended_probability", default: 1, in: 0...1)
    let limit = try section.integer("step_limit", default: 0, in: 0...Int(UInt32.max))
    let rewards = try section.section("rewards")
    return try Gridworld(
      map: map, intendedProbability: probability,
      rewards: Gridworld.Rewards(
        goal: Float(try rewards.number("goal", default: 1, in: -1000...1000)),
        hole: Float(try rewards.number("hole", default: 0, in: -1000...1000)),
        lava: Float(try rewards.number("lava", default: -1, in: -1000...1000)),
        step: Float(try rewards.number("step", default: 0, in: -1000...1000))),
      stepLimit: limit == 0 ? nil : limit)
  }

  /// Adds the file and the key to what a game says about its rules.
  private static func explain<Value>(
    _ section: ConfigurationSection, _ key: String, _ make: () throws -> Value
  ) throws -> Value {
    do { return try make() } catch let error as ConfigurationError { throw error } catch {
      let text = "\(error)"
      let parts = text.split(separator: ";", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      throw section.failure(key, problem: parts[0], remedy: parts.count > 1 ? parts[1] : "change the rules")
    }
  }
}
