/// A chess position as the side to move sees it: its own pieces start on the lower ranks, whichever colour
/// they have. A move turns the board upside down for the other side, so there is one code for both colours.
struct ChessBoard: Hashable, Sendable {
  /// Squares of the side to move, and of the other.
  var own: UInt64 = 0
  var other: UInt64 = 0
  /// Squares of both sides' pieces by what they do: a queen is in `diagonals` and in `straights`.
  var pawns: UInt64 = 0
  var knights: UInt64 = 0
  var diagonals: UInt64 = 0
  var straights: UInt64 = 0
  var kings: UInt64 = 0

  /// Pieces that give check, and own pieces that stand alone between their king and a slider.
  var checkers: UInt64 = 0
  var pinned: UInt64 = 0
  /// Own pawns that may legally take en passant.
  var enPassantCapturers: UInt64 = 0
  /// The square that a pawn has just passed, on the sixth rank, or 0.
  var enPassantSquare: UInt8 = 0
  var castling = ChessCastling()
  var isBlackToMove = false
  /// Zobrist hash (1970) of pieces, side to move, castling rights and legal en passant captures.
  var key: UInt64 = 0

  @inline(__always)
  var occupied: UInt64 { own | other }
  /// Square of the own king.
  @inline(__always)
  var king: Int { (own & kings).trailingZeroBitCount }

  /// Whether the king was taken, which can only happen from a position set up so.
  @inline(__always)
  var lacksKing: Bool { own & kings == 0 }

  /// What stands on a square, if anything.
  @inline(__always)
  func piece(at square: Int) -> ChessPiece? {
    ChessPiece(rawValue: UInt8(truncatingIfNeeded: code(at: square)))
  }

  /// `ChessPiece.rawValue`, or 0 for an empty square. Without branches, as no one can foresee the piece.
  @inline(__always)
  private func code(at square: Int) -> UInt64 {
    let shift = UInt64(truncatingIfNeeded: square)
    let light = (pawns &>> shift & 1) | (knights &>> shift & 1) &* 2 | (kings &>> shift & 1) &* 5
    return light | ((diagonals &>> shift & 1) &* 3 &+ (straights &>> shift & 1) &* 4)
  }

  mutating func put(_ piece: ChessPiece, on square: Int, isOwn: Bool) {
    let bit: UInt64 = 1 << UInt64(square)
    if isOwn { own |= bit } else { other |= bit }
    switch piece {
    case .pawn: pawns |= bit
    case .knight: knights |= bit
    case .bishop: diagonals |= bit
    case .rook: straights |= bit
    case .queen:
      diagonals |= bit
      straights |= bit
    case .king: kings |= bit
    }
  }

  /// Derives the hash, checks, pins and en passant captures after pieces were put down.
  mutating func settle(enPassantSquare square: UInt8) {
    key = isBlackToMove ? Self.blackToMove : 0
    key ^= castling.hash(isBlackToMove: isBlackToMove)
    for square in 0..<64 where occupied >> UInt64(square) & 1 == 1 {
      key ^= hash(code(at: square), square, isOwn: own >> UInt64(square) & 1 == 1)
    }
    findChecksAndPins()
    enPassantSquare = square
    findEnPassantCapturers()
  }

  /// Plays a legal move and turns the board. Returns whether the move can never be taken back: a pawn's or a
  /// capture.
  @inline(__always)
  mutating func play(_ move: ChessMove) -> Bool {
    if enPassantCapturers != 0 { key ^= Self.hash(enPassantSquare) }
    let (from, to) = (UInt64(truncatingIfNeeded: move.from), UInt64(truncatingIfNeeded: move.to))
    let moved = code(at: move.from)
    let captured = code(at: move.to)
    key ^= hash(moved, move.from, isOwn: true) ^ hash(moved, move.to, isOwn: true)
    if captured != 0 { key ^= hash(captured, move.to, isOwn: false) }
    carry(from, to)
    var passed: UInt8 = 0
    if moved == ChessPiece.pawn.code {
      passed = finishPawnMove(move)
    } else if moved == ChessPiece.king.code && abs(move.to &- move.from) == 2 {
      carryCastlingRook(kingTo: move.to)
    }
    if castling.rawValue != 0 {
      let before = castling
      castling.lose(touching: (1 &<< from) | (1 &<< to))
      if castling != before {
        key ^= before.hash(isBlackToMove: isBlackToMove) ^ castling.hash(isBlackToMove: isBlackToMove)
      }
    }
    turn()
    if lacksKing { return true }
    findChecksAndPins()
    enPassantSquare = passed
    enPassantCapturers = 0
    if passed != 0 { findEnPassantCapturers() }
    return moved == ChessPiece.pawn.code || captured != 0
  }
}

extension ChessBoard {
  /// Whatever stands on `from` goes to `to`, and what stood there vanishes.
  @inline(__always)
  private mutating func carry(_ from: UInt64, _ to: UInt64) {
    let both: UInt64 = (1 &<< from) | (1 &<< to)
    func carry(_ squares: inout UInt64) {
      let bit = squares &>> from & 1
      squares = squares & ~both | bit &<< to
    }
    carry(&own)
    other &= ~both
    carry(&pawns)
    carry(&knights)
    carry(&diagonals)
    carry(&straights)
    carry(&kings)
  }

  /// Promotes, removes a pawn taken en passant, and returns the square that the opponent sees passed, or 0.
  @inline(__always)
  private mutating func finishPawnMove(_ move: ChessMove) -> UInt8 {
    if move.to &- move.from == 16 { return UInt8(truncatingIfNeeded: (move.from &+ 8) ^ 56) }
    if move.to >= 56 {
      let piece = move.underpromotion ?? .queen
      pawns ^= 1 &<< UInt64(truncatingIfNeeded: move.to)
      put(piece, on: move.to, isOwn: true)
      key ^= hash(ChessPiece.pawn.code, move.to, isOwn: true) ^ hash(piece.code, move.to, isOwn: true)
    } else if move.to == Int(enPassantSquare) && move.to != 0 {
      let victim = move.to &- 8
      pawns ^= 1 &<< UInt64(truncatingIfNeeded: victim)
      other ^= 1 &<< UInt64(truncatingIfNeeded: victim)
      key ^= hash(ChessPiece.pawn.code, victim, isOwn: false)
    }
    return 0
  }

  private mutating func carryCastlingRook(kingTo: Int) {
    let (from, to) = kingTo == 6 ? (7, 5) : (0, 3)
    key ^= hash(ChessPiece.rook.code, from, isOwn: true) ^ hash(ChessPiece.rook.code, to, isOwn: true)
    carry(UInt64(from), UInt64(to))
  }

  @inline(__always)
  private mutating func turn() {
    isBlackToMove.toggle()
    key ^= Self.blackToMove
    (own, other) = (other.byteSwapped, own.byteSwapped)
    pawns = pawns.byteSwapped
    knights = knights.byteSwapped
    diagonals = diagonals.byteSwapped
    straights = straights.byteSwapped
    kings = kings.byteSwapped
    castling.turn()
  }

  /// The same pieces and rights as the other side sees them; nothing else of the result holds.
  func turned() -> ChessBoard {
    var board = self
    board.turn()
    return board
  }

  private static var blackToMove: UInt64 { 0x9E37_79B9_7F4A_7C15 }

  /// A random number for a piece of a colour on a square, which does not depend on who looks at it.
  @inline(__always)
  private func hash(_ code: UInt64, _ square: Int, isOwn: Bool) -> UInt64 {
    let absolute = UInt64(truncatingIfNeeded: isBlackToMove ? square ^ 56 : square)
    let isBlack: UInt64 = isOwn == isBlackToMove ? 1 : 0
    return Random.mix((absolute | code &<< 6 | isBlack &<< 9) &* 0xD1B5_4A32_D192_ED03)
  }

  /// A random number for the file on which a pawn may be taken en passant.
  static func hash(_ enPassantSquare: UInt8) -> UInt64 {
    Random.mix(UInt64(enPassantSquare & 7 | 1 << 6) &* 0x8CB9_2BA7_2F3D_8DD7)
  }
}
