import Environments

/// A state reached by moves that someone wrote down.
public struct Position<Subject: Notation> {
  public private(set) var state: Subject.State
  public private(set) var random: Random
  public private(set) var isOver = false
  /// The actions that led here.
  public private(set) var actions: [Action] = []

  /// Plays moves given by their names, separated by spaces or commas, from the start; or takes up the position
  /// that the text describes, where the game has a notation for that, such as FEN.
  ///
  /// Throws `RegistryError` that names the move which is unknown or illegal, and `RuleError` for a description
  /// with a mistake.
  public init(after moves: String, of game: Subject, seed: UInt64 = 1) throws {
    random = Random(seed: seed, purpose: .episode)
    state = game.start(using: &random)
    if let described = try game.state(describedBy: moves) {
      state = described
      isOver = game.legalActions(in: state).isEmpty
      return
    }
    let names = moves.split { $0 == " " || $0 == "," || $0.isNewline }
    for (index, name) in names.enumerated() {
      guard !isOver else {
        throw RegistryError(
          problem: "move \(index + 1) '\(name)': the game is over after move \(index)",
          remedy: "leave out what follows")
      }
      guard let action = game.action(named: String(name), in: state) else {
        throw RegistryError(
          problem: "move \(index + 1) '\(name)' is not legal here",
          remedy: "legal are " + MoveList.text(of: game, in: state))
      }
      isOver = game.step(&state, taking: action, using: &random).status.isOver
      actions.append(action)
    }
  }
}

/// The legal moves of a state, for messages.
public enum MoveList {
  /// Their names, in the order of the actions; the first `limit` of them.
  public static func text<Subject: Notation>(
    of game: Subject, in state: Subject.State, limit: Int = 24
  ) -> String {
    let names = game.legalActions(in: state).array.map { game.name(of: $0, in: state) }
    let rest = names.count - limit
    return names.prefix(limit).joined(separator: " ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
