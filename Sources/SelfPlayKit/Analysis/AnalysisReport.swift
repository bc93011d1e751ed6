import Environments
import Foundation

/// An analysis for people at a terminal, 100 columns wide at most.
public struct AnalysisReport {
  private let analysis: GameAnalysis
  private let ink: Ink
  private let width: Int
  private let moveWidth: Int

  public init(_ analysis: GameAnalysis, ink: Ink, width: Int = 80) {
    self.analysis = analysis
    self.ink = ink
    self.width = min(max(width, 60), 100)
    moveWidth = max(4, analysis.moves.map { max($0.move.count, $0.best.count) }.max() ?? 0)
  }

  private var isDuel: Bool { analysis.playerCount == 2 }

  /// The whole report, without a final line break.
  public var text: String {
    var parts = [heading]
    if analysis.moves.count > 1 { parts.append(curve) }
    parts.append(table)
    parts.append(summary)
    if let worst = analysis.worst { parts.append(picture(of: worst)) }
    return parts.joined(separator: "\n\n")
  }

  private var heading: String {
    ink("Game \(analysis.number), \(analysis.gameTitle): \(analysis.heading)", .bold) + "\n"
      + ink("judged by \(analysis.agent)", .faint)
  }

  private var curve: String {
    let points = analysis.values.enumerated().map { (x: Double($0), y: $1) }
    let title = isDuel ? "value for the first player" : "expected return to come"
    return ink(title + " by move", .faint) + "\n"
      + ink(Curve.graph(points, width: min(width - 12, 72), height: 6), .cyan)
  }

  private var table: String {
    var lines = [ink(headings, .bold)]
    for index in analysis.moves.indices { lines.append(row(index)) }
    var legend: [String] = []
    if analysis.turningPoint != nil {
      legend.append(isDuel ? "▶ the winner is ahead for good" : "▶ the value changed most")
    }
    let qualities = MoveQuality.allCases.filter { $0 != .good && analysis.count(of: $0) > 0 }
    legend += qualities.map { quality in
      String(
        format: "%@ %@ (%.2g or more lost)", quality.sign, quality.rawValue,
        quality.threshold * analysis.scale)
    }
    // Short enough for two to a line.
    for start in stride(from: 0, to: legend.count, by: 2) {
      lines.append(ink(legend[start..<min(start + 2, legend.count)].joined(separator: "   "), .faint))
    }
    return lines.joined(separator: "\n")
  }

  private var headings: String {
    let player = isDuel ? "player  " : ""
    let value = isDuel ? "             value   win" : "               value"
    return
      "    #  \(player)\(pad("move", moveWidth))\(value)     lost     \(pad("best", moveWidth))  expected"
  }

  private func row(_ index: Int) -> String {
    let move = analysis.moves[index]
    let isTurning = index == analysis.turningPoint
    var cells = isTurning ? ink("▶", .bold, .magenta) : " "
    cells += ink(String(format: "%4d  ", move.number), .faint)
    if isDuel {
      let name = pad(move.mover == .first ? "first" : "second", 8)
      cells += ink(name, move.mover == .first ? .red : .yellow)
    }
    cells += ink(pad(move.move, moveWidth), .bold) + "  " + bar(move.value)
    cells += String(format: isDuel ? "%+6.2f" : "%8.3f", move.value)
    if isDuel { cells += String(format: "  %3.0f%%", MoveJudgement.chance(of: move.value) * 100) }
    cells += loss(of: move) + "  "
    let used = (isDuel ? 56 : 44) + moveWidth * 2
    let rest = fitted(Array(move.line.dropFirst()), width: width - used)
    let best = move.agrees ? ink(pad("=", moveWidth), .green) : pad(move.best, moveWidth)
    return trimmed(cells + best + "  " + ink(rest, .faint))
  }

  private func loss(of move: MoveJudgement) -> String {
    if move.loss < 0.005 * analysis.scale { return pad("", 12) }
    let text = String(format: isDuel ? "%9.2f" : "%9.3f", move.loss) + pad(" " + move.quality.sign, 3)
    switch move.quality {
    case .good: return ink(text, .faint)
    case .inaccuracy: return ink(text, .yellow)
    case .mistake: return ink(text, .red)
    case .blunder: return ink(text, .bold, .red)
    }
  }

  /// Eleven cells around the middle in a game of two players, ten from the left in one of one.
  private func bar(_ value: Double) -> String {
    let share = min(max(value / analysis.scale, -1), 1)
    if !isDuel { return ink(pad(Self.blocks(max(share, 0) * 10), 11), .green) }
    let halves = Int((abs(share) * 10).rounded())
    let full = String(repeating: "█", count: halves / 2)
    let isOdd = halves % 2 == 1
    let left = share < 0 ? (isOdd ? "▐" : "") + full : ""
    let right = share > 0 ? full + (isOdd ? "▌" : "") : ""
    return String(repeating: " ", count: 5 - left.count) + ink(left, .yellow) + ink("│", .faint)
      + ink(right, .red) + String(repeating: " ", count: 5 - right.count)
  }

  private static func blocks(_ cells: Double) -> String {
    let halves = Int((cells * 2).rounded())
    return String(repeating: "█", count: halves / 2) + (halves % 2 == 1 ? "▌" : "")
  }

  private var summary: String {
    var table = TextTable(
      ("player", .left), ("moves", .right), ("mean loss", .right), ("inaccuracies", .right),
      ("mistakes", .right), ("blunders", .right), ("agreement", .right))
    for (index, player) in analysis.players.enumerated() {
      let name = isDuel ? "\(player.name) (\(index == 0 ? "first" : "second"))" : player.name
      table.add([
        fitted([name], width: 28), "\(player.moves)", String(format: "%.3f", player.meanLoss),
        "\(player.count(of: .inaccuracy))", "\(player.count(of: .mistake))",
        "\(player.count(of: .blunder))", String(format: "%.0f %%", player.agreement * 100),
      ])
    }
    return table.text(ink: ink)
  }

  private func picture(of index: Int) -> String {
    let move = analysis.moves[index]
    let who = isDuel ? (move.mover == .first ? "first " : "second ") : ""
    let played = ink("\(move.number). \(who)\(move.move) \(move.quality.sign)", .bold, .red)
    let loss = String(format: ", which gave %.2g away", move.loss)
    let better = "\nBetter: " + ink(fitted(move.line, width: width - 10), .bold, .green)
    return "Before the worst move, " + played + loss + better + "\n\n"
      + BoardPainter(ink: ink).paint(analysis.drawings[index])
  }

  /// As many words as fit, the first one cut if it alone does not.
  private func fitted(_ words: [String], width: Int) -> String {
    var text = ""
    for word in words {
      let next = text.isEmpty ? word : text + " " + word
      if next.count > width { return text.isEmpty ? String(word.prefix(max(width, 0))) : text }
      text = next
    }
    return text
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}
