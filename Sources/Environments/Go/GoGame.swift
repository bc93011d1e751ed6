/// Go on a board of any size, for what speaks about Go alone: protocols, records and programs that play it.
public protocol GoGame: Notation, Scored {
  /// Throws `RuleError` for rules that do not fit this type of board.
  init(_ rules: GoRules) throws(RuleError)
  /// The most moves a game can have on this type of board.
  static var capacity: Int { get }
  var rules: GoRules { get }
  var pass: Action { get }

  /// A first position with these stones, row x side + column, where a player moves next.
  func start(black: [Int], white: [Int], toMove: Player) throws(RuleError) -> State
  /// Whether the player to move may take an action.
  func isLegal(_ action: Action, in state: State) -> Bool
  /// Whose stone is on row x side + column, row 0 on top.
  func stone(atCell cell: Int, in state: State) -> Player?
  /// Points that White is given in this game.
  func komi(of state: State) -> Float
  /// Stones a side has taken so far.
  func prisoners(of player: Player, in state: State) -> Int
  /// Moves and passes so far.
  func plies(of state: State) -> Int
  /// Whether the game has ended.
  func isOver(_ state: State) -> Bool
  /// Lets a player move out of turn, or after the end: no move, and passes before it do not count any more.
  func giveTurn(to player: Player, in state: inout State)
  /// Action of a name of the Go Text Protocol, legal or not; nil if it is no point of this board.
  func point(named text: String) -> Action?
  /// Who keeps each cell even by passing for ever (Benson 1976): 1 Black, -1 White, 0 undecided; [rows x
  /// columns].
  func passAliveOwnership(of state: State) -> [Int8]
}

extension Go: GoGame {
  /// Throws `RuleError` for a cell off the board or named twice, and for stones without liberties.
  public func start(black: [Int], white: [Int], toMove: Player) throws(RuleError) -> State {
    var state = State(side: side, komi: rules.komi)
    for (stone, cells) in [(GoStone.black, black), (.white, white)] {
      for cell in cells {
        guard 0..<side * side ~= cell, state.stones[point(ofCell: cell)] == .empty else {
          throw RuleError("go: a stone to set up is off the board or on another one; name each point once")
        }
        state.set(stone, at: point(ofCell: cell))
      }
    }
    for cell in black + white where state.chains[state.root(point(ofCell: cell))].contacts == 0 {
      throw RuleError("go: a chain to set up has no liberty; leave it out")
    }
    setPlayerToMove(toMove, in: &state)
    state.remember(rules.repetition)
    return state
  }

  public func komi(of state: State) -> Float { state.komi }

  public func prisoners(of player: Player, in state: State) -> Int { state.prisoners(of: player) }

  public func plies(of state: State) -> Int { Int(state.plies) }

  public func isOver(_ state: State) -> Bool { state.isOver }

  public func giveTurn(to player: Player, in state: inout State) {
    state.isOver = false
    state.isDecided = false
    state.passes = 0
    setPlayerToMove(player, in: &state)
  }
}
