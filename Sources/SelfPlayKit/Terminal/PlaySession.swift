import Environments
import Foundation
import Replay
import Search

/// A game between a person at the terminal and an agent, or between two people.
public struct PlaySession<Subject: Notation> {
  private enum Input {
    case action(Action)
    case undo, ended
  }

  private let game: Subject
  private let title: String
  private let opponent: AnyAgent<Subject>?
  private let opponentName: String
  private let person: Player
  private let seed: UInt64
  private let ink = Ink(for: STDOUT_FILENO)

  private var state: Subject.State
  private var random: Random
  private var actions: [Action] = []
  private var total: Float = 0
  private var drawing: String?
  private var resigned: Player?

  /// Without an opponent a person plays both sides. In a game of one player the opponent only gives hints.
  public init(
    game: Subject, title: String, opponent: AnyAgent<Subject>?, opponentName: String, person: Player,
    seed: UInt64
  ) {
    self.game = game
    self.title = title
    self.opponent = opponent
    self.opponentName = opponentName
    self.person = game.playerCount == 1 ? .first : person
    self.seed = seed
    random = Random(seed: seed, purpose: .episode)
    state = game.start(using: &random)
  }

  /// Plays until the game is over, the input ends. Throws what the agent throws.
  public mutating func run() throws {
    let against = opponent == nil || game.playerCount == 1 ? "" : " against \(opponentName)"
    Terminal.put(ink(title + against, .bold) + ink("   moves, hint, undo, quit", .faint))
    try restart(with: [])
    show()
    var status = Status.running
    while !status.isOver {
      let mover = game.playerToMove(in: state)
      if opponent == nil || game.playerCount == 1 || mover == person {
        switch try ask() {
        case .action(let action): status = try play(action)
        case .undo: try undo()
        case .ended: return Terminal.put("Game left after \(counted(actions.count, "move")).")
        }
      } else if let decision = try opponent?.decide(in: state) {
        if decision.resigns {
          resigned = mover
          return Terminal.put(
            ink("\(opponentName) resigns after \(counted(actions.count, "move")): you win.", .bold, .green))
        }
        let name = game.name(of: decision.action, in: state)
        let opinion = decision.value.map { String(format: "  (it expects %+.2f)", $0) } ?? ""
        Terminal.put("\(opponentName) plays " + ink(name, .bold) + ink(opinion, .faint))
        status = try play(decision.action)
      }
    }
    if status.isOver { Terminal.put(ink(verdict(status), .bold, .green)) }
  }

  /// The game as it stands, as a record. Replays it: O(moves).
  public func record(of definition: GameDefinition) -> GameRecord {
    var record = GameRecord(game: definition.id, rules: definition.fingerprint, seed: seed, stream: 0)
    let names = opponent == nil ? ["human", "human"] : ["human", opponentName]
    record.players = game.playerCount == 1 ? ["human"] : person == .first ? names : names.reversed()
    var random = record.random
    var state = game.start(using: &random)
    for action in actions { record.append(action, game.step(&state, taking: action, using: &random)) }
    if resigned != nil { record.resigned = resigned }
    return record
  }

  private mutating func play(_ action: Action) throws -> Status {
    let mover = game.playerToMove(in: state)
    let transition = game.step(&state, taking: action, using: &random)
    actions.append(action)
    total += mover == person ? transition.reward : -transition.reward
    try opponent?.follow(action, to: state)
    if game.playerCount == 1, transition.reward != 0 {
      Terminal.put(String(format: "reward %g", transition.reward))
    }
    show()
    return transition.status
  }

  private mutating func show() {
    let text = game.draw(state)
    Terminal.put("\n" + BoardPainter(ink: ink).paint(text, changedSince: drawing) + "\n")
    drawing = text
  }

  /// Reads lines until one can be used.
  private func ask() throws -> Input {
    while true {
      Terminal.put(prompt, terminator: "")
      guard let line = readLine() else {
        Terminal.put("")
        return .ended
      }
      let text = line.trimmingCharacters(in: .whitespaces)
      if let action = game.action(named: text, in: state) { return .action(action) }
      switch text.lowercased() {
      case "": continue
      case "quit", "exit", "q": return .ended
      case "undo", "u": return .undo
      case "moves", "help", "?": Terminal.put(MoveList.text(of: game, in: state, limit: .max))
      case "hint", "h": try hint()
      default:
        Terminal.log(
          "'\(Self.printable(text))' is no legal move here; legal are \(MoveList.text(of: game, in: state))")
      }
    }
  }

  private var prompt: String {
    if game.playerCount == 1 { return "your move: " }
    if opponent != nil { return "your move (\(person == .first ? "first" : "second")): " }
    return "\(game.playerToMove(in: state) == .first ? "first" : "second") to move: "
  }

  private func hint() throws {
    guard let opponent else { return Terminal.put("There is no agent to ask.") }
    let decision = try opponent.decide(in: state)
    Terminal.put("\(opponentName) would play " + ink(game.name(of: decision.action, in: state), .bold))
  }

  /// Takes back the person's last move, and the agent's answer.
  private mutating func undo() throws {
    guard !actions.isEmpty else { return Terminal.put("There is nothing to take back.") }
    let count = game.playerCount == 1 || opponent == nil ? 1 : 2
    guard actions.count >= count else { return Terminal.put("There is nothing of yours to take back.") }
    try restart(with: Array(actions.dropLast(count)))
    drawing = nil
    show()
  }

  /// Begins again and plays some actions; the same seed brings the same chances.
  private mutating func restart(with replayed: [Action]) throws {
    random = Random(seed: seed, purpose: .episode)
    state = game.start(using: &random)
    try opponent?.begin(state, random: Random(seed: seed, purpose: .agent))
    total = 0
    for action in replayed {
      let mover = game.playerToMove(in: state)
      let reward = game.step(&state, taking: action, using: &random).reward
      total += mover == person ? reward : -reward
      try opponent?.follow(action, to: state)
    }
    actions = replayed
  }

  private func verdict(_ status: Status) -> String {
    if game.playerCount == 1 {
      return
        "The episode is over after \(counted(actions.count, "move")): return \(String(format: "%g", total))."
    }
    if total == 0 { return "A draw after \(counted(actions.count, "move"))." }
    if opponent == nil {
      return (total > 0) == (person == .first) ? "The first player wins." : "The second player wins."
    }
    return total > 0
      ? "You win after \(counted(actions.count, "move"))."
      : "\(opponentName) wins after \(counted(actions.count, "move"))."
  }

  private static func printable(_ text: String) -> String {
    String(
      text.unicodeScalars.prefix(40).map { $0.value < 0x20 || 0x7F...0x9F ~= $0.value ? "?" : Character($0) })
  }
}
