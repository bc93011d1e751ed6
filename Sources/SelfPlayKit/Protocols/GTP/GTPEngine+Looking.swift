import Environments
import Foundation

// Commands that only look at the board.
extension GTPEngine {
  static let looking: [String: Command] = [
    "showboard": { engine, _ in engine.picture },
    "final_score": { engine, _ in engine.score },
    "final_status_list": { engine, arguments in try engine.status(arguments.first ?? "") },
    "list_stones": { engine, arguments in
      let player = try Player(gtp: arguments.first)
      return engine.names(of: engine.cells { engine.table.stone(atCell: $0) == player })
    },
    "captures": { engine, arguments in "\(engine.table.prisoners(of: try Player(gtp: arguments.first)))" },
    "is_legal": { engine, arguments in
      guard arguments.count == 2, let action = engine.table.point(named: arguments[1]) else {
        throw GTPError.invalidVertex
      }
      return engine.table.isLegal(action, by: try Player(gtp: arguments[0])) ? "1" : "0"
    },
    "get_komi": { engine, _ in String(format: "%g", engine.komi) },
    "query_boardsize": { engine, _ in "\(engine.rules.side)" },
  ]

  private func cells(where holds: (Int) -> Bool) -> [Int] { (0..<rules.side * rules.side).filter(holds) }

  private var picture: String {
    let last = moves.last.map { ", last \($0.player.goLetter) \(table.name(of: $0.action))" } ?? ""
    let taken = Player.allCases.map { "\($0.goLetter) took \(table.prisoners(of: $0))" }
    return "\n" + table.drawing + "\nkomi \(String(format: "%g", komi)), " + taken.joined(separator: ", ")
      + last
  }

  /// Area scoring of the board as it stands: nothing is removed as dead.
  private var score: String {
    let margin = table.margin + rules.komi - komi
    return margin == 0 ? "0" : String(format: "%@+%g", margin > 0 ? "B" : "W", abs(margin))
  }

  /// All stones are alive, as the score counts them so.
  private func status(_ kind: String) throws -> String {
    switch kind {
    case "alive": chains.map { names(of: $0) }.joined(separator: "\n")
    case "dead", "seki": ""
    case "black_territory": territory(of: .first)
    case "white_territory": territory(of: .second)
    default: throw GTPError("invalid status")
    }
  }

  private func territory(of player: Player) -> String {
    let owners = table.ownership
    let sign: Int8 = player == .first ? 1 : -1
    return names(of: cells { table.stone(atCell: $0) == nil && owners[$0] == sign })
  }

  private var chains: [[Int]] {
    let side = rules.side
    var seen = Set<Int>()
    var chains: [[Int]] = []
    for start in 0..<side * side where !seen.contains(start) {
      guard let owner = table.stone(atCell: start) else { continue }
      var chain = [start]
      var next = 0
      seen.insert(start)
      while next < chain.count {
        let (row, column) = chain[next].quotientAndRemainder(dividingBy: side)
        next += 1
        for (r, c) in [(row - 1, column), (row, column - 1), (row, column + 1), (row + 1, column)] {
          let cell = r * side + c
          guard 0..<side ~= r, 0..<side ~= c, table.stone(atCell: cell) == owner, seen.insert(cell).inserted
          else { continue }
          chain.append(cell)
        }
      }
      chains.append(chain)
    }
    return chains
  }
}
