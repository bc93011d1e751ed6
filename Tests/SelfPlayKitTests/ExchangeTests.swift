import Environments
import Foundation
import Replay
import SelfPlayKit
import Testing

@Suite("Games for other programs, and back")
struct ExchangeTests {
  private func inFolder(_ body: (String) throws -> Void) throws {
    let folder = NSTemporaryDirectory() + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func records(_ path: String) throws -> [GameRecord] { try GameAlbum(path).records }

  @Test(
    "JSON lines bring back every byte of a file of records", arguments: ["connect4", "frozenlake4", "go5"])
  func jsonLines(_ name: String) throws {
    try inFolder { folder in
      let original = "\(home.replays)/\(name).replay"
      let lines = "\(folder)/games.jsonl"
      let summary = try GameExport(to: lines).write(GameSource(original, home: home))
      let again = "\(folder)/again/games.replay"
      #expect(try GameImport(GameSource(lines, home: home)).write(to: again) == summary)
      #expect(try records(again) == records(original))
      #expect(summary.games == (try records(original)).count)
    }
  }

  @Test("all that a record may have comes back from JSON")
  func extras() throws {
    try inFolder { folder in
      let definition = try GameDefinition(named: "tictactoe", home: home)
      var record = GameRecord(
        game: "tictactoe", rules: definition.fingerprint, seed: .max, stream: 1 << 60, lane: 3,
        players: ["a \"b\"\n", "ü"], actions: [4, 0], rewards: [0, 0], status: .truncated, finalValue: 0.1,
        comment: "one\ttwo")
      record.searches = [
        SearchRecord(
          visits: [.init(action: 3, count: .max), .init(action: 4, count: 7)], value: -0.3, isFull: false,
          policy: [.init(action: 4, share: 1), .init(action: 8, share: 12_345)], surprise: 999),
        SearchRecord(visits: [], value: 1e-20, surprise: .max, isProven: true),
      ]
      for (index, name) in ["a.replay", "b.replay"].enumerated() {
        var writer = try ReplayWriter(openForAppend: "\(folder)/\(name)")
        if index == 0 { try writer.append([record]) }
        try writer.flush()
      }
      let lines = "\(folder)/games.jsonl"
      _ = try GameExport(to: lines).write(GameSource("\(folder)/a.replay", home: home))
      _ = try GameImport(GameSource(lines, home: home)).write(to: "\(folder)/b.replay")
      #expect(try records("\(folder)/b.replay") == [record])
    }
  }

  @Test("a line of actions alone is played by the rules of its game")
  func bareLine() throws {
    try inFolder { folder in
      let lines = "\(folder)/games.jsonl"
      let text = "{\"game\": \"tictactoe\", \"actions\": [0, 3, 1, 4, 2]}\n\n"
      try Data(text.utf8).write(to: URL(fileURLWithPath: lines))
      _ = try GameImport(GameSource(lines, home: home)).write(to: "\(folder)/x.replay")
      let record = try #require(try records("\(folder)/x.replay").first)
      #expect(record.rewards == [0, 0, 0, 0, 1])
      #expect(record.status == .terminated)
    }
  }

  @Test(
    "what is no game is refused with its line, and nothing is written",
    arguments: [
      ("{\"actions\": [0]}", "line 1: key game is missing"), ("[]", "one JSON object"),
      ("{", "one JSON object"),
      ("{\"game\": \"tictactoe\"}", "line 1: key actions is missing"),
      ("{\"game\": \"chess/../x\", \"actions\": [0]}", "line 1: unknown game"),
      ("{\"game\": \"tictactoe\", \"actions\": [0, 0]}", "ply 1: action 0 is illegal"),
      ("{\"game\": \"tictactoe\", \"actions\": [70000]}", "line 1: "),
      ("{\"game\": \"tictactoe\", \"actions\": [0], \"moves\": 1}", "unknown key 'moves'"),
      ("{\"game\": \"tictactoe\", \"actions\": [0], \"rewards\": [0]}", "rewards and status belong together"),
      (
        "{\"game\": \"tictactoe\", \"actions\": [0], \"rewards\": [0.5], \"status\": \"running\"}",
        "game 1: ply 0: the reward is 0.0, recorded was 0.5"
      ),
      ("{\"game\": \"tictactoe\", \"actions\": [0], \"values\": [1, 2]}", "2 entries for 1 actions"),
      (
        "{\"game\": \"tictactoe\", \"actions\": [0], \"values\": [1], \"visits\": [[[3, 1], [2, 1]]]}",
        "key visits: [2, 1.0] is out of order"
      ),
      ("{\"game\": \"tictactoe\", \"actions\": [0], \"values\": [1e99]}", "line 1: "),
      (
        "{\"game\": \"tictactoe\", \"actions\": [], \"rewards\": [], \"status\": \"terminated\"}",
        "game 1: no action was made, and the episode is terminated"
      ),
      ("{\"game\": \"tictactoe\", \"actions\": [0], \"final_value\": 17}", "not within -1 and 1"),
      (
        "{\"game\": \"tictactoe\", \"actions\": [0], \"players\": [\"a\", \"b\", \"c\"]}",
        "3 players are named of 2"
      ),
    ])
  func refused(_ line: String, _ problem: String) throws {
    try inFolder { folder in
      let lines = "\(folder)/games.jsonl"
      try Data((line + "\n").utf8).write(to: URL(fileURLWithPath: lines))
      do {
        _ = try GameImport(GameSource(lines, home: home)).write(to: "\(folder)/x.replay")
        Issue.record("taken")
      } catch {
        #expect("\(error)".contains(problem), "\(error)")
        #expect("\(error)".split(separator: "\n").count == 1)
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/x.replay"))
    }
  }

  @Test("rules of Go that have no name are written so that suicide stays legal")
  func unnamedRules() throws {
    try inFolder { folder in
      let definition = try GameDefinition(
        named: "go5", home: home, settings: ["suicide=true", "repetition=simple_ko"])
      let line = "{\"game\": \"go5\", \"actions\": [1, 25, 5, 0, 25, 25]}\n"
      try Data(line.utf8).write(to: URL(fileURLWithPath: "\(folder)/x.jsonl"))
      let source = try GameSource("\(folder)/x.jsonl", home: home, game: definition)
      _ = try GameImport(source).write(to: "\(folder)/x.replay")
      _ = try GameExport(to: "\(folder)/x.sgf").write(GameSource("\(folder)/x.replay", home: home))
      let album = try GameAlbum("\(folder)/x.sgf")
      #expect(try album.walk(through: 0, home: home).last == 6)
      #expect(try String(contentsOfFile: "\(folder)/x.sgf", encoding: .utf8).contains("RU[koSIMPLE"))
    }
  }

  @Test("a file that ends inside a frame is read up to there, and one that is damaged elsewhere is refused")
  func torn() throws {
    try inFolder { folder in
      let path = "\(folder)/games.replay"
      let original = try records("\(home.replays)/connect4.replay")
      var writer = try ReplayWriter(openForAppend: path)
      for _ in 0..<3 { try writer.append(original) }
      try writer.flush()
      let whole = try Data(contentsOf: URL(fileURLWithPath: path))
      try whole.dropLast(3).write(to: URL(fileURLWithPath: path))
      #expect(try records(path) == original + original)
      // The folder that a match has made stands for the games in it.
      #expect(try records(folder) == original + original)
      var games = 0
      var source = try GameSource(path, home: home)
      try source.forEach { _, _, _ in games += 1 }
      #expect(games == 2 * original.count)
      var damaged = whole
      damaged[whole.count / 2] ^= 1
      try damaged.write(to: URL(fileURLWithPath: path))
      #expect(throws: ReplayError.self) { try self.records(path) }
      try whole.prefix(20).write(to: URL(fileURLWithPath: path))
      #expect(throws: ReplayError.self) { try self.records(path) }
    }
  }

  @Test("games are added all or not at all")
  func atOnce() throws {
    try inFolder { folder in
      let path = "\(folder)/games.replay"
      let line = "{\"game\": \"tictactoe\", \"actions\": [0, 3, 1, 4, 2]}\n"
      func add(_ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/x.jsonl"))
        _ = try GameImport(GameSource("\(folder)/x.jsonl", home: home)).write(to: path, appends: true)
      }
      // What a program that was killed has left behind does not count.
      let aside = "\(path).\(ProcessInfo.processInfo.processIdentifier).part"
      try Data("rest".utf8).write(to: URL(fileURLWithPath: aside))
      try add(line)
      try add(line + line)
      #expect(try records(path).count == 3)
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(throws: (any Error).self) { try add(line + "{") }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
      #expect(!FileManager.default.fileExists(atPath: aside))
    }
  }

  @Test("solved positions come with any line breaks, and each has a move that keeps its value")
  func solvedPositions() throws {
    try inFolder { folder in
      let path = "\(folder)/positions.jsonl"
      func read(_ text: String) throws -> Int {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return try SolvedPosition.read(path, of: ConnectFour()).count
      }
      let line = "{\"moves\": \"44\", \"value_preserving\": [\"4\"]}"
      let count = try read("\(line)\r\n  \r\n\(line)\r\n")
      #expect(count == 2)
      let error = #expect(throws: PositionFileError.self) {
        try read("\(line)\n{\"moves\": \"44\", \"value_preserving\": []}\n")
      }
      #expect(error?.description.contains("line 2: value_preserving is empty") == true)
    }
  }

  @Test("games of Go come back from SGF move by move, with the komi that each drew and who gave up")
  func smartGameFormat() throws {
    try inFolder { folder in
      let definition = try GameDefinition(named: "go7", home: home, settings: ["komi_spread=3.5"])
      let original = "\(folder)/games.replay"
      let keeper = try RecordKeeper(folder: folder, name: "games.replay")
      try keeper.keep(rulesOf: definition)
      let moves: [Action] = [24, 10, 11]
      for stream in 0..<8 {
        try keeper.keep(
          GameRecord(
            game: "go7", rules: definition.fingerprint, seed: 5, stream: UInt64(stream),
            players: ["a", "b]\\"], actions: moves, rewards: [0, 0, 0],
            finalValue: stream == 1 ? 1 : nil, comment: stream == 0 ? "the second player resigned" : ""))
      }
      try keeper.close()
      let sgf = "\(folder)/games.sgf"
      _ = try GameExport(to: sgf).write(GameSource(original, home: home))
      _ = try GameImport(GameSource(sgf, home: home)).write(to: "\(folder)/again/games.replay")
      let again = try records("\(folder)/again/games.replay")
      #expect(again.map(\.actions) == Array(repeating: moves, count: 8))
      #expect(again.map(\.players) == Array(repeating: ["a", "b]\\"], count: 8))
      #expect(again.prefix(3).map(\.comment) == ["the second player resigned", "result W+", "result ?"])
      // In JSON nothing is lost, the rules included, which are no file's in Games/.
      let lines = "\(folder)/lines/games.jsonl"
      try FileManager.default.createDirectory(atPath: "\(folder)/lines", withIntermediateDirectories: true)
      _ = try GameExport(to: lines).write(GameSource(original, home: home))
      _ = try GameImport(GameSource(lines, home: home)).write(to: "\(folder)/json/games.replay")
      #expect(try records("\(folder)/json/games.replay") == records(original))
      let text = try String(contentsOfFile: sgf, encoding: .utf8)
      #expect(text.contains("RE[B+R]"))
      // Each game's own komi is written, as its first position has it.
      let komi = try SGFReader.games(in: sgf).map { try $0.value("KM", at: 0) }
      #expect(Set(komi.map { "\($0 as Any)" }).count > 2)
      #expect(Set(again.map(\.rules)).count == Set(komi.map { "\($0 as Any)" }).count)
    }
  }
}
