/// A drawing of a board with smooth edges in a palette that is known before anything is drawn: some inks, and
/// three shades between any two of them.
struct BoardDrawing {
  /// How long a move is shown.
  static let secondsPerMove = 0.7

  let width: Int
  let height: Int
  private let inks: [BoardInk]
  /// Row by row; below `inks.count` an ink, above it a shade, see `shade`.
  private var pixels: [UInt8]
  /// The ink that each colour of the palette has most of.
  private let main: [UInt8]

  /// An empty sheet of the first ink. At most 12 inks leave room for their shades.
  init(width: Int, height: Int, inks: [BoardInk]) {
    precondition(2...12 ~= inks.count, "a drawing in \(inks.count) inks, not 2 to 12")
    self.width = width
    self.height = height
    self.inks = inks
    pixels = [UInt8](repeating: 0, count: width * height)
    main =
      inks.indices.map { UInt8($0) }
      + Self.shades(of: inks.count).map { UInt8($0.quarters < 2 ? $0.low : $0.high) }
  }

  /// The drawing as a picture.
  var picture: Picture {
    let mixed = Self.shades(of: inks.count).map { shade in
      Self.mix(inks[shade.low].colour, inks[shade.high].colour, quarters: shade.quarters)
    }
    return Picture(width: width, height: height, palette: inks.map(\.colour) + mixed, pixels: pixels)
  }

  /// Draws a shape, made larger by some pixels all round. O(pixels of its bounds).
  mutating func draw(_ shape: BoardShape, _ ink: BoardInk, grownBy margin: Double = 0) {
    guard let ink = inks.firstIndex(of: ink) else { preconditionFailure("an ink the drawing has not") }
    let (low, high) = shape.bounds
    let left = max(0, Int((low.x - margin - 1).rounded(.down)))
    let right = min(width, Int((high.x + margin + 1).rounded(.up)))
    let top = max(0, Int((low.y - margin - 1).rounded(.down)))
    let bottom = min(height, Int((high.y + margin + 1).rounded(.up)))
    guard left < right, top < bottom else { return }
    let edges = shape.edges
    for row in top..<bottom {
      for column in left..<right {
        let point = BoardPoint(Double(column) + 0.5, Double(row) + 0.5)
        let outside: Double
        if case .disc(let centre, let radius) = shape {
          let offset = point - centre
          outside = (offset * offset).sum().squareRoot() - radius
        } else {
          outside = edges.reduce(-.infinity) { max($0, ($1.normal * point).sum() - $1.distance) }
        }
        // An edge through the centre of a pixel covers half of it.
        blend(ink, quarters: Int(((0.5 - outside + margin) * 4).rounded()), at: row * width + column)
      }
    }
  }

  /// Covers some quarters of a pixel. What lies below counts as the ink it has most of.
  private mutating func blend(_ ink: Int, quarters: Int, at index: Int) {
    if quarters >= 4 { return pixels[index] = UInt8(ink) }
    let below = Int(main[Int(pixels[index])])
    guard quarters > 0, below != ink else { return }
    pixels[index] =
      ink < below
      ? shade(ink, below, quarters: 4 - quarters) : shade(below, ink, quarters: quarters)
  }

  /// The number of the colour with so many quarters of the higher of two inks.
  private func shade(_ low: Int, _ high: Int, quarters: Int) -> UInt8 {
    UInt8(inks.count + (high * (high - 1) / 2 + low) * 3 + quarters - 1)
  }

  /// All shades in the order of their numbers.
  private static func shades(of inkCount: Int) -> [(low: Int, high: Int, quarters: Int)] {
    (1..<inkCount).flatMap { high in
      (0..<high).flatMap { low in (1...3).map { (low, high, $0) } }
    }
  }

  private static func mix(_ first: ScreenColour, _ second: ScreenColour, quarters: Int) -> ScreenColour {
    func mix(_ first: UInt8, _ second: UInt8) -> UInt8 {
      UInt8((Int(first) * (4 - quarters) + Int(second) * quarters + 2) / 4)
    }
    return ScreenColour(
      red: mix(first.red, second.red), green: mix(first.green, second.green),
      blue: mix(first.blue, second.blue))
  }
}
