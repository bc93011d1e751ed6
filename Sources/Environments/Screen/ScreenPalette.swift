/// A colour of the screen, 0 to 255 a channel.
public struct ScreenColour: Hashable, Sendable, BitwiseCopyable {
  public let red: UInt8
  public let green: UInt8
  public let blue: UInt8

  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// From 0xRRGGBB.
  init(_ code: UInt32) {
    red = UInt8(truncatingIfNeeded: code >> 16)
    green = UInt8(truncatingIfNeeded: code >> 8)
    blue = UInt8(truncatingIfNeeded: code)
  }

  /// The brighter of two colours, channel by channel.
  func maximum(_ other: ScreenColour) -> ScreenColour {
    ScreenColour(
      red: max(red, other.red), green: max(green, other.green), blue: max(blue, other.blue))
  }

  /// Luminance from 0 to 255 (ITU-R BT.601: 0.299 red + 0.587 green + 0.114 blue), rounded.
  public var luminance: UInt8 {
    let sum = 299 * Int(red) + 587 * Int(green) + 114 * Int(blue)
    return UInt8((sum + 500) / 1000)
  }
}

/// The sixteen colours of a game; number 0 is black.
public struct ScreenPalette: Sendable {
  /// Number of colours.
  public static let count = 16
  private var colours = InlineArray<16, ScreenColour>(repeating: ScreenColour(0))

  /// Colours 1 and up, as 0xRRGGBB; the rest is black.
  init(_ codes: InlineArray<15, UInt32>) {
    for index in codes.indices { colours[index + 1] = ScreenColour(codes[index]) }
  }

  public subscript(index: Int) -> ScreenColour { colours[index] }
}
