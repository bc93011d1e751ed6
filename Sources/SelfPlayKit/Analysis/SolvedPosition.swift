import Environments
import Foundation
import Search

/// A position whose game-theoretic value is known.
public struct SolvedPosition<Subject: Notation>: Sendable {
  public var state: Subject.State
  /// The actions that led here, where it was reached from the start.
  public var actions: [Action]
  /// The actions that keep the value.
  public var preserving: Set<Action>
  /// The actions that turn a position that is not lost into a lost one; nil if that is not known.
  public var losing: Set<Action>?
  /// Whether some legal action gives value away.
  public var isCritical: Bool

  /// Every reachable running position of a deterministic game of two, solved by exhaustive search.
  ///
  /// Throws `RegistryError` if there are more than `limit`, or the game is no such game, and `CancellationError` after
  /// Ctrl-C.
  public static func all(of game: Subject, limit: Int = 1_000_000) throws -> [SolvedPosition] {
    guard !game.isStochastic, game.playerCount == 2 else {
      throw RegistryError(
        problem: "only deterministic games of two players are solved by search",
        remedy: "give solved positions with --positions FILE")
    }
    var random = Random(seed: 0, purpose: .evaluation)
    var seen: Set<UInt64> = []
    var open = [(game.start(using: &random), [Action]())]
    var found: [(Subject.State, [Action])] = []
    while let (state, actions) = open.popLast() {
      guard seen.insert(game.key(of: state)).inserted else { continue }
      guard found.count < limit else {
        throw RegistryError(
          problem: "the game has more than \(limit) positions, too many to solve here",
          remedy: "give solved positions with --positions FILE")
      }
      if Interruption.isRequested { throw CancellationError() }
      found.append((state, actions))
      for action in game.legalActions(in: state).array {
        var next = state
        if !game.step(&next, taking: action, using: &random).status.isOver {
          open.append((next, actions + [action]))
        }
      }
    }
    var solver = Minimax(game: game)
    // The latest ones first, so that none takes long.
    let solved = try found.reversed().map { state, actions in
      if Interruption.isRequested { throw CancellationError() }
      return SolvedPosition(state: state, actions: actions, game: game, solver: &solver)
    }
    return solved.reversed()
  }

  private init(
    state: Subject.State, actions: [Action], game: Subject, solver: inout Minimax<Subject>
  ) {
    self.state = state
    self.actions = actions
    let legal = game.legalActions(in: state).array
    let best = solver.value(of: state)
    let values = legal.map { solver.value(of: $0, in: state) }
    preserving = Set(zip(legal, values).filter { $0.1 == best }.map(\.0))
    losing = best < 0 ? [] : Set(zip(legal, values).filter { $0.1 < 0 }.map(\.0))
    isCritical = preserving.count < legal.count
  }

  /// Reads solved positions, one JSON object a line: `moves` that lead there from the start (names in one text,
  /// or in a list) and `value_preserving`, the names of the moves that keep its value.
  ///
  /// Throws `PositionFileError`, which names file and line.
  public static func read(_ path: String, of game: Subject) throws -> [SolvedPosition] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw PositionFileError(file: path, line: nil, problem: "cannot be read")
    }
    var result: [SolvedPosition] = []
    let lines = String(decoding: data, as: UTF8.self).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
      do {
        result.append(try SolvedPosition(json: Data(line.utf8), of: game))
      } catch {
        throw PositionFileError(file: path, line: index + 1, problem: "\(error)")
      }
    }
    if result.isEmpty { throw PositionFileError(file: path, line: nil, problem: "holds no positions") }
    return result
  }

  private init(json: Data, of game: Subject) throws {
    let line = try Line(json)
    let position = try Position(after: line.moves(of: game), of: game)
    guard !position.isOver else {
      throw RegistryError(problem: "the game is over", remedy: "remove the line")
    }
    state = position.state
    actions = position.actions
    preserving = Set(
      try line.preserving.map { name in
        guard let action = game.action(named: name, in: position.state) else {
          throw RegistryError(problem: "'\(name)' is not legal", remedy: "correct value_preserving")
        }
        return action
      })
    guard !preserving.isEmpty else {
      throw RegistryError(
        problem: "value_preserving is empty",
        remedy: "name the moves that keep the value, of which there is one")
    }
    losing = nil
    isCritical = preserving.count < game.legalActions(in: state).count
  }
}

/// A line of a file of solved positions.
private struct Line {
  let text: String
  let preserving: [String]

  init(_ json: Data) throws {
    guard let object = try? JSONSerialization.jsonObject(with: json) as? [String: Any],
      let moves = Self.names(object["moves"]), let preserving = Self.names(object["value_preserving"])
    else {
      throw RegistryError(
        problem: "no JSON object with moves and value_preserving", remedy: "write one on every line")
    }
    text = moves.joined(separator: " ")
    self.preserving = preserving
  }

  /// The moves as names apart; where names have one letter they may be written without spaces.
  func moves<G: Notation>(of game: G) -> String {
    if (try? Position(after: text, of: game)) != nil { return text }
    return text.map { String($0) }.joined(separator: " ")
  }

  private static func names(_ value: Any?) -> [String]? {
    if let text = value as? String { return text.isEmpty ? [] : [text] }
    return (value as? [Any])?.map { "\($0)" }
  }
}

/// A file of solved positions that cannot be used.
public struct PositionFileError: Error, CustomStringConvertible {
  let file: String
  let line: Int?
  let problem: String

  public var description: String {
    line.map { "\(file), line \($0): \(problem)" } ?? "\(file): \(problem); give a file of solved positions"
  }
}
