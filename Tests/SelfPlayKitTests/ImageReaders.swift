/// Why bytes are no picture.
struct ImageDamage: Error {
  var problem: String
}

/// Reads zlib streams of blocks with the fixed Huffman codes, by the letter of RFC 1951.
struct Inflater {
  private let bytes: [UInt8]
  private var bit = 16

  static func zlib(_ bytes: [UInt8]) throws -> [UInt8] {
    guard (Int(bytes[0]) << 8 | Int(bytes[1])) % 31 == 0, bytes[0] == 0x78 else {
      throw ImageDamage(problem: "header")
    }
    var reader = Inflater(bytes: bytes)
    let result = try reader.inflate()
    var (low, high) = (1, 0)
    for byte in result {
      low = (low + Int(byte)) % 65_521
      high = (high + low) % 65_521
    }
    let checksum = bytes.suffix(4).reduce(0) { $0 << 8 | Int($1) }
    guard checksum == high << 16 | low, (reader.bit + 7) / 8 + 4 == bytes.count else {
      throw ImageDamage(problem: "checksum")
    }
    return result
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private mutating func take(_ count: Int) throws -> Int {
    var value = 0
    for index in 0..<count {
      guard bit / 8 < bytes.count else { throw ImageDamage(problem: "end") }
      value |= Int(bytes[bit / 8] >> UInt8(bit % 8) & 1) << index
      bit += 1
    }
    return value
  }

  /// A Huffman code, its highest bit first.
  private mutating func code(_ count: Int, after start: Int = 0) throws -> Int {
    try (0..<count).reduce(start) { value, _ in value << 1 | (try take(1)) }
  }

  private mutating func symbol() throws -> Int {
    let short = try code(7)
    if short < 24 { return 256 + short }
    let middle = try code(1, after: short)
    if 0x30...0xBF ~= middle { return middle - 0x30 }
    if 0xC0...0xC7 ~= middle { return middle - 0xC0 + 280 }
    return try code(1, after: middle) - 0x190 + 144
  }

  private mutating func inflate() throws -> [UInt8] {
    let lengths = [
      3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
      227, 258,
    ]
    let distances = [
      1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
      4097, 6145, 8193, 12289, 16385, 24577,
    ]
    guard try take(3) == 0b011 else { throw ImageDamage(problem: "kind of block") }
    var result: [UInt8] = []
    while true {
      let symbol = try symbol()
      if symbol == 256 { return result }
      if symbol < 256 {
        result.append(UInt8(symbol))
        continue
      }
      let index = symbol - 257
      let length = lengths[index] + (try take(index == 28 || index < 8 ? 0 : index / 4 - 1))
      let far = try code(5)
      let distance = distances[far] + (try take(far < 4 ? 0 : far / 2 - 1))
      guard distance <= result.count else { throw ImageDamage(problem: "distance") }
      for _ in 0..<length { result.append(result[result.count - distance]) }
    }
  }
}

/// Reads animations as viewers do.
enum GIFReader {
  static func frames(of bytes: [UInt8]) throws -> [(pixels: [UInt8], delay: Int)] {
    func word(_ at: Int) -> Int { Int(bytes[at]) | Int(bytes[at + 1]) << 8 }
    guard String(decoding: bytes.prefix(6), as: UTF8.self) == "GIF89a", bytes.last == 0x3B else {
      throw ImageDamage(problem: "signature")
    }
    let (width, height) = (word(6), word(8))
    var at = 13 + 3 * (1 << (Int(bytes[10] & 7) + 1))
    var canvas = [UInt8](repeating: 0, count: width * height)
    var (delay, transparent) = (0, -1)
    var result: [(pixels: [UInt8], delay: Int)] = []
    while bytes[at] != 0x3B {
      if bytes[at] == 0x21 {
        if bytes[at + 1] == 0xF9 { (delay, transparent) = (word(at + 4), Int(bytes[at + 6])) }
        at += 2
        while bytes[at] != 0 { at += Int(bytes[at]) + 1 }
        at += 1
        continue
      }
      let (left, top, columns, rows) = (word(at + 1), word(at + 3), word(at + 5), word(at + 7))
      let depth = Int(bytes[at + 10])
      at += 11
      var codes: [UInt8] = []
      while bytes[at] != 0 {
        codes += bytes[at + 1...at + Int(bytes[at])]
        at += Int(bytes[at]) + 1
      }
      at += 1
      let pixels = try decode(codes, depth: depth)
      guard pixels.count == columns * rows else { throw ImageDamage(problem: "number of pixels") }
      for (index, pixel) in pixels.enumerated() where Int(pixel) != transparent {
        canvas[(top + index / columns) * width + left + index % columns] = pixel
      }
      result.append((canvas, delay))
    }
    return result
  }

  private static func decode(_ bytes: [UInt8], depth: Int) throws -> [UInt8] {
    let (clear, end) = (1 << depth, 1 << depth + 1)
    var (width, bit) = (depth + 1, 0)
    var strings: [[UInt8]] = []
    var previous: [UInt8]?
    var result: [UInt8] = []
    while true {
      guard bit + width <= bytes.count * 8 else { throw ImageDamage(problem: "end") }
      let code = (0..<width).reduce(0) { $0 | Int(bytes[(bit + $1) / 8] >> UInt8((bit + $1) % 8) & 1) << $1 }
      bit += width
      if code == end { return result }
      if code == clear {
        strings = (0..<clear).map { [UInt8($0)] } + [[], []]
        width = depth + 1
        previous = nil
        continue
      }
      guard code < strings.count || (code == strings.count && previous != nil) else {
        throw ImageDamage(problem: "code")
      }
      let string = code < strings.count ? strings[code] : previous! + [previous![0]]
      result += string
      if let previous, strings.count < 4096 {
        strings.append(previous + [string[0]])
        if strings.count == 1 << width && width < 12 { width += 1 }
      }
      previous = string
    }
  }
}
