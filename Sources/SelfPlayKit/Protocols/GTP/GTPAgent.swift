import Environments
import Foundation
import Search

/// An external program that speaks the Go Text Protocol, as an agent.
///
/// It is started when its first game begins, and ended with the agent. `{seed}` in its command line becomes a
/// number drawn from the game's randomness; then it is started anew for every game, so that no game depends on those
/// before it.
final class GTPAgent<Subject: GoGame>: Agent, Timed {
  var seconds: Double?
  private let game: Subject
  private let command: String
  private var program: ExternalProgram?
  private var commands: Set<String> = []
  /// The action that the program has played already.
  private var played: Action?

  private static var seed: String { "{seed}" }
  /// Seconds for a move, and for anything else.
  private static var moveTimeout: Double { 600 }
  private static var timeout: Double { 60 }
  /// Characters that are read for one answer, with all that comes before it.
  private static var longestAnswer: Int { 1 << 20 }

  init(game: Subject, command: String) {
    self.game = game
    self.command = command
  }

  func begin(_ state: Subject.State, random: Random) throws {
    var random = random
    if program == nil || command.contains(Self.seed) {
      program = nil
      let seed = random.next() >> 33
      try start(command.replacing(Self.seed, with: String(seed)))
    }
    played = nil
    try ask("boardsize \(game.rules.side)")
    try ask("clear_board")
    try tellRules()
    try ask(String(format: "komi %g", game.komi(of: state)))
    if let seconds { try ask("time_settings 0 \(max(1, Int(seconds.rounded()))) 1") }
    for cell in 0..<game.rules.side * game.rules.side {
      guard let player = game.stone(atCell: cell, in: state) else { continue }
      try ask("play \(player.goLetter) \(game.name(of: Action(cell), in: state))")
    }
  }

  func decide(in state: Subject.State) throws -> Decision {
    try takeBack()
    let question = "genmove \(game.playerToMove(in: state).goLetter)"
    let answer = try ask(question, within: Self.moveTimeout)
    if answer.lowercased() == "resign" { return Decision(action: game.pass, resigns: true) }
    guard let action = game.point(named: answer) else {
      throw fault("answered '\(question)' with '\(answer.prefix(40))', which is no point of this board")
    }
    guard game.isLegal(action, in: state) else {
      throw fault("answered '\(question)' with '\(answer)', which is illegal there")
    }
    played = action
    return Decision(action: action)
  }

  func follow(_ action: Action, to state: Subject.State) throws {
    if played == action {
      played = nil
      return
    }
    try takeBack()
    // Moves alternate, also after the last one.
    let mover = game.playerToMove(in: state).opponent
    try ask("play \(mover.goLetter) \(game.name(of: action, in: state))")
  }

  /// Takes back a move that the program chose and nobody played.
  private func takeBack() throws {
    guard played != nil else { return }
    played = nil
    try ask("undo")
  }

  private func start(_ line: String) throws {
    do { program = try ExternalProgram(line) } catch { throw fault("\(error)") }
    let list = try ask("list_commands")
    commands = Set(list.split(whereSeparator: \.isWhitespace).map(String.init))
  }

  private func tellRules() throws {
    guard commands.contains("kata-set-rules") else { return }
    let ko =
      switch game.rules.repetition {
      case .positionalSuperko: "POSITIONAL"
      case .situationalSuperko: "SITUATIONAL"
      case .simpleKo: "SIMPLE"
      }
    try ask("kata-set-rules ko\(ko)scoreAREAtaxNONEsui\(game.rules.allowsSuicide ? 1 : 0)")
  }

  /// The text of a successful answer.
  @discardableResult
  private func ask(_ question: String, within seconds: Double = timeout) throws -> String {
    guard let program else { throw fault("is not running") }
    do {
      try program.send(question)
      let start = ContinuousClock.now
      var answer: [String] = []
      var length = 0
      while true {
        let line = try program.receive(within: seconds, of: start).filter { $0 != "\r" }
        length += line.utf8.count + 1
        guard length <= Self.longestAnswer else {
          throw fault("answered '\(question)' with more than \(Self.longestAnswer) characters")
        }
        if answer.isEmpty {
          // Some programs greet, or say what they think.
          guard line.hasPrefix("=") || line.hasPrefix("?") else { continue }
        } else if line.allSatisfy(\.isWhitespace) {
          break
        }
        answer.append(line)
      }
      return try text(of: answer, to: question)
    } catch let error as ExternalProgramError {
      throw fault("'\(question)': \(error.description)")
    }
  }

  private func text(of answer: [String], to question: String) throws -> String {
    let head = answer[0].dropFirst().drop { $0.isASCII && $0.isNumber }
    let text = ([String(head)] + answer.dropFirst()).joined(separator: "\n").trimmingCharacters(
      in: .whitespaces)
    guard answer[0].hasPrefix("=") else {
      throw fault("refused '\(question)': \(text.split(whereSeparator: \.isNewline).joined(separator: " "))")
    }
    return text
  }

  private func fault(_ problem: String) -> ArenaError {
    let line = problem.split(whereSeparator: \.isNewline).joined(separator: " ")
    return ArenaError(description: "agent 'gtp:\(command)': \(line); check the command line by hand")
  }
}

/// Makes agents of external programs for games of Go.
enum GTPAgents {
  /// Throws `RegistryError` for a game other than Go.
  static func factory<Subject: Notation>(
    for game: Subject, command: String, name: String, gameName: String
  ) throws -> AgentFactory<Subject> {
    func make<Concrete: GoGame>(_ game: Concrete) -> AgentFactory<Subject>? {
      AgentFactory<Concrete>(name: name) { GTPAgent(game: game, command: command) } as? AgentFactory<Subject>
    }
    guard let go = game as? any GoGame, let factory = make(go) else {
      throw RegistryError(
        problem: "agent '\(name)' speaks the Go Text Protocol, and \(gameName) is another game",
        remedy: "choose --game go9, go13 or go19")
    }
    return factory
  }
}
