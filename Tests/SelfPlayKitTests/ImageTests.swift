import Environments
import Testing

import SelfPlayKit

@Suite("Pictures as files")
struct ImageTests {
  private static let palette = [
    ScreenColour(red: 0, green: 0, blue: 0), ScreenColour(red: 255, green: 128, blue: 0),
    ScreenColour(red: 1, green: 2, blue: 3),
  ]

  private static func picture(_ width: Int, _ height: Int, seed: UInt64, noise: Int = 5) -> Picture {
    var random = Random(seed: seed, purpose: .test)
    var pixels = [UInt8](repeating: 0, count: width * height)
    for index in pixels.indices where random.integer(below: noise) == 0 {
      pixels[index] = UInt8(random.integer(below: palette.count))
    }
    return Picture(width: width, height: height, palette: palette, pixels: pixels)
  }

  @Test("the checksums are those of the standards")
  func checksums() {
    #expect(Checksums.crc32(of: Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(Checksums.adler32(of: Array("Wikipedia".utf8)) == 0x11E6_0398)
  }

  @Test("a compressed stream inflates to what it was made of", arguments: [1, 7, 300, 70_000])
  func deflate(_ count: Int) throws {
    for (noise, seed) in [(1, 1), (4, 2), (1_000, 3)] as [(Int, UInt64)] {
      var random = Random(seed: seed, purpose: .test)
      let bytes = (0..<count).map { _ in
        random.integer(below: noise) == 0 ? UInt8(random.integer(below: 256)) : 7
      }
      let stream = Deflate.zlib(bytes, stride: 11)
      #expect(try Inflater.zlib(stream) == bytes, "seed \(seed)")
    }
  }

  @Test("a PNG has the chunks of the standard with right checksums, and holds the pixels")
  func png() throws {
    let picture = Self.picture(33, 17, seed: 4).enlarged(by: 3)
    #expect(picture.width == 99 && picture.height == 51)
    let bytes = PNG.encode(picture)
    #expect(Array(bytes.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    var chunks: [String: [UInt8]] = [:]
    var at = 8
    while at < bytes.count {
      let length = bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) }
      let body = Array(bytes[at + 4..<at + 8 + length])
      #expect(Checksums.crc32(of: body).bigEndianBytes == Array(bytes[at + 8 + length..<at + 12 + length]))
      chunks[String(decoding: body.prefix(4), as: UTF8.self)] = Array(body.dropFirst(4))
      at += 12 + length
    }
    #expect(Set(chunks.keys) == ["IHDR", "PLTE", "IDAT", "IEND"])
    #expect(chunks["IHDR"] == [0, 0, 0, 99, 0, 0, 0, 51, 8, 3, 0, 0, 0])
    #expect(chunks["PLTE"] == [0, 0, 0, 255, 128, 0, 1, 2, 3])
    let rows = try Inflater.zlib(try #require(chunks["IDAT"]))
    let pixels = (0..<51).flatMap { Array(rows[$0 * 100 + 1..<($0 + 1) * 100]) }
    #expect(pixels == picture.pixels)
  }

  @Test("the smallest PNG is byte for byte the one that other programs read")
  func knownBytes() {
    let picture = Picture(width: 2, height: 1, palette: Self.palette, pixels: [1, 2])
    let hexadecimal = PNG.encode(picture).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }.joined()
    #expect(hexadecimal == Self.smallest)
  }

  private static let smallest =
    "89504e470d0a1a0a0000000d4948445200000002000000010803000000c3fc8fb800000009504c5445000000"
    + "ff80000102037cbcab910000000b49444154785e6360640200000700040a033db40000000049454e44ae4260"
    + "82"

  @Test("an animation shows every picture for its time, and unchanged ones longer")
  func gif() throws {
    var pictures = [Self.picture(40, 30, seed: 5)]
    for seed in 6..<14 as Range<UInt64> {
      var pixels = pictures[pictures.count - 1].pixels
      // Every third picture is the same as the one before.
      if seed % 3 != 0 { for index in 200..<260 { pixels[index] = UInt8((index + Int(seed)) % 3) } }
      pictures.append(Picture(width: 40, height: 30, palette: Self.palette, pixels: pixels))
    }
    var animation = AnimatedGIF(pictures[0])
    for picture in pictures.dropFirst() { animation.append(picture, after: 1.0 / 15) }
    let frames = try GIFReader.frames(of: animation.finish(after: 0.5))
    #expect(frames.reduce(0) { $0 + $1.delay } == Int((8.0 / 15 * 100 + 50).rounded()))
    var distinct: [[UInt8]] = []
    for picture in pictures where picture.pixels != distinct.last { distinct.append(picture.pixels) }
    #expect(frames.map(\.pixels) == distinct)
  }

  @Test("long runs and noise survive the codes of an animation", arguments: [1, 2, 5_000])
  func codes(noise: Int) throws {
    let picture = Self.picture(200, 150, seed: 15, noise: noise)
    let frames = try GIFReader.frames(of: AnimatedGIF(picture).finish(after: 1))
    #expect(frames.map(\.pixels) == [picture.pixels])
    #expect(frames.map(\.delay) == [100])
  }
}
