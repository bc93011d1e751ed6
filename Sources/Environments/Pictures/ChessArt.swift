/// The shapes of chess pieces on a square of 100 x 100, y down.
enum ChessArt {
  /// The inks of pieces.
  static let inks: [BoardInk] = [.black, .charcoal, .white]

  /// Draws a piece on a square with this upper left corner.
  static func draw(
    _ piece: ChessPiece, isWhite: Bool, at corner: BoardPoint, side: Double, on drawing: inout BoardDrawing
  ) {
    let body = shapes(of: piece).map { $0.placed(at: corner, scale: side / 100) }
    for shape in body { drawing.draw(shape, .black, grownBy: 0.9) }
    for shape in body { drawing.draw(shape, isWhite ? .white : .charcoal, grownBy: isWhite ? -0.3 : -0.6) }
    for shape in details(of: piece) {
      drawing.draw(shape.placed(at: corner, scale: side / 100), isWhite ? .black : .white)
    }
  }

  /// The solid parts, which overlap.
  static func shapes(of piece: ChessPiece) -> [BoardShape] {
    switch piece {
    case .pawn: pawn
    case .knight: knight
    case .bishop: bishop
    case .rook: rook
    case .queen: queen
    case .king: king
    }
  }

  /// Strokes inside a piece.
  static func details(of piece: ChessPiece) -> [BoardShape] {
    switch piece {
    case .pawn: []
    case .knight: [.disc([43, 36], radius: 3.4)]
    case .bishop:
      [.line(from: [50, 33], to: [50, 51], width: 3.4), .line(from: [42, 42], to: [58, 42], width: 3.4)]
    case .rook: [.line(from: [34, 40], to: [66, 40], width: 2.8), foot]
    case .queen, .king: [.line(from: [34, 64], to: [66, 64], width: 2.8), foot]
    }
  }

  private static let foot = BoardShape.line(from: [31, 76], to: [69, 76], width: 2.8)
  private static let base = BoardShape.polygon([
    [21, 90], [79, 90], [76, 80], [70, 76], [30, 76], [24, 80],
  ])

  private static let pawn: [BoardShape] = [
    .disc([50, 34], radius: 14),
    .polygon([[37, 49], [63, 49], [63, 54], [37, 54]]),
    .polygon([[45, 40], [55, 40], [68, 80], [32, 80]]),
    .polygon([[26, 90], [74, 90], [72, 81], [66, 77], [34, 77], [28, 81]]),
  ]

  private static let rook: [BoardShape] = [
    .rectangle([25, 17], [36, 34]), .rectangle([44, 17], [56, 34]), .rectangle([64, 17], [75, 34]),
    .polygon([[25, 29], [75, 29], [75, 34], [67, 42], [33, 42], [25, 34]]),
    .polygon([[34, 40], [66, 40], [70, 80], [30, 80]]),
    base,
  ]

  private static let bishop: [BoardShape] = [
    .disc([50, 16], radius: 5),
    .polygon([
      [50, 19], [60, 30], [66, 42], [66, 50], [60, 61], [40, 61], [34, 50], [34, 42], [40, 30],
    ]),
    .polygon([[36, 60], [64, 60], [66, 67], [34, 67]]),
    .polygon([[42, 64], [58, 64], [66, 80], [34, 80]]),
    base,
  ]

  private static let queen: [BoardShape] = [
    .disc([14, 32], radius: 5), .disc([31, 21], radius: 5), .disc([50, 17], radius: 5),
    .disc([69, 21], radius: 5), .disc([86, 32], radius: 5),
    .polygon([[14, 33], [44, 66], [28, 66]]), .polygon([[31, 22], [48, 66], [32, 66]]),
    .polygon([[50, 18], [60, 66], [40, 66]]), .polygon([[69, 22], [68, 66], [52, 66]]),
    .polygon([[86, 33], [72, 66], [56, 66]]),
    .polygon([[28, 60], [72, 60], [69, 80], [31, 80]]),
    base,
  ]

  private static let king: [BoardShape] = [
    .rectangle([46.5, 7], [53.5, 32]), .rectangle([40, 12.5], [60, 19.5]),
    .polygon([[50, 26], [58, 38], [61, 66], [39, 66], [42, 38]]),
    .disc([33, 48], radius: 15), .disc([67, 48], radius: 15),
    .polygon([[22, 57], [78, 57], [69, 80], [31, 80]]),
    base,
  ]

  private static let knight: [BoardShape] = [
    .polygon([[42, 24], [46, 9], [56, 22]]),
    .polygon([[40, 22], [56, 19], [70, 31], [62, 52], [38, 46]]),
    .polygon([[40, 22], [50, 40], [52, 50], [28, 64], [20, 60], [19, 52]]),
    .polygon([[56, 19], [68, 28], [76, 46], [77, 62], [75, 80], [48, 60]]),
    .polygon([[50, 46], [66, 40], [75, 80], [31, 80], [38, 64]]),
    base,
  ]
}
