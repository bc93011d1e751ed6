import Environments
import Foundation

extension AnyGame {
  /// The value of the key `game` in a game's file.
  enum Family: String, CaseIterable {
    case ticTacToe = "tictactoe"
    case connectFour = "connect4"
    case othello
    case hex
    case gomoku
    case breakthrough
    case go
    case chess
    case gridworld
    case miniGrid = "minigrid"
    case taxi
    case asterix = "minatar-asterix"
    case breakout = "minatar-breakout"
    case freeway = "minatar-freeway"
    case seaquest = "minatar-seaquest"
    case spaceInvaders = "minatar-spaceinvaders"
    case pong
    case screenBreakout = "breakout"
    case screenInvaders = "spaceinvaders"
  }

  /// Reads the rules: the key `game`, and the keys of that game. Leaves `finish()` to the caller.
  public init(from section: ConfigurationSection) throws {
    switch try section.choice("game", of: Family.self) {
    case .ticTacToe: self = .ticTacToe(TicTacToe())
    case .connectFour: self = .connectFour(try Self.connectFour(from: section))
    case .othello: self = .othello(try Self.othello(from: section))
    case .hex: self = try Self.hex(from: section)
    case .gomoku: self = .gomoku(try Self.gomoku(from: section))
    case .breakthrough: self = .breakthrough(try Self.breakthrough(from: section))
    case .go: self = try Self.go(from: section)
    case .chess: self = .chess(try Self.chess(from: section))
    case .asterix: self = .minatar(try Self.minatar(.asterix, from: section))
    case .breakout: self = .minatar(try Self.minatar(.breakout, from: section))
    case .freeway: self = .minatar(try Self.minatar(.freeway, from: section))
    case .seaquest: self = .minatar(try Self.minatar(.seaquest, from: section))
    case .spaceInvaders: self = .minatar(try Self.minatar(.spaceInvaders, from: section))
    case .gridworld: self = .gridworld(try Self.gridworld(from: section))
    case .miniGrid: self = .miniGrid(try Self.miniGrid(from: section))
    case .taxi: self = .taxi(try Self.taxi(from: section))
    case .pong: self = .screen(try Self.screen(.pong(ScreenPong()), from: section))
    case .screenBreakout: self = .screen(try Self.screen(.breakout(ScreenBreakout()), from: section))
    case .screenInvaders: self = .screen(try Self.screen(.invaders(ScreenInvaders()), from: section))
    }
  }

  /// Adds the file and the key to what a game says about its rules.
  static func explain<Value>(
    _ section: ConfigurationSection, _ key: String, _ make: () throws -> Value
  ) throws -> Value {
    do { return try make() } catch let error as ConfigurationError { throw error } catch {
      let whole = "\(error)"
      let text = whole.hasPrefix("\(key): ") ? String(whole.dropFirst(key.count + 2)) : whole
      let parts = text.split(separator: ";", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      throw section.failure(key, problem: parts[0], remedy: parts.count > 1 ? parts[1] : "change the rules")
    }
  }
}
