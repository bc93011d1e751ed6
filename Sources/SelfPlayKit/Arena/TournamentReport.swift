import Foundation

/// A tournament's result in words and as JSON.
public struct TournamentReport: Sendable {
  private let result: TournamentResult
  private let game: String
  private let seed: UInt64
  private let ratings: [BradleyTerry.Rating]
  /// Agents, the best first.
  private let order: [Int]

  public init(_ result: TournamentResult, game: String, seed: UInt64) {
    self.result = result
    self.game = game
    self.seed = seed
    let ratings = BradleyTerry(result.tallies).ratings
    self.ratings = ratings
    order = ratings.indices.sorted { (ratings[$0].elo, $1) > (ratings[$1].elo, $0) }
  }

  /// One line about a tournament that still goes on.
  public var progress: String {
    let pairs = result.names.count * (result.names.count - 1) / 2
    return "\(result.games)/\(counted(pairs * result.planned, "game")), \(result.names[order[0]]) leads"
  }

  /// Ratings and the crosstable for people, without a final line break.
  public func text(ink: Ink) -> String {
    let count = result.names.count
    var lines = [ink("\(count) agents", .bold) + " on \(game): \(counted(result.games, "game"))", ""]
    var table = TextTable(
      ("", .right), ("agent", .left), ("Elo", .right), ("95 %", .right), ("games", .right), ("score", .right))
    for (rank, agent) in order.enumerated() {
      let rating = ratings[agent]
      let tally = result.tally(of: agent)
      table.add([
        "\(rank + 1)", result.names[agent], String(format: "%+.0f", rating.elo),
        String(format: "[%+.0f, %+.0f]", rating.low, rating.high), "\(tally.games)",
        tally.score.map { String(format: "%.1f %%", $0 * 100) } ?? "-",
      ])
    }
    lines += [table.text(ink: ink), "", crosstable(ink: ink)]
    if result.wasInterrupted { lines.append(ink("Interrupted: these are the results so far.", .yellow)) }
    return lines.joined(separator: "\n")
  }

  /// Points of the row's agent against the column's.
  private func crosstable(ink: Ink) -> String {
    var lines: [[String]] = [["", "points"] + order.indices.map { "\($0 + 1)" }]
    for (rank, agent) in order.enumerated() {
      let points = order.map { other -> String in
        let tally = result.tallies[agent][other]
        return other == agent ? "." : String(format: "%g", Double(tally.wins) + Double(tally.draws) / 2)
      }
      lines.append(["\(rank + 1)", result.names[agent]] + points)
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.enumerated().map { index, row in
      let cells = row.indices.map { column -> String in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 1 ? row[column] + padding : padding + row[column]
      }
      let line = cells.joined(separator: "  ")
      return index == 0 ? ink(line, .bold) : line
    }.joined(separator: "\n")
  }

  /// The result as one object, in fixed key order; it holds nothing that depends on time or threads.
  public var json: JSONValue {
    [
      "game": .text(game), "seed": JSONValue(seed), "games": .integer(result.games),
      "plies": .integer(result.plies),
      "agents": .list(
        order.map { agent in
          let tally = result.tally(of: agent)
          return [
            "agent": .text(result.names[agent]), "elo": .number(ratings[agent].elo),
            "elo_low": JSONValue(ratings[agent].low), "elo_high": JSONValue(ratings[agent].high),
            "wins": .integer(tally.wins), "draws": .integer(tally.draws), "losses": .integer(tally.losses),
            "score": JSONValue(tally.score),
          ]
        }),
      "crosstable": .list(
        order.map { agent in
          .list(
            order.map { other in
              let tally = result.tallies[agent][other]
              return other == agent
                ? .null : .list([tally.wins, tally.draws, tally.losses].map { .integer($0) })
            })
        }),
      "interrupted": .boolean(result.wasInterrupted),
    ]
  }
}
