/// A picture of few colours: every pixel is the number of one of up to 255 colours.
public struct Picture: Hashable, Sendable {
  public let width: Int
  public let height: Int
  public let palette: [ScreenColour]
  /// Row by row from the upper left; each below `palette.count`.
  public let pixels: [UInt8]

  /// `pixels` holds `width` x `height` numbers of colours; another count is a broken precondition.
  public init(width: Int, height: Int, palette: [ScreenColour], pixels: [UInt8]) {
    precondition(width > 0 && height > 0 && pixels.count == width * height, "a picture of another size")
    precondition(1...255 ~= palette.count, "a palette of \(palette.count) colours, not 1 to 255")
    precondition(pixels.allSatisfy { $0 < palette.count }, "a pixel of no colour")
    self.width = width
    self.height = height
    self.palette = palette
    self.pixels = pixels
  }

  /// The picture with every pixel `factor` pixels wide and high. O(pixels of the result).
  public func enlarged(by factor: Int) -> Picture {
    guard factor > 1 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(pixels.count * factor * factor)
    for row in 0..<height {
      let start = result.count
      for pixel in pixels[row * width..<(row + 1) * width] {
        for _ in 0..<factor { result.append(pixel) }
      }
      let line = Array(result[start...])
      for _ in 1..<factor { result += line }
    }
    return Picture(width: width * factor, height: height * factor, palette: palette, pixels: result)
  }
}
