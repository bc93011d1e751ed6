import Foundation
import SelfPlayKit
import Testing

@Suite("Smart Game Format")
struct SGFTests {
  private func file(
    _ text: String, encoding: String.Encoding = .utf8, _ body: (String) throws -> Void
  ) throws {
    let path = NSTemporaryDirectory() + "/\(UUID().uuidString)-ü.sgf"
    try #require(text.data(using: encoding)).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  @Test("a game is taken up as a record under its own rules")
  func record() throws {
    try file("(;FF[4]SZ[9]KM[6.5]HA[2]AB[cg][gc]PL[W]PB[a]PW[b]RE[W+Resign];W[ee];B[];W[])") { path in
      let album = try GameAlbum(path)
      #expect(album.count == 1)
      #expect(album.records[0].players == ["a", "b"])
      #expect(album.records[0].actions.count == 3)
      #expect(album.records[0].status == .terminated)
    }
  }

  @Test(
    "what a record cannot hold is refused, naming the game and the move",
    arguments: [
      ("(;SZ[9];B[aa];B[bb])", "move 2 (B B8) is out of turn"),
      ("(;SZ[9];B[aa];W[aa])", "move 2 (W A9) is illegal"),
      ("(;SZ[9]AW[aa];B[bb])", "no usual handicap"), ("(;SZ[25];B[aa])", "boards of 25 x 25"),
      ("(;GM[2];B[aa])", "another game"), ("(;SZ[5];B[];W[];B[aa])", "after the end"),
    ])
  func refused(_ text: String, _ problem: String) throws {
    try file(text) { path in
      do {
        _ = try GameAlbum(path)
        Issue.record("read")
      } catch {
        #expect("\(error)".contains(problem), "\(error)")
        #expect("\(error)".hasPrefix(path + ": game 1"), "\(error)")
      }
    }
  }

  @Test("names in ISO 8859-1, the format's default, are read, also after any line break")
  func latin() throws {
    for lineBreak in ["\n", "\r", "\n\r", "\r\n"] {
      let names = ["a\(lineBreak)ÿ", "b\(lineBreak)", "\u{d}ó"]
      try file("(;SZ[5]PB[\(names[0])]PW[\(names[1])]C[\(names[2])];B[aa])", encoding: .isoLatin1) { path in
        let players = try GameAlbum(path).records[0].players
        #expect(players == ["a ÿ", "b "])
      }
    }
  }

  @Test("what a name has in it is written so that it reads back, and no terminal obeys it")
  func names() throws {
    let name = "a]\u{301}b\\\u{301}];C[\u{1B}[2J"
    var game = SGFGame()
    game.append([.init("SZ", "5"), .init("CA", "UTF-8"), .init("PB", name)], to: nil)
    let again = try SGFReader.games(game.bytes, name: "again")
    #expect(again == [game])
    try file(String(decoding: game.bytes, as: UTF8.self)) { path in
      let album = try GameAlbum(path)
      #expect(album.records[0].players[0].unicodeScalars.elementsEqual(name.unicodeScalars))
      let heading = try album.walk(through: 0, home: home).heading
      #expect(heading.contains("];C[?[2J") && !heading.contains("\u{1B}"))
    }
  }

  @Test("a node with more properties than any game has is refused")
  func properties() {
    let names = (0..<300).map { index in
      String("ABCDEFGHIJKLMNOPQRSTUVWXYZ".dropFirst(index / 26).prefix(1))
        + String("ABCDEFGHIJKLMNOPQRSTUVWXYZ".dropFirst(index % 26).prefix(1))
    }
    let text = "(;" + names.map { "\($0)[]" }.joined() + ")"
    #expect(throws: SGFError.self) { try SGFReader.games(Array(text.utf8), name: "many") }
  }

  @Test("variations a hundred thousand deep are read and written")
  func depth() throws {
    let depth = 100_000
    let text = String(repeating: "(;B[aa](;W[bb])", count: depth) + String(repeating: ")", count: depth)
    let games = try SGFReader.games(Array(text.utf8), name: "deep")
    #expect(games[0].nodes.count == 2 * depth)
    #expect(try SGFReader.games(games[0].bytes, name: "again") == games)
  }

  @Test("loadsgf sets up the board before a move")
  func load() throws {
    let engine = try GTPEngine(
      agent: AgentSpecification("random", home: home), definition: GameDefinition(named: "go9", home: home))
    try file("(;SZ[5]KM[3.5]AB[aa];W[bb];B[cc];AW[dd];W[ee])") { path in
      #expect(engine.answer("loadsgf \(path)") == "= \n\n")
      #expect(
        engine.answer("list_stones w") == "= D2 B4 E1\n\n" || engine.answer("query_boardsize") == "= 5\n\n")
      #expect(engine.answer("loadsgf \(path) 2") == "= \n\n")
      #expect(engine.answer("list_stones b") == "= A5\n\n")
      #expect(engine.answer("get_komi") == "= 3.5\n\n")
      // What comes after the move that was asked for is not there yet, be it stones that are set up.
      #expect(engine.answer("loadsgf \(path) 1") == "= \n\n")
      #expect(engine.answer("list_stones w") == "= \n\n")
      #expect(engine.answer("loadsgf /nowhere.sgf") == "? cannot load file\n\n")
    }
  }
}
