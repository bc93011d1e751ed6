import Environments

/// Portable Network Graphics (ISO/IEC 15948): one picture with its palette, 8 bits a pixel.
public enum PNG {
  /// The bytes of a file.
  public static func encode(_ picture: Picture) -> [UInt8] {
    var rows: [UInt8] = []
    rows.reserveCapacity(picture.pixels.count + picture.height)
    for row in 0..<picture.height {
      // Each row begins with the number of its filter: none.
      rows.append(0)
      rows += picture.pixels[row * picture.width..<(row + 1) * picture.width]
    }
    // 8 bits a pixel, indexed colour, the standard compression and filters, not interlaced.
    let header =
      UInt32(picture.width).bigEndianBytes + UInt32(picture.height).bigEndianBytes + [8, 3, 0, 0, 0]
    let palette = picture.palette.flatMap { [$0.red, $0.green, $0.blue] }
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", header) + chunk("PLTE", palette)
      + chunk("IDAT", Deflate.zlib(rows, stride: picture.width + 1)) + chunk("IEND", [])
  }

  private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
    let body = Array(name.utf8) + content
    return UInt32(content.count).bigEndianBytes + body + Checksums.crc32(of: body).bigEndianBytes
  }
}

/// The checksums of PNG and zlib.
package enum Checksums {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
  }

  /// ISO/IEC 15948, annex D; `previous` is the checksum of what stands before these bytes.
  package static func crc32(of bytes: [UInt8], after previous: UInt32 = 0) -> UInt32 {
    ~bytes.reduce(~previous) { $0 >> 8 ^ table[Int(($0 ^ UInt32($1)) & 255)] }
  }

  /// RFC 1950, 8.2.
  package static func adler32(of bytes: [UInt8]) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (1, 0)
    for byte in bytes {
      low = (low + UInt32(byte)) % 65_521
      high = (high + low) % 65_521
    }
    return high << 16 | low
  }
}

extension UInt32 {
  /// The four bytes, the highest first.
  package var bigEndianBytes: [UInt8] {
    [24, 16, 8, 0].map { shift in UInt8(truncatingIfNeeded: self >> (shift as UInt32)) }
  }
}
