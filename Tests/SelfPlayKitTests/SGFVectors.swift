import Environments
import Foundation
import SelfPlayKit
import Testing

@Suite("Smart Game Format against sgfmill")
struct SGFVectors {
  struct Malformed: Decodable {
    var name: String
    var bytes: String
    var kind: String
  }

  @Test("trees, main lines and final boards are those of the reference, also after writing and reading again")
  func files() throws {
    var count = 0
    for line in try VectorFiles.lines(of: "sgf/expected.jsonl") {
      let expected = try #require(JSONSerialization.jsonObject(with: line) as? [String: Any])
      let file = try #require(expected["file"] as? String)
      let games = try #require(expected["games"] as? [[String: Any]])
      let read = try SGFReader.games(in: VectorFiles.root.path + "/sgf/files/" + file)
      try #require(read.count == games.count, "\(file)")
      let again = try SGFReader.games(read.flatMap(\.bytes), name: file)
      #expect(again == read, "\(file)")
      for (game, wanted) in zip(read, games) {
        try compare(game, wanted, file)
        count += 1
      }
    }
    print("sgf: \(count) games compared")
    #expect(count > 60)
  }

  private func compare(_ game: SGFGame, _ wanted: [String: Any], _ file: String) throws {
    try game.validate()
    #expect(try game.side() == wanted["size"] as? Int, "\(file)")
    #expect(try game.charset() == wanted["charset"] as? String, "\(file)")
    let tree = try #require(wanted["tree"] as? [String: Any])
    #expect(try json(of: 0, in: game) as NSDictionary == tree as NSDictionary, "\(file)")
    let side = try game.side()
    func name(_ point: SGFPoint) -> String {
      "\(Array("ABCDEFGHJKLMNOPQRSTUVWXYZ")[point.column])\(side - point.row)"
    }
    let line = try game.events().map { event -> Any in
      switch event {
      case .move(let player, let point): [player == .first ? "B" : "W", point.map(name) ?? "pass"]
      case .setUp(let black, let white, let empty):
        [
          "setup": [
            "B": black.map(name).sorted(), "W": white.map(name).sorted(), "empty": empty.map(name).sorted(),
          ]
        ]
      }
    }
    #expect(line as NSArray == wanted["main_line"] as? NSArray, "\(file)")
    let rows = try game.finalPosition().map { position in
      (0..<side).map { row in
        String(
          position.stones[row * side..<(row + 1) * side].map { $0 == .first ? "X" : $0 == nil ? "." : "O" })
      }
    }
    #expect(rows == wanted["final_board"] as? [String], "\(file)")
  }

  /// The nodes up to the next branching, then the branches.
  private func json(of start: Int, in game: SGFGame) throws -> [String: Any] {
    var nodes: [[String: Any]] = []
    var node = start
    while true {
      var properties: [String: Any] = [:]
      for property in game.nodes[node].properties {
        properties[property.name] = try json(#require(try game.value(property.name, at: node)))
      }
      nodes.append(properties)
      let children = game.nodes[node].children
      guard children.count == 1, !game.nodes[children[0]].beginsVariation else { break }
      node = children[0]
    }
    return ["nodes": nodes, "variations": try game.nodes[node].children.map { try json(of: $0, in: game) }]
  }

  private func json(_ value: SGFValue) -> Any {
    switch value {
    case .move(let point): point?.text ?? "pass"
    case .points(let points): points.map(\.text).sorted()
    case .composed(let values): values
    case .integer(let number): number
    case .real(let number): number
    case .colour(let player): player == .first ? "B" : "W"
    case .flag: true
    case .text(let text): text
    case .texts(let texts): texts
    }
  }

  @Test("malformed input is refused")
  func malformed() throws {
    var count = 0
    for line in try VectorFiles.lines(of: "sgf/malformed.jsonl") {
      let input = try JSONDecoder().decode(Malformed.self, from: line)
      let bytes = input.bytes.unicodeScalars.map { UInt8($0.value) }
      if input.kind == "value" {
        let games = try SGFReader.games(bytes, name: input.name)
        #expect(throws: SGFError.self, "\(input.name)") { try games[0].validate() }
      } else {
        #expect(throws: SGFError.self, "\(input.name)") { try SGFReader.games(bytes, name: input.name) }
      }
      count += 1
    }
    print("sgf: \(count) malformed inputs refused")
    #expect(count >= 20)
  }
}
