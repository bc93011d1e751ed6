/// Shrinks pairs of frames to what DQN sees (Mnih et al. 2015, Methods: Preprocessing): the maximum of each
/// colour channel over two frames, its luminance, and 84 x 84 pixels instead of 160 x 210.
///
/// Every pixel of the result is the mean of the area it covers, 40/21 x 5/2 pixels, rounded to a whole number
/// from 0 to 255. That is what the published agent's `image.scale(..., 'bilinear')` does when it shrinks, and
/// `INTER_AREA` of Machado et al. (2018).
///
/// One value shows several pairs in turn. It works only on rows that differ from the row above and from what
/// was shown before: screens are mostly empty, and little moves in a step.
struct ScreenPicture {
  /// Rows and columns of a picture.
  static let side = 84

  /// The luminance of the pair that is shown.
  private var luminances = InlineArray<33_600, UInt8>(repeating: 0)
  /// The pair that is shown, as 16 x first colour + second colour: both black at first.
  private var pairs = InlineArray<33_600, UInt8>(repeating: 0)
  /// Whether a row has changed with the last pair.
  private var hasChanged = InlineArray<210, Bool>(repeating: false)
  /// Whether a row is the same as the one above.
  private var isRepeated = InlineArray<210, Bool>(repeating: true)

  /// Shows the brighter of two frames.
  mutating func show(
    _ first: borrowing ScreenCanvas, _ second: borrowing ScreenCanvas, _ tables: borrowing PictureTables
  ) {
    mix(first, second)
    for row in 0..<ScreenCanvas.height where hasChanged[row] { illuminate(row, tables) }
  }

  /// Puts two frames together and notes which rows have changed and which repeat the one above.
  private mutating func mix(_ first: borrowing ScreenCanvas, _ second: borrowing ScreenCanvas) {
    var pairSpan = pairs.mutableSpan
    var changedSpan = hasChanged.mutableSpan
    var repeatedSpan = isRepeated.mutableSpan
    let (firstSpan, secondSpan) = (first.pixels.span, second.pixels.span)
    let words = ScreenCanvas.width / 8
    // Eight pixels at a time: raw loads and stores of words, all within the 210 x 20 words of each array.
    firstSpan.withUnsafeBytes { first in
      secondSpan.withUnsafeBytes { second in
        pairSpan.withUnsafeMutableBytes { pairs in
          for row in 0..<ScreenCanvas.height {
            var (change, difference): (UInt64, UInt64) = (0, 0)
            let above = row == 0 ? 0 : words
            for word in row * words..<(row + 1) * words {
              // Colours are below 16: no bit leaves its byte.
              let pair =
                first.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self) << 4
                | second.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
              change |= pair ^ pairs.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self)
              difference |= pair ^ pairs.loadUnaligned(fromByteOffset: (word &- above) &* 8, as: UInt64.self)
              pairs.storeBytes(of: pair, toByteOffset: word &* 8, as: UInt64.self)
            }
            changedSpan[row] = change != 0
            repeatedSpan[row] = row > 0 && difference == 0
          }
        }
      }
    }
  }

  /// Looks up the luminance of a row.
  private mutating func illuminate(_ row: Int, _ tables: borrowing PictureTables) {
    let width = ScreenCanvas.width
    let start = row * width
    let isRepeated = isRepeated[row]
    // Spans here and below, as indexing a stored inline array may copy all of it. Unchecked: rows and columns
    // come from ranges of constants within the arrays.
    let (pairs, values) = (pairs.span, tables.luminances.span)
    var luminances = luminances.mutableSpan
    for index in start..<start + width {
      luminances[unchecked: index] =
        isRepeated ? luminances[unchecked: index - width] : values[unchecked: Int(pairs[unchecked: index])]
    }
  }

  /// Writes the picture as plane `plane` of [4, 84, 84], from 0 to 1. `hasPrevious` says that the plane
  /// before holds the pair shown before.
  func write(
    plane: Int, hasPrevious: Bool, _ tables: borrowing PictureTables, into planes: inout MutableSpan<Float>
  ) {
    let count = Self.side * Self.side
    precondition(planes.count >= (plane + 1) * count, "the observation does not fit")
    let (hasChanged, isRepeated) = (hasChanged.span, isRepeated.span)
    for row in 0..<Self.side {
      let target = plane * count + row * Self.side
      let source = row * 5 / 2
      if hasPrevious && !(hasChanged[source] || hasChanged[source + 1] || hasChanged[source + 2]) {
        copyRow(from: target - count, to: target, of: &planes)
      } else if row > 0 && isRepeated[source - 2 + row % 2] && isRepeated[source - 1] && isRepeated[source]
        && isRepeated[source + 1] && isRepeated[source + 2]
      {
        copyRow(from: target - Self.side, to: target, of: &planes)
      } else {
        writeRow(from: source, isEven: row & 1 == 0, at: target, tables, into: &planes)
      }
    }
  }

  private func copyRow(from source: Int, to target: Int, of planes: inout MutableSpan<Float>) {
    for column in 0..<Self.side { planes[unchecked: target &+ column] = planes[unchecked: source &+ column] }
  }

  /// A row of the picture covers five half rows of the screen; its pixels cover 40 of 21 parts of a pixel.
  private func writeRow(
    from source: Int, isEven: Bool, at target: Int, _ tables: borrowing PictureTables,
    into planes: inout MutableSpan<Float>
  ) {
    let width = ScreenCanvas.width
    let start = source * width
    let (upper, lower): (UInt16, UInt16) = isEven ? (2, 1) : (1, 2)
    // Two more than the width: the last pixel looks at columns that are not there, with no share of them.
    var heights = InlineArray<162, UInt16>(repeating: 0)
    let luminances = luminances.span
    for x in 0..<width {
      let above = upper &* UInt16(luminances[unchecked: start &+ x])
      let below = lower &* UInt16(luminances[unchecked: start &+ 2 &* width &+ x])
      heights[unchecked: x] = above &+ 2 &* UInt16(luminances[unchecked: start &+ width &+ x]) &+ below
    }
    let (columns, shades) = (tables.columns.span, tables.shades.span)
    // The pattern of 21 pixels from 40 columns repeats four times.
    for group in 0..<4 {
      for index in 0..<21 {
        let cover = columns[unchecked: index]
        let x = group &* 40 &+ Int(cover.first)
        // No sum exceeds 200 x 255.
        let sum =
          cover.left &* UInt32(heights[unchecked: x]) &+ cover.middle &* UInt32(heights[unchecked: x &+ 1])
          &+ cover.right &* UInt32(heights[unchecked: x &+ 2])
        planes[unchecked: target &+ group &* 21 &+ index] = shades[unchecked: Int((sum &+ 100) / 200)]
      }
    }
  }
}
