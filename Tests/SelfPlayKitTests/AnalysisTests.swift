import Environments
import Foundation
import Replay
import SelfPlayKit
import Testing

@Suite("Analysis")
struct AnalysisTests {
  /// Calls `body` with a new folder that is removed afterwards.
  private func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = NSTemporaryDirectory() + "selfplay-analysis-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try body(folder)
  }

  private func album(of record: GameRecord, in folder: String) throws -> GameAlbum {
    let keeper = try RecordKeeper(folder: folder, name: "games.replay")
    try keeper.keep(record)
    try keeper.close()
    return try GameAlbum(folder + "/games.replay")
  }

  /// A game given by the names of its moves.
  private struct Scribe: GameVisitor {
    let moves: [String]
    var record: GameRecord

    func visit<Subject: Notation>(_ game: Subject) throws -> GameRecord {
      var record = record
      var random = record.random
      var state = game.start(using: &random)
      for name in moves {
        let action = try #require(game.action(named: name, in: state), "\(name)")
        record.append(action, game.step(&state, taking: action, using: &random))
      }
      return record
    }
  }

  private func record(_ name: String, _ moves: String, players: [String]) throws -> GameRecord {
    let definition = try GameDefinition(named: name, home: home)
    let empty = GameRecord(
      game: name, rules: definition.fingerprint, seed: 1, stream: 0, players: players)
    return try definition.game.visit(
      Scribe(moves: moves.split(separator: " ").map(String.init), record: empty))
  }

  @Test("letting the opponent fork is a blunder, and the turning point")
  func blunder() throws {
    // After opposite corners around the centre, the second player may not take a corner.
    let record = try record("tictactoe", "a1 b2 c3 a3 c1 b1 c2", players: ["X", "O"])
    let analysis = try withFolder {
      try Analyzer(album(of: record, in: $0), home: home, agent: "uct:2000").analyze(0)
    }
    #expect(analysis.moves.map(\.quality).enumerated().filter { $0.1 == .blunder }.map(\.0) == [3])
    #expect(analysis.worst == 3)
    #expect(analysis.turningPoint == 3)
    #expect(analysis.moves[3].loss > 0.8)
    #expect(analysis.moves[3].move == "a3")
    #expect(analysis.moves[3].mover == .second)
    #expect(abs(analysis.values[3]) < 0.2)
    #expect(analysis.values[4] > 0.8)
    #expect(analysis.values.last == 1)
    #expect(analysis.moves[6].agrees)
    #expect(analysis.players.map { $0.count(of: .blunder) } == [0, 1])
    #expect(analysis.drawings.count == 8)
    #expect(
      AnalysisReport(analysis, ink: Ink(isOn: false)).text.contains("Before the worst move, 4. second a3"))
  }

  @Test("a move that keeps a proven value gives nothing away")
  func proven() throws {
    let definition = try GameDefinition(named: "connect4", home: home)
    let match = try Match(
      definition, between: AgentSpecification("uct:100", home: home),
      and: AgentSpecification("uct:60", home: home),
      plan: MatchPlan(games: 8, seed: 3))
    var kept = 0
    try withFolder { folder in
      let keeper = try RecordKeeper(folder: folder, name: "games.replay")
      _ = try match.run { finished, _ in try keeper.keep(finished.record) }
      try keeper.close()
      let analyzer = try Analyzer(GameAlbum(folder + "/games.replay"), home: home, agent: "uct:1000")
      for number in 0..<8 {
        let analysis = try analyzer.analyze(number)
        for (move, next) in zip(analysis.moves, analysis.values.dropFirst())
        where abs(move.value) == 1 && move.value == next {
          kept += 1
          #expect(move.loss < 1e-6, "game \(number + 1), move \(move.number)")
        }
      }
    }
    #expect(kept > 20)
  }

  @Test("a game that was decided early has its result: by a proof, or since a player resigned")
  func decidedEarly() throws {
    var proven = try record("tictactoe", "a1 a2 b2", players: ["X", "O"])
    proven.finalValue = -1
    var resigned = proven
    (resigned.finalValue, resigned.resigned) = (nil, .first)
    for (record, result, text) in [
      (proven, 1.0, "X against O, first wins (X), proven after 3 moves"),
      (resigned, -1.0, "X against O, second wins (O) by resignation after 3 moves"),
    ] {
      let analysis = try withFolder {
        try Analyzer(album(of: record, in: $0), home: home, agent: "uct:100").analyze(0)
      }
      #expect(analysis.heading == text)
      #expect(analysis.result == result && analysis.values.last == result)
    }
    proven.finalValue = 0
    let walk = try GameWalk(proven, defined: GameDefinition(named: "tictactoe", home: home))
    #expect(walk.heading == "X against O, a draw, proven after 3 moves")
  }

  @Test("the value of the second player's win is -1 for the first, who threw it away")
  func perspective() throws {
    let record = try record("tictactoe", "a1 a3 b1 b3 b2 c3", players: ["X", "O"])
    let analysis = try withFolder {
      try Analyzer(album(of: record, in: $0), home: home, agent: "uct:2000").analyze(0)
    }
    // The first player could have won with c1, and let the second win instead.
    #expect(analysis.moves[4].best == "c1")
    #expect(analysis.moves[4].value > 0.9)
    #expect(analysis.moves[4].quality == .blunder)
    #expect(analysis.values.last == -1)
    #expect(analysis.moves[5].value < -0.9)
    #expect(analysis.moves[5].loss < 0.01)
  }

  @Test("an episode of one player has expected returns, and the same seed judges it the same way")
  func solitary() throws {
    let album = try GameAlbum(home.replays + "/frozenlake4.replay")
    let analyses = try [5, 5, 6].map { seed in
      try Analyzer(album, home: home, agent: "uct:300", seed: seed).analyze(0)
    }
    let analysis = analyses[0]
    #expect(analysis.playerCount == 1)
    #expect(analysis.players.count == 1)
    #expect(analysis.moves.count == album.records[0].actions.count)
    #expect(analysis.values.allSatisfy { (0...1).contains($0) })
    #expect(analysis.moves.allSatisfy { $0.loss >= 0 && $0.mover == .first })
    #expect(analysis.json.text.contains("\"win_probability\": null"))
    #expect(analyses[0].json == analyses[1].json)
    #expect(analyses[0].json != analyses[2].json)
  }

  @Test("the JSON of an analysis reads back, and has one entry a move")
  func json() throws {
    let album = try GameAlbum(home.replays + "/connect4.replay")
    let analysis = try Analyzer(album, home: home, simulations: 50).analyze(0)
    let object = try #require(
      try JSONSerialization.jsonObject(with: Data(analysis.json.text.utf8)) as? [String: Any])
    #expect(object["agent"] as? String == "uct:50")
    let moves = try #require(object["moves"] as? [[String: Any]])
    #expect(moves.compactMap { $0["action"] as? Int } == album.records[0].actions.map(\.index))
    #expect((object["values"] as? [Double])?.count == moves.count + 1)
  }

  @Test("an agent without an opinion cannot judge")
  func opinion() throws {
    let album = try GameAlbum(home.replays + "/connect4.replay")
    #expect(throws: ArenaError.self) {
      try Analyzer(album, home: home, agent: "random").analyze(0)
    }
  }

  @Test("a game of Go becomes SGF whose moves and names read back")
  func go() throws {
    var record = try GameAlbum(home.replays + "/go5.replay").records[0]
    record.players = ["black]\\", "white"]
    let text = try withFolder { folder in
      let album = try album(of: record, in: folder)
      let analysis = try Analyzer(album, home: home, agent: "uct:20").analyze(0)
      let file = folder + "/game.sgf"
      try AnalysisFile(file).write([analysis], report: [:], home: home, album: album)
      return try String(contentsOfFile: file, encoding: .utf8)
    }
    let nodes = try GameTree(text).nodes
    let root = nodes[0]
    #expect(root["FF"] == "4" && root["GM"] == "1" && root["SZ"] == "5" && root["KM"] == "7.5")
    #expect(root["PB"] == "black]\\" && root["PW"] == "white")
    #expect(root["RE"]?.first == "B" || root["RE"]?.first == "W" || root["RE"] == "0")
    let letters = Array("abcde")
    let actions = try nodes.dropFirst().enumerated().map { ply, node -> Action in
      let point = Array(try #require(node[ply % 2 == 0 ? "B" : "W"]))
      #expect(node["C"]?.contains("Black's value") == true)
      guard point.count == 2 else { return 25 }
      let column = try #require(letters.firstIndex(of: point[0]))
      let row = try #require(letters.firstIndex(of: point[1]))
      return Action(row * 5 + column)
    }
    #expect(actions == record.actions)
  }

  @Test("SGF is refused for other games, and names without a known ending are refused")
  func refusals() throws {
    let album = try GameAlbum(home.replays + "/connect4.replay")
    #expect(throws: ArenaError.self) {
      try GoCollection.check(album.records[0], album: album, home: home)
    }
    #expect(throws: RegistryError.self) { try AnalysisFile("analysis.txt") }
  }

  @Test("a page replaces an older file as a whole, escapes names, and needs nothing from elsewhere")
  func page() throws {
    let record = try record("tictactoe", "a1 b2 c3 a3 c1 b1 c2", players: ["</script>", "O"])
    try withFolder { folder in
      let album = try album(of: record, in: folder)
      let analysis = try Analyzer(album, home: home, agent: "uct:50").analyze(0)
      let file = folder + "/page.html"
      try Data("older".utf8).write(to: URL(fileURLWithPath: file))
      try AnalysisFile(file).write(
        [analysis], report: ["games": .list([analysis.json])], home: home, album: album)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text.hasPrefix("<!DOCTYPE html>"))
      #expect(!text.contains("http://") && !text.contains("https://"))
      #expect(text.components(separatedBy: "</script>").count == 4)
      #expect(text.contains("<svg"))
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).allSatisfy { !$0.hasSuffix(".part") })
      #expect(throws: ArenaError.self) {
        try AnalysisFile(folder + "/no/page.html").write([analysis], report: [:], home: home, album: album)
      }
    }
  }
}

/// The first tree of an SGF text without variations: the properties of each node, unescaped.
private struct GameTree {
  var nodes: [[String: String]] = []

  init(_ text: String) throws {
    var characters = text[...]
    let opening = characters.popFirst()
    try #require(opening == "(")
    var name = ""
    while let character = characters.popFirst(), character != ")" {
      switch character {
      case ";": nodes.append([:])
      case "[":
        var value = ""
        while let next = characters.popFirst(), next != "]" {
          let escaped = next == "\\" ? characters.popFirst() : next
          value.append(try #require(escaped))
        }
        nodes[nodes.count - 1][name] = value
        name = ""
      case _ where character.isWhitespace: continue
      default: name.append(character)
      }
    }
  }
}
