import Foundation

/// A match's result in words and as JSON.
public struct MatchReport: Sendable {
  private let result: MatchResult
  private let game: String
  private let seed: UInt64

  public init(_ result: MatchResult, game: String, seed: UInt64) {
    self.result = result
    self.game = game
    self.seed = seed
  }

  private var isSolitary: Bool { result.playerCount == 1 }

  /// One line about a match that still goes on.
  public var progress: String {
    let total = isSolitary ? result.planned * 2 : result.planned
    let head = "\(result.games)/\(counted(total, "game"))"
    if isSolitary {
      return head
        + String(
          format: "  %@ %.3f, %@ %.3f", result.names[0], result.returns[0].mean, result.names[1],
          result.returns[1].mean)
    }
    let tally = result.tally
    var line = head + "  +\(tally.wins) =\(tally.draws) -\(tally.losses)"
    if let elo = result.elo { line += "  Elo \(elo)" }
    if let test = result.sequentialTest {
      line += String(format: "  LLR %.2f of ±%.2f", test.logLikelihoodRatio(tally), SequentialTest.bound)
    }
    return line
  }

  /// The result for people: lines without a final line break.
  public func text(ink: Ink) -> String {
    let names = result.names
    let count = isSolitary ? result.returns[0].count : result.games
    let amount = isSolitary ? counted(count, "episode") + " each" : counted(count, "game")
    var lines = [ink("\(names[0]) against \(names[1])", .bold) + " on \(game): \(amount)", ""]
    lines.append(contentsOf: isSolitary ? solitaryLines(ink) : duelLines(ink))
    if result.wasInterrupted { lines.append(ink("Interrupted: these are the results so far.", .yellow)) }
    return lines.joined(separator: "\n")
  }

  private func duelLines(_ ink: Ink) -> [String] {
    var table = TextTable(
      ("", .left), ("wins", .right), ("draws", .right), ("losses", .right), ("score", .right))
    let rows = [
      ("moving first", result.asFirst), ("moving second", result.asSecond), ("together", result.tally),
    ]
    for (name, tally) in rows {
      let score = tally.score.map { String(format: "%.1f %%", $0 * 100) } ?? "-"
      table.add([name, "\(tally.wins)", "\(tally.draws)", "\(tally.losses)", score])
    }
    var lines = [table.text(ink: ink), ""]
    if let elo = result.elo { lines.append("Elo difference " + ink("\(elo)", .bold) + " (95 % interval)") }
    if 2 * result.distinctGames < result.games {
      lines.append(
        ink(
          "Only \(result.distinctGames) of the games differ, which the interval knows nothing of; ", .yellow)
          + "begin with random moves: --openings 4")
    }
    if let test = result.sequentialTest {
      let verdict =
        switch test.verdict(result.tally) {
        case .open: "undecided"
        case .accepted: ink("accepted: \(number(test.elo1)) rather than \(number(test.elo0))", .green)
        case .rejected: ink("rejected: \(number(test.elo0)) rather than \(number(test.elo1))", .red)
        }
      let ratio = test.logLikelihoodRatio(result.tally)
      lines.append(String(format: "SPRT: LLR %.2f of ±%.2f, ", ratio, SequentialTest.bound) + verdict)
    }
    return lines
  }

  private func solitaryLines(_ ink: Ink) -> [String] {
    var table = TextTable(("agent", .left), ("mean return", .right), ("95 %", .right), ("deviation", .right))
    for (name, returns) in zip(result.names, result.returns) {
      table.add([
        name, String(format: "%.4f", returns.mean), String(format: "± %.4f", returns.margin),
        String(format: "%.4f", returns.deviation),
      ])
    }
    let difference = String(format: "%+.4f ± %.4f", result.difference.mean, result.difference.margin)
    return [table.text(ink: ink), "", "Difference " + ink(difference, .bold) + " (95 %, same chances)"]
  }

  private func number(_ value: Double) -> String { String(format: "%g", value) }

  /// The result as one object, in fixed key order; it holds nothing that depends on time or threads.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(key: "game", value: .text(game)),
      .init(key: "agents", value: .list(result.names.map { .text($0) })),
      .init(key: "seed", value: JSONValue(seed)), .init(key: "games", value: .integer(result.games)),
      .init(key: "plies", value: .integer(result.plies)),
      .init(key: "distinct_games", value: .integer(result.distinctGames)),
    ]
    if isSolitary { members += solitaryMembers } else { members += duelMembers }
    members.append(.init(key: "interrupted", value: .boolean(result.wasInterrupted)))
    return .object(members)
  }

  private var duelMembers: [JSONValue.Member] {
    let elo = result.elo
    var members = Self.members(of: result.tally)
    members += [
      .init(key: "elo", value: JSONValue(elo?.difference)), .init(key: "elo_low", value: JSONValue(elo?.low)),
      .init(key: "elo_high", value: JSONValue(elo?.high)),
      .init(key: "as_first", value: .object(Self.members(of: result.asFirst))),
      .init(key: "as_second", value: .object(Self.members(of: result.asSecond))),
    ]
    if let test = result.sequentialTest {
      members.append(
        .init(
          key: "sprt",
          value: [
            "elo0": .number(test.elo0), "elo1": .number(test.elo1),
            "llr": .number(test.logLikelihoodRatio(result.tally)), "bound": .number(SequentialTest.bound),
            "verdict": .text(test.verdict(result.tally).rawValue),
          ]))
    }
    return members
  }

  private var solitaryMembers: [JSONValue.Member] {
    let returns = zip(result.names, result.returns).map { name, returns -> JSONValue in
      [
        "agent": .text(name), "episodes": .integer(returns.count), "mean": .number(returns.mean),
        "margin": .number(returns.margin), "deviation": .number(returns.deviation),
      ]
    }
    return [
      .init(key: "returns", value: .list(returns)),
      .init(key: "difference", value: .number(result.difference.mean)),
      .init(key: "difference_margin", value: .number(result.difference.margin)),
    ]
  }

  private static func members(of tally: Tally) -> [JSONValue.Member] {
    [
      .init(key: "wins", value: .integer(tally.wins)), .init(key: "draws", value: .integer(tally.draws)),
      .init(key: "losses", value: .integer(tally.losses)), .init(key: "score", value: JSONValue(tally.score)),
    ]
  }
}
