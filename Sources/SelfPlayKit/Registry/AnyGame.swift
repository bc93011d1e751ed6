import Environments

/// Every game that a file can define; `visit` opens it as its concrete type, so that what runs inside is specialised.
/// Indirect, since it lies in many values that are passed around.
public indirect enum AnyGame: Sendable {
  case ticTacToe(TicTacToe)
  case connectFour(ConnectFour)
  case othello(Othello)
  /// Boards of up to 64 and 361 cells have states of different sizes.
  case hex64(Hex64)
  case hex384(Hex384)
  case gomoku(Gomoku)
  case breakthrough(Breakthrough)
  /// Boards up to 7 x 7, 9 x 9, 13 x 13 and 19 x 19 have states of different sizes.
  case go7(Go7)
  case go9(Go9)
  case go13(Go13)
  case go19(Go19)
  case chess(Chess)
  case gridworld(Gridworld)
  case miniGrid(MiniGrid)
  case taxi(Taxi)
  case minatar(MinAtar)
  /// Pong, Breakout and Space Invaders on the full screen.
  case screen(ScreenArcade)

  /// Calls the visitor with the concrete game.
  public func visit<Visitor: GameVisitor>(_ visitor: Visitor) throws -> Visitor.Result {
    switch self {
    case .ticTacToe(let game): try visitor.visit(game)
    case .connectFour(let game): try visitor.visit(game)
    case .othello(let game): try visitor.visit(game)
    case .hex64(let game): try visitor.visit(game)
    case .hex384(let game): try visitor.visit(game)
    case .gomoku(let game): try visitor.visit(game)
    case .breakthrough(let game): try visitor.visit(game)
    case .go7(let game): try visitor.visit(game)
    case .go9(let game): try visitor.visit(game)
    case .go13(let game): try visitor.visit(game)
    case .go19(let game): try visitor.visit(game)
    case .chess(let game): try visitor.visit(game)
    case .gridworld(let game): try visitor.visit(game)
    case .minatar(let game): try visitor.visit(game)
    case .miniGrid(let game): try visitor.visit(game)
    case .taxi(let game): try visitor.visit(game)
    case .screen(let game): try visitor.visit(game)
    }
  }
}

extension AnyGame {
  /// One or two.
  public var playerCount: Int { get throws { try visit(PlayerCount()) } }

  private struct PlayerCount: GameVisitor {
    func visit<Subject: Notation>(_ game: Subject) -> Int { game.playerCount }
  }
}

/// Something to do with a game whatever its type.
public protocol GameVisitor {
  associatedtype Result
  func visit<Subject: Notation>(_ game: Subject) throws -> Result
}
