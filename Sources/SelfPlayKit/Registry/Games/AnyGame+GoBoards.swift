import Environments

/// Something to do with a game of Go whatever the type of its board.
protocol GoVisitor {
  associatedtype Result
  func visit<Subject: GoGame>(_ game: Subject) throws -> Result
}

extension AnyGame {
  /// Go with these rules, on the smallest type of board that has room for its side.
  static func go(_ rules: GoRules) throws(RuleError) -> AnyGame {
    switch rules.side {
    case ...7: .go7(try Go7(rules))
    case ...9: .go9(try Go9(rules))
    case ...13: .go13(try Go13(rules))
    default: .go19(try Go19(rules))
    }
  }

  /// The rules of a game of Go; nil of any other.
  var goRules: GoRules? {
    switch self {
    case .go7(let game): game.rules
    case .go9(let game): game.rules
    case .go13(let game): game.rules
    case .go19(let game): game.rules
    default: nil
    }
  }

  /// Calls the visitor with the concrete game; returns nil for another game than Go.
  func visitGo<Visitor: GoVisitor>(_ visitor: Visitor) throws -> Visitor.Result? {
    switch self {
    case .go7(let game): try visitor.visit(game)
    case .go9(let game): try visitor.visit(game)
    case .go13(let game): try visitor.visit(game)
    case .go19(let game): try visitor.visit(game)
    default: nil
    }
  }
}
