/// A move from square to square (rank * 8 + file, as the mover sees the board: Black's is turned upside
/// down), and its number among AlphaZero's 73 planes of 64 squares (Silver et al. 2018): `plane * 64 + from`.
///
/// Planes 0 to 55: direction * 7 + distance - 1; 56 to 63: the knight's jumps; 64 to 72: promotions to a
/// knight, bishop or rook, straight on, then capturing to the right, then to the left. A pawn that reaches
/// the last rank on one of the first planes becomes a queen; castling is the king's move of two squares.
struct ChessMove: Hashable, Sendable {
  var from: Int
  var to: Int
  /// Which of the three lesser pieces a pawn becomes on the last rank.
  var underpromotion: ChessPiece?

  static let planes = 73

  @inline(__always)
  init(from: Int, to: Int, underpromotion: ChessPiece? = nil) {
    self.from = from
    self.to = to
    self.underpromotion = underpromotion
  }

  /// The move with a number. Numbers that lead off the board have squares without a meaning.
  @inline(__always)
  init(_ action: Action) {
    let plane = action.index &>> 6
    from = action.index & 63
    if plane < 56 {
      to = from &+ ChessDirection.step(plane / 7) &* (plane % 7 &+ 1)
    } else if plane < 64 {
      to = from &+ Self.jumpStep(plane &- 56)
    } else {
      let direction = (plane &- 64) / 3
      to = from &+ (direction == 0 ? 8 : direction == 1 ? 9 : 7)
      underpromotion = Self.minorPiece((plane &- 64) % 3)
    }
  }

  /// Its number.
  @inline(__always)
  var action: Action {
    let (files, ranks) = (to & 7 &- from & 7, to &>> 3 &- from &>> 3)
    let plane: Int
    if let underpromotion {
      let piece = underpromotion == .knight ? 0 : underpromotion == .bishop ? 1 : 2
      plane = 64 &+ 3 &* (files == 0 ? 0 : files > 0 ? 1 : 2) &+ piece
    } else if files == 0 || ranks == 0 || abs(files) == abs(ranks) {
      let direction = ChessDirection.index(files: files.signum(), ranks: ranks.signum())
      plane = direction &* 7 &+ max(abs(files), abs(ranks)) &- 1
    } else {
      plane = 56 &+ Self.jumpIndex(files: files, ranks: ranks)
    }
    return Action(plane &<< 6 | from)
  }

  /// Knight, bishop, rook.
  @inline(__always)
  static func minorPiece(_ index: Int) -> ChessPiece { index == 0 ? .knight : index == 1 ? .bishop : .rook }

  /// What a knight's jump adds to a square; clockwise from two up and one to the right.
  @inline(__always)
  static func jumpStep(_ index: Int) -> Int {
    switch index {
    case 0: 17
    case 1: 10
    case 2: -6
    case 3: -15
    case 4: -17
    case 5: -10
    case 6: 6
    default: 15
    }
  }

  @inline(__always)
  private static func jumpIndex(files: Int, ranks: Int) -> Int {
    let isSteep = abs(ranks) == 2
    if files > 0 { return ranks > 0 ? (isSteep ? 0 : 1) : (isSteep ? 3 : 2) }
    return ranks > 0 ? (isSteep ? 7 : 6) : (isSteep ? 4 : 5)
  }
}
