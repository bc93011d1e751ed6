extension Chess {
  /// The legal move that a text means in SAN or in UCI's notation, or nil if there is none or not one alone.
  ///
  /// Check marks, `x` and `=` may be left out, but what is written must be true of the move. Small letters for
  /// pieces will do, more of the origin may be given than needed, and castling may be written with zeros. A
  /// leading `b` is the file, if that makes a legal move.
  public func action(named text: String, in state: State) -> Action? {
    var characters = Array(text)
    for _ in 0..<2 where characters.last == "!" || characters.last == "?" { characters.removeLast() }
    var claims: [Character] = characters.contains("x") ? ["x"] : []
    if let mark = characters.last, mark == "+" || mark == "#" {
      claims.append(mark)
      characters.removeLast()
    }
    let moves = legalActions(in: state).array
    let candidates =
      [ChessMoveText(castling: characters), ChessMoveText(squares: characters)]
      + [ChessMoveText(piece: nil, characters[...]), ChessMoveText(piece: characters)]
    for candidate in candidates.compactMap({ $0 }) {
      let matches = moves.filter { candidate.matches(ChessMove($0), on: state.board) }
      if matches.count == 1 { return isTrue(claims, of: matches[0], in: state) ? matches[0] : nil }
    }
    return nil
  }
}

extension Chess {
  /// Whether a move is the capture, check or mate that its text calls it.
  private func isTrue(_ claims: [Character], of move: Action, in state: State) -> Bool {
    let name = name(of: move, in: state)
    return claims.allSatisfy { name.contains($0) || $0 == "+" && name.contains("#") }
  }
}

/// What a text says about a move; squares are White's.
private struct ChessMoveText {
  var piece: ChessPiece?
  var file: Int?
  var rank: Int?
  var target: Int?
  var promotion: ChessPiece?
  /// The side on which the king castles: 6 or 2.
  var castlingFile: Int?

  /// `O-O` or `0-0-0`.
  init?(castling text: [Character]) {
    switch String(text).uppercased().replacing("0", with: "O") {
    case "O-O": castlingFile = 6
    case "O-O-O": castlingFile = 2
    default: return nil
    }
  }

  /// UCI's form: `e2e4`, `e7e8q`.
  init?(squares text: [Character]) {
    guard 4...5 ~= text.count, let from = ChessSquare.square(text[0..<2]),
      let target = ChessSquare.square(text[2..<4])
    else { return nil }
    (file, rank, self.target) = (from & 7, from >> 3, target)
    guard text.count == 5 else { return }
    guard let promotion = ChessPiece(letter: text[4]) else { return nil }
    self.promotion = promotion
  }

  /// A piece's move: its letter, then the rest.
  init?(piece text: [Character]) {
    guard let letter = text.first, let piece = ChessPiece(letter: letter) else { return nil }
    self.init(piece: piece, text.dropFirst())
  }

  /// Origin, target and promotion of SAN, of a pawn if `piece` is nil.
  init?(piece: ChessPiece?, _ text: ArraySlice<Character>) {
    self.piece = piece ?? .pawn
    var rest = text
    if piece == nil, let last = rest.last, let promotion = ChessPiece(letter: last) {
      // A trailing b could be nothing else: squares end with a digit.
      self.promotion = promotion
      rest.removeLast()
      if rest.last == "=" { rest.removeLast() }
    }
    guard let target = ChessSquare.square(rest.suffix(2)) else { return nil }
    self.target = target
    rest = rest.dropLast(2)
    if rest.last == "x" || rest.last == "-" { rest.removeLast() }
    for character in rest {
      if let file = ChessSquare.file(character), self.file == nil, self.rank == nil {
        self.file = file
      } else if let rank = ChessSquare.rank(character), self.rank == nil {
        self.rank = rank
      } else {
        return nil
      }
    }
  }

  func matches(_ move: ChessMove, on board: ChessBoard) -> Bool {
    let (from, to) = (board.absolute(move.from), board.absolute(move.to))
    let moved = board.piece(at: move.from)
    if let castlingFile { return moved == .king && abs(to - from) == 2 && to & 7 == castlingFile }
    let made: ChessPiece? = moved == .pawn && move.to >= 56 ? move.underpromotion ?? .queen : nil
    return (piece == nil || piece == moved) && (file == nil || file == from & 7)
      && (rank == nil || rank == from >> 3) && target == to && promotion == made
  }
}
