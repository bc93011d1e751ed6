/// The type of an array's elements as NumPy writes it; all are little-endian.
enum NumPyType: Hashable {
  case float32, int8, int32, int64, boolean
  /// Texts of so many characters, which fill up with zeros; 4 bytes each.
  case text(length: Int)

  var name: String {
    switch self {
    case .float32: "<f4"
    case .int8: "|i1"
    case .int32: "<i4"
    case .int64: "<i8"
    case .boolean: "|b1"
    case .text(let length): "<U\(length)"
    }
  }
}

/// The format of NumPy's .npy files, version 1.0 (numpy.lib.format).
enum NumPyArray {
  /// What stands before the elements of an array in C order.
  static func header(_ type: NumPyType, shape: [Int]) -> [UInt8] {
    let sizes = shape.map { "\($0)," }.joined(separator: " ")
    var text = "{'descr': '\(type.name)', 'fortran_order': False, 'shape': (\(sizes)), }"
    // All of it is a multiple of 64 bytes and ends in a line break.
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    let count = text.utf8.count
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(count & 255), UInt8(count >> 8)] + Array(text.utf8)
  }

  /// The elements of an array of texts: UTF-32, each filled up to the longest.
  static func elements(_ texts: [String]) -> (type: NumPyType, bytes: [UInt8]) {
    let length = max(1, texts.map(\.unicodeScalars.count).max() ?? 1)
    let bytes = texts.flatMap { text -> [UInt8] in
      let scalars = text.unicodeScalars.map(\.value)
      return (scalars + Array(repeating: 0, count: length - scalars.count)).flatMap { value in
        [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: value >> ($0 as UInt32)) }
      }
    }
    return (.text(length: length), bytes)
  }
}
