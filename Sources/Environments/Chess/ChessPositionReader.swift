/// Reads a position in Forsyth-Edwards notation (FEN; PGN standard, Edwards 1994): six fields, of which the
/// two counters may be left out. A side that may take the king is let do so, as in python-chess. Every error
/// names the column (from 1), the field and the remedy.
struct ChessPositionReader {
  /// A field and the column of its first character.
  private struct Field {
    var name: String
    var text: [Character]
    var column: Int
  }

  private static let names = [
    "pieces", "side to move", "castling", "en passant", "halfmove clock", "move number",
  ]

  private let fields: [Field]
  /// As White sees it, whoever is to move.
  private var board = ChessBoard()

  init(_ text: String) throws(RuleError) {
    var fields: [Field] = []
    var isInside = false
    for (index, character) in text.enumerated() {
      if character.isWhitespace {
        isInside = false
        continue
      }
      if !isInside {
        guard fields.count < Self.names.count else {
          throw Self.error(column: index + 1, "end", "there are more than six fields", "leave out the rest")
        }
        fields.append(Field(name: Self.names[fields.count], text: [], column: index + 1))
      }
      isInside = true
      fields[fields.count - 1].text.append(character)
    }
    guard fields.count == 4 || fields.count == 6 else {
      throw Self.error(
        column: text.count + 1, "end", "\(fields.count) fields are not a position",
        "give pieces, side to move, castling, en passant, and both counters or none")
    }
    self.fields = fields
  }

  /// The position, its counters, and no past.
  mutating func read() throws(RuleError) -> Chess.State {
    try readPieces(fields[0])
    let isBlackToMove = try readSide(fields[1])
    try checkPieces(fields[0])
    board.castling = try readCastling(fields[2])
    let passed = try readEnPassant(fields[3], isBlackToMove: isBlackToMove)
    var (clock, number) = (0, 1)
    if fields.count == 6 {
      clock = try readNumber(fields[4], 0...150)
      number = max(1, try readNumber(fields[5], 0...9999))
    }
    if isBlackToMove { board = board.turned() }
    board.settle(enPassantSquare: UInt8(passed.map { isBlackToMove ? $0 ^ 56 : $0 } ?? 0))
    return Chess.State(board, halfmoveClock: clock, moveNumber: number)
  }

  private mutating func readPieces(_ field: Field) throws(RuleError) {
    var (rank, file) = (7, 0)
    for (offset, character) in field.text.enumerated() {
      if character == "/" {
        guard file == 8, rank > 0 else {
          throw fail(
            field, offset, file == 8 ? "there is a ninth rank" : "rank \(rank + 1) has \(file) squares",
            "give eight ranks of eight squares")
        }
        (rank, file) = (rank - 1, 0)
      } else if let count = ChessSquare.rank(character) {
        file += count + 1
      } else if let piece = ChessPiece(letter: character) {
        if file < 8 { board.put(piece, on: rank * 8 + file, isOwn: character.isUppercase) }
        file += 1
      } else {
        throw fail(field, offset, "\(Self.quote(character)) is no piece", "use PNBRQK, pnbrqk, 1 to 8 and /")
      }
      guard file <= 8 else {
        throw fail(field, offset, "rank \(rank + 1) has more than 8 squares", "give eight squares a rank")
      }
    }
    guard rank == 0, file == 8 else {
      throw fail(
        field, field.text.count, "the pieces end on rank \(rank + 1) after \(file) squares",
        "give eight ranks of eight squares")
    }
  }

  private func checkPieces(_ field: Field) throws(RuleError) {
    for (side, squares) in [("White", board.own), ("Black", board.other)] {
      let count = (squares & board.kings).nonzeroBitCount
      guard count == 1 else {
        throw fail(field, 0, "\(side) has \(count) kings", "give each side one king")
      }
    }
    guard board.pawns & 0xFF00_0000_0000_00FF == 0 else {
      throw fail(field, 0, "a pawn stands on the first or last rank", "put pawns on ranks 2 to 7")
    }
  }

  private func readSide(_ field: Field) throws(RuleError) -> Bool {
    guard field.text == ["w"] || field.text == ["b"] else {
      throw fail(field, 0, "\(Self.quote(field.text)) is no side", "write w or b")
    }
    return field.text == ["b"]
  }

  private func readCastling(_ field: Field) throws(RuleError) -> ChessCastling {
    var rights = ChessCastling()
    if field.text == ["-"] { return rights }
    for (offset, character) in field.text.enumerated() {
      guard let right = ChessCastling(letter: character), !rights.contains(right) else {
        throw fail(
          field, offset, "\(Self.quote(character)) is no castling right, or there twice",
          "write some of KQkq, or -")
      }
      guard right.hasPieces(on: board) else {
        throw fail(
          field, offset, "king or rook has left its square, so \(character) is impossible",
          "leave out \(character), or put them back")
      }
      rights.insert(right)
    }
    return rights
  }

  private func readEnPassant(_ field: Field, isBlackToMove: Bool) throws(RuleError) -> Int? {
    if field.text == ["-"] { return nil }
    guard let square = ChessSquare.square(field.text), square / 8 == (isBlackToMove ? 2 : 5) else {
      throw fail(
        field, 0, "\(Self.quote(field.text)) is no square that a pawn has just passed",
        "write a square on rank \(isBlackToMove ? 3 : 6), or -")
    }
    let (pawn, start) = isBlackToMove ? (square + 8, square - 8) : (square - 8, square + 8)
    let pawns = board.pawns & (isBlackToMove ? board.own : board.other)
    let behind: UInt64 = 1 << UInt64(square) | 1 << UInt64(start)
    guard pawns >> UInt64(pawn) & 1 == 1, board.occupied & behind == 0 else {
      throw fail(
        field, 0, "no pawn on \(ChessSquare.name(pawn)) has just passed \(ChessSquare.name(square))",
        "write -, or put the pawn there with empty squares behind it")
    }
    return square
  }

  private func readNumber(_ field: Field, _ range: ClosedRange<Int>) throws(RuleError) -> Int {
    let isPlain = field.text.allSatisfy { $0.isASCII && $0.isNumber }
    guard isPlain, let value = Int(String(field.text)), range.contains(value) else {
      throw fail(
        field, 0, "\(Self.quote(field.text)) is out of range",
        "write a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  private func fail(_ field: Field, _ offset: Int, _ problem: String, _ remedy: String) -> RuleError {
    Self.error(column: field.column + offset, field.name, problem, remedy)
  }

  private static func error(
    column: Int, _ field: String, _ problem: String, _ remedy: String
  ) -> RuleError {
    RuleError("chess position, column \(column) (\(field)): \(problem); \(remedy)")
  }

  /// In quotation marks and on one line, cut short.
  private static func quote(_ character: Character) -> String { quote([character]) }

  private static func quote(_ text: [Character]) -> String {
    let shown = text.prefix(20).map {
      $0.isASCII && ($0.isLetter || $0.isNumber || $0.isPunctuation || $0.isSymbol) ? $0 : "?"
    }
    return "'\(String(shown))\(text.count > 20 ? "..." : "")'"
  }
}

extension ChessCastling {
  /// FEN's letters, as White sees the board.
  static let letters: [(right: ChessCastling, letter: Character)] = [
    (.ownShort, "K"), (.ownLong, "Q"), (.otherShort, "k"), (.otherLong, "q"),
  ]

  fileprivate init?(letter: Character) {
    guard let entry = Self.letters.first(where: { $0.letter == letter }) else { return nil }
    self = entry.right
  }

  /// Whether king and rook stand where this one right wants them, as White sees the board.
  fileprivate func hasPieces(on board: ChessBoard) -> Bool {
    let isOwn = self == .ownShort || self == .ownLong
    let isShort = self == .ownShort || self == .otherShort
    let rooks = isOwn ? Self.ownRooks : Self.otherRooks
    let side = isOwn ? board.own : board.other
    let rook = board.straights & ~board.diagonals & side & (isShort ? rooks.short : rooks.long)
    return rook != 0 && board.kings & side & (isOwn ? Self.ownKing : Self.otherKing) != 0
  }
}
