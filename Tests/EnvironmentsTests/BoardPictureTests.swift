import Environments
import Testing

@Suite("Pictures of boards")
struct BoardPictureTests {
  /// Colours of the boards.
  enum Paint: UInt32 {
    case black = 0x1C1C20, charcoal = 0x43444C, white = 0xFAF8F2
    case lightSquare = 0xEEDBB8, darkSquare = 0xB38862, paper = 0xF4F1EA
    case red = 0xDE433C, blue = 0x2B5FC4, yellow = 0xF7CE3E

    var colour: ScreenColour {
      ScreenColour(
        red: UInt8(rawValue >> 16), green: UInt8(rawValue >> 8 & 255), blue: UInt8(rawValue & 255))
    }
  }

  /// A board on its picture: the cell (row, column) has its centre at origin + row x down + column x right.
  struct Layout: Sendable {
    var width: Int
    var height: Int
    var origin: (x: Int, y: Int)
    var down: (x: Double, y: Double)
    var right = 0.0
    /// From the centre, where a mark may lie, to where only the stone is.
    var offset = (x: 0, y: 0)

    func colour(_ picture: Picture, _ row: Int, _ column: Int) -> ScreenColour {
      let x = Double(origin.x + offset.x) + Double(row) * down.x + Double(column) * right
      let y = Double(origin.y + offset.y) + Double(row) * down.y
      return picture.palette[Int(picture.pixels[Int(y) * picture.width + Int(x)])]
    }

    static func square(_ rows: Int, _ columns: Int, cell: Int, margin: Int) -> Layout {
      Layout(
        width: columns * cell + 2 * margin, height: rows * cell + 2 * margin,
        origin: (margin + cell / 2, margin + cell / 2), down: (0, Double(cell)), right: Double(cell))
    }
  }

  /// Plays named moves and returns the pictures from the start on.
  private func pictures<Subject: Pictured & Notation>(_ game: Subject, _ moves: String) throws -> [Picture] {
    var random = Random(seed: 1, purpose: .test)
    var state = game.start(using: &random)
    var pictures = [game.picture(of: state)]
    for name in moves.split(separator: " ") {
      let action = try #require(game.action(named: String(name), in: state), "\(name)")
      _ = game.step(&state, taking: action, using: &random)
      pictures.append(game.picture(of: state))
    }
    return pictures
  }

  /// Checks the size, that no picture has a stone where `cells` are before its move, and has it after.
  private func check<Subject: Pictured & Notation>(
    _ game: Subject, _ layout: Layout, _ moves: String, _ cells: [(row: Int, column: Int, ink: Paint)]
  ) throws {
    let pictures = try pictures(game, moves)
    for picture in pictures { #expect(picture.width == layout.width && picture.height == layout.height) }
    for (ply, cell) in cells.enumerated() {
      #expect(layout.colour(pictures[ply], cell.row, cell.column) != cell.ink.colour, "before \(ply)")
      for picture in pictures[(ply + 1)...] {
        #expect(layout.colour(picture, cell.row, cell.column) == cell.ink.colour, "move \(ply)")
      }
    }
    #expect(game.secondsPerPicture == 0.7)
  }

  @Test("tic-tac-toe: a1 is the lower left, and an O is hollow")
  func ticTacToe() throws {
    var layout = Layout.square(3, 3, cell: 64, margin: 6)
    try check(TicTacToe(), layout, "a1", [(2, 0, .red)])
    layout.offset = (17, 0)
    let end = try #require(try pictures(TicTacToe(), "b2 c3").last)
    #expect(layout.colour(end, 0, 2) == Paint.blue.colour)
    layout.offset = (0, 0)
    #expect(layout.colour(end, 0, 2) == Paint.paper.colour)
  }

  @Test("connect four: discs pile up from the lowest row")
  func connectFour() throws {
    let layout = Layout.square(6, 7, cell: 36, margin: 6)
    try check(ConnectFour(), layout, "1 1 7", [(5, 0, .red), (4, 0, .yellow), (5, 6, .red)])
    let empty = try pictures(ConnectFour(), "")[0]
    let stones = [Paint.red, .yellow].map(\.colour)
    #expect(empty.pixels.allSatisfy { !stones.contains(empty.palette[Int($0)]) })
  }

  @Test("Go: A1 is the lower left, the last move has a ring, and an empty board no stones")
  func go() throws {
    var layout = Layout.square(9, 9, cell: 28, margin: 6)
    let game = try Go9(GoRules())
    try check(game, layout, "A1 J9 C8", [(8, 0, .black), (0, 8, .white), (1, 2, .black)])
    let pictures = try pictures(game, "A1 J9 pass")
    layout.offset = (5, 0)
    #expect(layout.colour(pictures[1], 8, 0) == Paint.white.colour)
    #expect(layout.colour(pictures[2], 8, 0) == Paint.black.colour)
    #expect(layout.colour(pictures[2], 0, 8) == Paint.black.colour)
    #expect(layout.colour(pictures[3], 0, 8) == Paint.white.colour)
    let stones = [Paint.black, .white].map(\.colour)
    #expect(pictures[0].pixels.allSatisfy { !stones.contains(pictures[0].palette[Int($0)]) })
  }

  @Test("Gomoku: a1 is the lower left, and the largest board is below 600 pixels wide")
  func gomoku() throws {
    let layout = Layout.square(15, 15, cell: 28, margin: 6)
    try check(Gomoku(), layout, "a1 o15 h8", [(14, 0, .black), (0, 14, .white), (7, 7, .black)])
    let large = try pictures(try Gomoku(GomokuRules(side: 19)), "")[0]
    #expect(large.width == 544 && large.height == 544)
  }

  @Test("Othello: line 1 is on top, and enclosed discs turn over")
  func othello() throws {
    let layout = Layout.square(8, 8, cell: 36, margin: 8)
    try check(Othello(), layout, "d3 c3", [(2, 3, .black), (2, 2, .white)])
    let pictures = try pictures(Othello(), "d3")
    #expect(layout.colour(pictures[0], 3, 3) == Paint.white.colour)
    #expect(layout.colour(pictures[0], 3, 4) == Paint.black.colour)
    #expect(layout.colour(pictures[1], 3, 3) == Paint.black.colour)
  }

  @Test("Hex: rows lean to the right, and the edges have the colours of those who join them")
  func hex() throws {
    let layout = Layout(
      width: 440, height: 280, origin: (25, 27), down: (13, 22.517), right: 26)
    let game = try Hex384(HexRules())
    try check(game, layout, "a1 k1 a11 k11", [(0, 0, .red), (0, 10, .blue), (10, 0, .red), (10, 10, .blue)])
    let empty = try pictures(game, "")[0]
    func colour(_ row: Double, _ column: Double) -> ScreenColour {
      let (x, y) = (25 + 13 * row + 26 * column, 27 + 22.517 * row)
      return empty.palette[Int(empty.pixels[Int(y) * empty.width + Int(x)])]
    }
    // Two thirds of a cell beyond the outer cells' centres.
    #expect(colour(-0.75, 5 + 0.375) == Paint.red.colour)
    #expect(colour(10.75, 5 - 0.375) == Paint.red.colour)
    #expect(colour(5, -0.58) == Paint.blue.colour)
    #expect(colour(5, 10.62) == Paint.blue.colour)
  }

  @Test("Breakthrough: the first player's black pawns start on top")
  func breakthrough() throws {
    var layout = Layout.square(8, 8, cell: 36, margin: 8)
    layout.offset = (0, 4)
    try check(Breakthrough(), layout, "a7a6 h2h3", [(2, 0, .charcoal), (5, 7, .white)])
    let start = try pictures(Breakthrough(), "")[0]
    for column in 0..<8 {
      #expect(layout.colour(start, 0, column) == Paint.charcoal.colour)
      #expect(layout.colour(start, 7, column) == Paint.white.colour)
    }
  }

  @Test("chess: a1 is dark and at the lower left, whoever is to move")
  func chess() throws {
    var layout = Layout.square(8, 8, cell: 36, margin: 8)
    layout.offset = (0, 4)
    try check(Chess(), layout, "e4 e5", [(4, 4, .white), (3, 4, .charcoal)])
    for picture in try pictures(Chess(), "a3 Nf6 Ra2") {
      layout.offset = (-16, 16)
      #expect(layout.colour(picture, 7, 0) == Paint.darkSquare.colour)
      #expect(layout.colour(picture, 7, 7) == Paint.lightSquare.colour)
      #expect(layout.colour(picture, 0, 0) == Paint.lightSquare.colour)
      layout.offset = (0, 0)
      // The kings.
      #expect(layout.colour(picture, 7, 4) == Paint.white.colour)
      #expect(layout.colour(picture, 0, 4) == Paint.charcoal.colour)
    }
  }

  @Test("every kind of chess piece has a picture of its own, and the same in both colours")
  func pieces() throws {
    let game = Chess()
    let state = try game.position(fen: "4k3/8/8/8/8/8/P7/KQRBN3 w - - 0 1")
    let picture = game.picture(of: state)
    /// Where a square is neither light nor dark: the piece's outline.
    func outline(_ row: Int, _ column: Int) -> [Bool] {
      let squares = [Paint.lightSquare, .darkSquare].map(\.colour)
      return (0..<36 * 36).map { pixel in
        let (y, x) = (8 + row * 36 + pixel / 36, 8 + column * 36 + pixel % 36)
        return !squares.contains(picture.palette[Int(picture.pixels[y * picture.width + x])])
      }
    }
    #expect(Set((0..<6).map { outline(7, $0) } + [outline(6, 0)]).count == 7)
    #expect(outline(7, 5).allSatisfy { !$0 })
    #expect(outline(0, 4) == outline(7, 0))
  }

  /// Pictures along a random game all have the size and the palette of the first one.
  private func checkPalette<Subject: Pictured>(_ game: Subject, seed: UInt64) {
    var random = Random(seed: seed, purpose: .test)
    var state = game.start(using: &random)
    let first = game.picture(of: state)
    for ply in 1...60 {
      let action = game.randomLegalAction(in: state, using: &random)
      let isOver = game.step(&state, taking: action, using: &random).status.isOver
      let picture = game.picture(of: state)
      #expect(picture.palette == first.palette, "ply \(ply) of seed \(seed)")
      #expect(picture.width == first.width && picture.height == first.height)
      #expect(Set(picture.palette).count == picture.palette.count, "a colour twice")
      if isOver { break }
    }
  }

  @Test("size and palette stay the same along random games", arguments: [3, 4] as [UInt64])
  func palettes(seed: UInt64) throws {
    checkPalette(TicTacToe(), seed: seed)
    checkPalette(try ConnectFour(columns: 5, rows: 8, length: 3), seed: seed)
    checkPalette(try Go7(GoRules(side: 5)), seed: seed)
    checkPalette(try Gomoku(), seed: seed)
    checkPalette(try Othello(side: 6), seed: seed)
    checkPalette(try Hex64(HexRules(rows: 4, columns: 6)), seed: seed)
    checkPalette(try Breakthrough(rows: 6, columns: 5), seed: seed)
    checkPalette(Chess(), seed: seed)
  }
}
