/// The kinds of chess pieces. A queen is a bishop and a rook at once, which its number shows.
public enum ChessPiece: UInt8, Hashable, Sendable, CaseIterable {
  case pawn = 1
  case knight = 2
  case bishop = 3
  case rook = 4
  case queen = 7
  case king = 5

  @inline(__always)
  var code: UInt64 { UInt64(rawValue) }

  /// The capital letter of SAN and FEN.
  var letter: Character {
    switch self {
    case .pawn: "P"
    case .knight: "N"
    case .bishop: "B"
    case .rook: "R"
    case .queen: "Q"
    case .king: "K"
    }
  }

  /// The piece with this letter, large or small.
  init?(letter: Character) {
    // Other letters may have a capital of two characters.
    guard letter.isASCII else { return nil }
    let capital = Character(letter.uppercased())
    guard let piece = Self.allCases.first(where: { $0.letter == capital }) else { return nil }
    self = piece
  }
}
