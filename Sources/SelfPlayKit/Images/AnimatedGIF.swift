import Environments

/// An animation as GIF 89a (CompuServe 1990) that runs for ever. Every picture but the first stores only the
/// rectangle that has changed, with what is unchanged in it left transparent.
public struct AnimatedGIF {
  private let width: Int
  private let height: Int
  private let palette: [ScreenColour]
  /// Bits of a colour's number; one more number than colours stands for transparent.
  private let depth: Int
  private var bytes: [UInt8]
  private var shown: [UInt8]
  /// The last picture, which waits until it is known how long it is shown.
  private var pending: Patch?
  private var time = 0.0
  private var writtenHundredths = 0

  /// The part of a picture that has changed.
  private struct Patch {
    var x: Int
    var y: Int
    var width: Int
    var height: Int
    var pixels: [UInt8]
  }

  /// Begins with a picture; all that follow have its size and palette.
  public init(_ first: Picture) {
    width = first.width
    height = first.height
    palette = first.palette
    depth = max(2, Int.bitWidth - palette.count.leadingZeroBitCount)
    shown = first.pixels
    pending = Patch(x: 0, y: 0, width: width, height: height, pixels: shown)
    bytes = Array("GIF89a".utf8) + Self.word(width) + Self.word(height)
    // A palette for all pictures of 2^depth colours; background 0; square pixels.
    bytes += [0b1000_0000 | UInt8(depth - 1) << 4 | UInt8(depth - 1), 0, 0]
    for index in 0..<1 << depth {
      bytes +=
        index < palette.count ? [palette[index].red, palette[index].green, palette[index].blue] : [0, 0, 0]
    }
    bytes += [0x21, 0xFF, 11] + Array("NETSCAPE2.0".utf8) + [3, 1, 0, 0, 0]
  }

  /// Shows a picture after the one before has been shown for so many seconds.
  public mutating func append(_ picture: Picture, after seconds: Double) {
    precondition(
      picture.width == width && picture.height == height && picture.palette == palette,
      "a picture of another size or palette")
    time += seconds
    guard let patch = patch(to: picture.pixels) else { return }
    writePending()
    pending = patch
    shown = picture.pixels
  }

  /// The bytes of the file; the last picture is shown for so many seconds.
  public consuming func finish(after seconds: Double) -> [UInt8] {
    time += seconds
    writePending()
    return bytes + [0x3B]
  }

  /// The smallest rectangle that holds all changes, or nil without any.
  private func patch(to pixels: [UInt8]) -> Patch? {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for row in 0..<height {
      let start = row * width
      guard shown[start..<start + width] != pixels[start..<start + width] else { continue }
      top = min(top, row)
      bottom = row
      for column in 0..<width where shown[start + column] != pixels[start + column] {
        left = min(left, column)
        right = max(right, column)
      }
    }
    guard bottom >= 0 else { return nil }
    var changed: [UInt8] = []
    let transparent = UInt8(palette.count)
    for row in top...bottom {
      for index in row * width + left...row * width + right {
        changed.append(shown[index] == pixels[index] ? transparent : pixels[index])
      }
    }
    return Patch(x: left, y: top, width: right - left + 1, height: bottom - top + 1, pixels: changed)
  }

  /// Times are kept in hundredths of a second; rounding the sum, not each, keeps the pace.
  private mutating func writePending() {
    guard let patch = pending else { return }
    let end = Int((time * 100).rounded())
    let delay = min(max(end - writtenHundredths, 0), 65_535)
    writtenHundredths += delay
    // Leave the picture in place; one colour is transparent.
    bytes += [0x21, 0xF9, 4, 0b0000_0101] + Self.word(delay) + [UInt8(palette.count), 0]
    bytes +=
      [0x2C] + Self.word(patch.x) + Self.word(patch.y) + Self.word(patch.width) + Self.word(patch.height)
    bytes += [0, UInt8(depth)]
    let codes = LZW.encode(patch.pixels, depth: depth)
    for start in stride(from: 0, to: codes.count, by: 255) {
      let block = codes[start..<min(start + 255, codes.count)]
      bytes.append(UInt8(block.count))
      bytes += block
    }
    bytes.append(0)
    pending = nil
  }

  private static func word(_ value: Int) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
}

/// The compression of GIF: Lempel, Ziv and Welch (1984) with codes of growing width.
enum LZW {
  /// Codes of pixels below 2^depth, as bytes.
  static func encode(_ pixels: [UInt8], depth: Int) -> [UInt8] {
    let (clear, end) = (1 << depth, 1 << depth + 1)
    var bits = BitWriter()
    // The code of a known string and one more pixel, or 0.
    var table = [UInt16](repeating: 0, count: 4096 << depth)
    var next = end + 1
    var codeWidth = depth + 1
    bits.write(clear, count: codeWidth)
    guard var prefix = pixels.first.map({ Int($0) }) else { return [] }
    for pixel in pixels.dropFirst() {
      let slot = prefix << depth | Int(pixel)
      if table[slot] != 0 {
        prefix = Int(table[slot])
        continue
      }
      bits.write(prefix, count: codeWidth)
      if next < 4096 {
        table[slot] = UInt16(next)
        if next == 1 << codeWidth { codeWidth += 1 }
        next += 1
      } else {
        bits.write(clear, count: codeWidth)
        for index in table.indices { table[index] = 0 }
        next = end + 1
        codeWidth = depth + 1
      }
      prefix = Int(pixel)
    }
    bits.write(prefix, count: codeWidth)
    // A reader has added a string for the last code too, which may have made its codes wider.
    if next == 1 << codeWidth && codeWidth < 12 { codeWidth += 1 }
    bits.write(end, count: codeWidth)
    bits.flush()
    return bits.bytes
  }
}
