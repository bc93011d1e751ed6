import Environments
import Foundation
import Replay

/// The games of a file in any format that holds them, one after the other with bounded memory.
public struct GameSource {
  /// How games are written, by the ending of the file's name.
  public enum Format: String, Sendable, CaseIterable {
    /// The project's own files.
    case replay
    /// One JSON object a line.
    case jsonl
    /// Games of Go.
    case sgf
  }

  public let path: String
  public let format: Format
  private let home: Home
  private let game: GameDefinition?
  /// The rules of games, by their fingerprints.
  private var definitions: [UInt64: GameDefinition] = [:]
  /// Games of Go, which are read at once.
  private var recordings: [GameRecord] = []

  /// - Parameters:
  ///   - name: the file, or the folder of a training run or a match, which stands for the games in it.
  ///   - game: what lines of JSON are played by that do not say which rules they follow.
  ///
  /// Throws `ExchangeError` for a name that ends in no format's ending, and `SGFError` for games of Go that
  /// cannot be read.
  public init(_ name: String, home: Home, game: GameDefinition? = nil) throws {
    let path = GameAlbum.file(in: name)
    guard let format = Self.format(of: path) else {
      throw ExchangeError("\(path): the name ends in none of .replay, .jsonl and .sgf; rename it")
    }
    (self.path, self.format, self.home, self.game) = (path, format, home, game)
    guard format == .sgf else { return }
    let album = try GameAlbum(path)
    recordings = album.records
    for record in recordings { definitions[record.rules] = try album.definition(of: record, home: home) }
  }

  /// The format that a file's name stands for, or nil.
  public static func format(of path: String) -> Format? {
    Format(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased())
  }

  /// Calls `body` with every game, its number from 1, and the rules it was played by.
  ///
  /// Throws what `body` throws, and errors that name the file and the place where it cannot be read. Whether a
  /// game follows from its rules is only found out by replaying it.
  public mutating func forEach(
    _ body: (_ number: Int, _ record: GameRecord, _ definition: GameDefinition) throws -> Void
  ) throws {
    var number = 0
    func visit(_ record: GameRecord, _ definition: GameDefinition) throws {
      if Interruption.isRequested { throw CancellationError() }
      number += 1
      do { try body(number, record, definition) } catch var error as ReplayError where error.file == nil {
        error.file = path
        error.problem = "game \(number): " + error.problem
        throw error
      }
    }
    switch format {
    case .sgf: for record in recordings { try visit(record, definition(of: record)) }
    case .replay:
      try GameAlbum.forEachGame(in: path) { record in try visit(record, definition(of: record)) }
    case .jsonl:
      var lines = try TextLines(path)
      while let line = try lines.next() {
        do {
          let (record, definition) = try complete(RecordLine(line))
          try visit(record, definition)
        } catch let error as ExchangeError {
          throw ExchangeError("\(path): line \(lines.number): \(error.description)")
        }
      }
    }
    guard number > 0 else { throw ExchangeError("\(path): there are no games in it; give another file") }
  }

  /// The rules of a record: those that came with it, or that lie beside the file, or the game's own.
  private mutating func definition(of record: GameRecord) throws -> GameDefinition {
    if let known = definitions[record.rules] { return known }
    let found = try GameAlbum.definition(of: record, beside: path, home: home)
    definitions[record.rules] = found
    return found
  }

  /// Fills in what a line does not say: the rules, and what the moves bring.
  private mutating func complete(_ line: RecordLine) throws -> (GameRecord, GameDefinition) {
    var record = line.record
    let definition: GameDefinition
    if let game {
      guard line.game ?? game.id == game.id else {
        throw ExchangeError("game '\(record.game)' is not \(game.id), which was asked for")
      }
      definition = game
    } else if line.hasRules {
      definition = try self.definition(of: record)
    } else {
      guard let name = line.game else {
        throw ExchangeError("key game is missing; write it, or name the game with --game")
      }
      // Lines are untrusted: only ids are looked up, never paths.
      guard home.gameNames.contains(name) else {
        throw ExchangeError("unknown game '\(name)'; write one of: selfplay games")
      }
      definition = try GameDefinition(named: name, home: home)
    }
    record.game = definition.id
    if !line.hasRules { record.rules = definition.fingerprint }
    if !line.hasOutcome {
      record = try definition.game.visit(OutcomeFinder(record: record))
    }
    return (record, definition)
  }

  /// Plays the actions of a record whose rewards are not known.
  private struct OutcomeFinder: GameVisitor {
    let record: GameRecord

    func visit<Subject: Notation>(_ game: Subject) throws -> GameRecord {
      var result = record
      (result.actions, result.rewards) = ([], [])
      var random = record.random
      var state = game.start(using: &random)
      for (ply, action) in record.actions.enumerated() {
        guard action.index < game.actionCount, game.legalActions(in: state).contains(action) else {
          throw ExchangeError("ply \(ply): action \(action.index) is illegal; check the game and its rules")
        }
        result.append(action, game.step(&state, taking: action, using: &random))
      }
      return result
    }
  }
}

/// Why games cannot be exchanged with other programs, in one line.
public struct ExchangeError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description.printable }
}
