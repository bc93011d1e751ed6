/// What `ScreenPicture` looks up, made once for a game.
struct PictureTables: Sendable {
  /// The columns of the screen that a pixel of a picture covers: the first, and the shares of that and the
  /// next two, 40 in all.
  struct Cover: Sendable, BitwiseCopyable {
    var first: UInt32 = 0
    var left: UInt32 = 0
    var middle: UInt32 = 0
    var right: UInt32 = 0
  }

  /// The luminance of the brighter of two colours, by 16 x first + second.
  private(set) var luminances = InlineArray<256, UInt8>(repeating: 0)
  /// 0 to 1 for a luminance from 0 to 255.
  private(set) var shades = InlineArray<256, Float>(repeating: 0)
  /// 21 pixels of a picture share 40 columns of the screen.
  private(set) var columns = InlineArray<21, Cover>(repeating: Cover())

  init(_ palette: ScreenPalette) {
    for first in 0..<ScreenPalette.count {
      for second in 0..<ScreenPalette.count {
        luminances[first * 16 + second] = palette[first].maximum(palette[second]).luminance
      }
    }
    for shade in 0..<256 { shades[shade] = Float(shade) / 255 }
    for pixel in 0..<21 {
      // In parts of 1/21 column: a pixel is 40 wide, a column 21.
      let left = 21 - 40 * pixel % 21
      let middle = min(21, 40 - left)
      columns[pixel] = Cover(
        first: UInt32(40 * pixel / 21), left: UInt32(left), middle: UInt32(middle),
        right: UInt32(40 - left - middle))
    }
  }
}
