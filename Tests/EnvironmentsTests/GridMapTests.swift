import Environments
import Testing

@Suite("GridMap")
struct GridMapTests {
  @Test("a bad map is refused with its line and column")
  func badMaps() {
    let cases: [(String, MapError)] = [
      ("", .empty),
      ("S.G\n..", .raggedRow(line: 2, length: 2, expected: 3)),
      ("S.G\n.?.", .unknownCharacter("?", line: 2, column: 2)),
      ("..G", .noStart),
      ("S..", .noGoal),
      (".S#\n##G", .unreachableGoal(line: 1, column: 2)),
      ("SHG", .unreachableGoal(line: 1, column: 1)),
      ("S<G", .unreachableGoal(line: 1, column: 1)),
      ("S^G", .unreachableGoal(line: 1, column: 1)),
      ("SLG", .unreachableGoal(line: 1, column: 1)),
      ("SLK\n##G", .unreachableGoal(line: 1, column: 1)),
      ("SCG", .unreachableGoal(line: 1, column: 1)),
    ]
    for (text, expected) in cases {
      #expect(throws: expected) { try GridMap(text) }
      #expect(!expected.description.contains("\n"))
    }
    #expect(
      MapError.raggedRow(line: 2, length: 2, expected: 3).description.hasPrefix("map: row 2, column 3: "))
  }

  @Test("keys, one-way cells and cliffs can be part of the way to the goal")
  func ways() throws {
    for text in ["S>G", "KSLG", "SDG", "SOG", "SBXG", "S.K\n>..\n##L\n..G"] { _ = try GridMap(text) }
    // Only a fall from the cliff brings whoever has the key back to the door.
    _ = try GridMap("GLS>KC")
    #expect(throws: MapError.unreachableGoal(line: 1, column: 3)) { try GridMap("GLS>KH") }
  }

  @Test("colours go to keys, balls, boxes and doors in reading order, and must be as many")
  func colors() throws {
    let map = try GridMap("SK.L\nBX.G", colors: [.red, .red, .blue, .green])
    #expect(
      map.colors[1] == .red && map.colors[3] == .red && map.colors[4] == .blue && map.colors[5] == .green)
    #expect(map.keyColors == [.red])
    #expect(throws: MapError.colors(count: 1, expected: 2)) { try GridMap("SKLG", colors: [.red]) }
    #expect(throws: MapError.unreachableGoal(line: 1, column: 1)) {
      try GridMap("SKLG", colors: [.red, .blue])
    }
  }

  @Test("wind carries whoever leaves a column, and a goal may be out of its reach")
  func wind() throws {
    let map = try GridMap("...\n...\n.S.\n..G", wind: [0, 2, -1])
    #expect(map.destination(of: 7, towards: .right) == 2)
    #expect(map.destination(of: 7, towards: .up) == 1)
    #expect(map.destination(of: 2, towards: .up) == 5)
    #expect(throws: MapError.wind(count: 2, expected: 3)) { try GridMap("S.G", wind: [1, 1]) }
    #expect(throws: MapError.unreachableGoal(line: 3, column: 1)) {
      try GridMap("...\n...\nS#G", wind: [2, 0, 9])
    }
  }

  @Test("every one of many starts must have a way")
  func manyStarts() throws {
    let row = String(repeating: "S", count: 255)
    let lines = [String](repeating: row + ".", count: 254)
    #expect(try GridMap(lines: lines + [row + "G"]).starts.count == 255 * 255)
    #expect(throws: MapError.unreachableGoal(line: 3, column: 1)) { try GridMap("SSG\n###\nS.S") }
  }

  @Test("random lakes and mazes always have a way to the goal")
  func generation() throws {
    for seed in 0..<300 as Range<UInt64> {
      var random = Random(seed: seed, purpose: .test)
      let side = 4 + Int(seed % 9)
      let lake = try GridMap.lake(side: side, frozen: 0.8, using: &random)
      #expect(lake.tiles.count == side * side && lake.starts == [0], "seed \(seed)")
      let maze = try GridMap.maze(side: 2 * side + 1, using: &random)
      // A tree of side x side cells: one passage less than cells.
      #expect(maze.tiles.count { $0 != .wall } == 2 * side * side - 1, "seed \(seed)")
      guard seed < 10 else { continue }
      let bare = try GridMap.lake(side: side, frozen: 0, using: &random)
      #expect(bare.tiles.count { $0 == .floor } == 2 * side - 3, "seed \(seed)")
    }
  }

  @Test("lakes are frozen as often as asked")
  func frozenShare() throws {
    var random = Random(seed: 31, purpose: .test)
    var (floor, cells) = (0, 0)
    for _ in 0..<200 {
      let map = try GridMap.lake(side: 10, frozen: 0.9, using: &random)
      floor += map.tiles.count { $0 == .floor }
      cells += 98
    }
    #expect(abs(Double(floor) / Double(cells) - 0.9) < 0.01, "seed 31")
  }
}
