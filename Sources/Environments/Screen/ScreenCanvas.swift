/// A screen of 160 x 210 pixels, each the number of one of sixteen colours, row by row from the upper left.
public struct ScreenCanvas: Sendable {
  /// Pixels of a row.
  public static let width = 160
  /// Rows.
  public static let height = 210

  // On the stack where it is used: 33,600 bytes without allocation.
  var pixels = InlineArray<33_600, UInt8>(repeating: 0)

  init() {}

  /// The colour's number at a place on the screen.
  public subscript(x: Int, y: Int) -> UInt8 { pixels[y * Self.width + x] }

  /// Fills a rectangle; what lies outside the screen is cut off.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, colour: UInt8) {
    let (left, right) = (max(x, 0), min(x + width, Self.width))
    guard left < right else { return }
    for row in max(y, 0)..<max(min(y + height, Self.height), max(y, 0)) {
      let start = row &* Self.width
      for index in start &+ left..<start &+ right {
        // Both ranges were cut to the screen; a check a pixel would keep this from becoming a block fill.
        pixels[unchecked: index] = colour
      }
    }
  }

  /// Sets the pixels whose bits are set; bit `width - 1` of a row is its leftmost pixel.
  mutating func draw<let rows: Int>(
    _ sprite: InlineArray<rows, UInt16>, width: Int, x: Int, y: Int, colour: UInt8
  ) {
    let isInside = x >= 0 && x + width <= Self.width && y >= 0 && y + rows <= Self.height
    for row in sprite.indices {
      var rest = sprite[row]
      while rest != 0 {
        let bit = rest.trailingZeroBitCount
        rest &= rest - 1
        let place = x + width - 1 - bit
        if isInside {
          // Within the screen as a whole, so each pixel is.
          pixels[unchecked: (y + row) * Self.width + place] = colour
        } else {
          fill(x: place, y: y + row, width: 1, height: 1, colour: colour)
        }
      }
    }
  }

  /// Writes a number that is not negative, so that its last digit ends left of `right`.
  mutating func write(
    _ number: Int, endingAt right: Int, y: Int, scaleX: Int, scaleY: Int, digits: Int = 1, colour: UInt8
  ) {
    var rest = number
    var x = right
    var written = 0
    repeat {
      x -= 3 * scaleX
      drawDigit(rest % 10, x: x, y: y, scaleX: scaleX, scaleY: scaleY, colour: colour)
      x -= scaleX
      rest /= 10
      written += 1
    } while rest > 0 || written < digits
  }

  private mutating func drawDigit(_ digit: Int, x: Int, y: Int, scaleX: Int, scaleY: Int, colour: UInt8) {
    let shape = Self.digitShapes[digit]
    for row in 0..<5 {
      for column in 0..<3 where shape >> UInt16(14 - row * 3 - column) & 1 == 1 {
        fill(
          x: x + column * scaleX, y: y + row * scaleY, width: scaleX, height: scaleY, colour: colour)
      }
    }
  }

  /// Three columns by five rows, the upper left first.
  private static let digitShapes: InlineArray<10, UInt16> = [
    0b111_101_101_101_111, 0b010_110_010_010_111, 0b111_001_111_100_111, 0b111_001_111_001_111,
    0b101_101_111_001_001, 0b111_100_111_001_111, 0b111_100_111_101_111, 0b111_001_001_010_010,
    0b111_101_111_101_111, 0b111_101_111_001_111,
  ]
}
