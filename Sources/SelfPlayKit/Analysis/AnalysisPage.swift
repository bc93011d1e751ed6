import Foundation

/// Analyses as one HTML page that needs nothing from elsewhere: summaries, the curve of the value, the moves and
/// a board to step through.
public struct AnalysisPage {
  /// The page.
  public let text: String

  /// - Parameter report: the object that `--json` prints; the page carries it for its board.
  public init(_ analyses: [GameAnalysis], report: JSONValue) {
    let title = analyses.first.map(\.gameTitle) ?? "Games"
    let sections = analyses.enumerated().map { Self.section($1, index: $0) }.joined(separator: "\n")
    let boards = JSONValue.list(analyses.map { .list($0.drawings.map { .text($0) }) })
    text = """
      <!DOCTYPE html>
      <html lang="en"><head><meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(Self.escaped(title)): analysis</title>
      <style>\(Self.style)</style></head>
      <body>
      \(sections)
      <script type="application/json" id="boards">\(Self.embedded(boards))</script>
      <script type="application/json" id="report">\(Self.embedded(report))</script>
      <script>\(Self.script)</script>
      </body></html>

      """
  }

  private static func section(_ analysis: GameAnalysis, index: Int) -> String {
    let kinds = (analysis.playerCount == 2 ? ["duel"] : []) + (analysis.margin == nil ? [] : ["stones"])
    return """
      <section data-game="\(index)" class="\(kinds.joined(separator: " "))">
      <h1>\(escaped(analysis.gameTitle))</h1>
      <p>\(escaped(analysis.heading)). Judged by <b>\(escaped(analysis.agent))</b>.</p>
      \(summary(of: analysis))
      \(AnalysisCurve(analysis).text)
      <div class="play"><div>
      <div class="board" aria-live="polite"></div>
      <p class="buttons"><button data-step="first">|&lt;</button> <button data-step="-1">previous</button>
      <button data-step="1">next</button> <button data-step="last">&gt;|</button>
      <button data-step="worst">worst move</button></p>
      <p class="said"></p></div>
      <div class="scroll">\(table(of: analysis))</div></div>
      </section>
      """
  }

  private static func summary(of analysis: GameAnalysis) -> String {
    let isDuel = analysis.playerCount == 2
    let rows = analysis.players.enumerated().map { index, player in
      let side = isDuel ? "<i class=\"disc \(index == 0 ? "x" : "o")\"></i> " : ""
      let cells = [
        side + escaped(player.name), "\(player.moves)", String(format: "%.3f", player.meanLoss),
        "\(player.count(of: .inaccuracy))", "\(player.count(of: .mistake))",
        "\(player.count(of: .blunder))", String(format: "%.0f&nbsp;%%", player.agreement * 100),
      ]
      return "<tr>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
    return """
      <table class="summary"><tr><th>player<th>moves<th>mean loss<th>inaccuracies<th>mistakes<th>blunders
      <th>agreement</tr>\(rows.joined(separator: "\n"))</table>
      """
  }

  private static func table(of analysis: GameAnalysis) -> String {
    let isDuel = analysis.playerCount == 2
    let rows = analysis.moves.indices.map { index -> String in
      let move = analysis.moves[index]
      let turning = index == analysis.turningPoint ? " turning" : ""
      let chance = isDuel ? String(format: " (%.0f %%)", MoveJudgement.chance(of: move.value) * 100) : ""
      let cells = [
        "\(move.number)", isDuel ? "<i class=\"disc \(move.mover == .first ? "x" : "o")\"></i>" : "",
        escaped(move.move),
        String(format: "%+.2f", move.value) + chance,
        move.loss < 0.005 ? "" : String(format: "%.2f ", move.loss) + move.quality.sign,
        escaped(move.line.prefix(8).joined(separator: " ")),
      ]
      return "<tr class=\"\(move.quality.rawValue)\(turning)\" data-ply=\"\(move.number)\">"
        + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
    }
    return """
      <table class="moves"><tr><th>#<th><th>move<th>value<th>lost<th>best line</tr>
      \(rows.joined(separator: "\n"))</table>
      """
  }

  static func escaped(_ text: String) -> String {
    // By scalars: a character that combines with a bracket would hide it.
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  /// JSON that cannot end the script it stands in.
  private static func embedded(_ json: JSONValue) -> String { json.text.replacing("<", with: "\\u003c") }
}
