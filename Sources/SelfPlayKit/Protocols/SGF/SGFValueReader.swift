import Foundation

/// Reads values of one property.
struct SGFValueReader {
  let name: String
  let side: Int
  let isUTF8: Bool

  /// An empty value is a pass, and so is `tt` on boards up to 19 x 19.
  func move(_ bytes: [UInt8]) throws -> SGFPoint? {
    let trimmed = Array(plain(bytes).utf8)
    if trimmed.isEmpty || side <= 19 && trimmed == Array("tt".utf8) { return nil }
    return try point(trimmed[...], of: bytes)
  }

  func points(_ values: [[UInt8]]) throws -> Set<SGFPoint> {
    var result = Set<SGFPoint>()
    for value in values where !(values.count == 1 && value.isEmpty) {
      let parts = value.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
      let first = try point(parts[0], of: value)
      let last = parts.count > 1 ? try point(parts[1], of: value) : first
      guard parts.count <= 2, first.column <= last.column, first.row <= last.row else {
        throw failure(value, "a point, or a rectangle from its upper left to its lower right")
      }
      for row in first.row...last.row {
        for column in first.column...last.column { result.insert(SGFPoint(column: column, row: row)) }
      }
    }
    return result
  }

  private func point(_ bytes: ArraySlice<UInt8>, of value: [UInt8]) throws -> SGFPoint {
    guard let point = SGFPoint(bytes, side: side) else {
      throw failure(value, "a point of a board of \(side) x \(side)")
    }
    return point
  }

  /// One or two texts, with a colon between them that is not escaped.
  func composed(_ bytes: [UInt8]) -> [String] {
    var index = 0
    while index < bytes.count, bytes[index] != UInt8(ascii: ":") {
      index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard index < bytes.count else { return [simpleText(bytes)] }
    return [simpleText(Array(bytes[..<index])), simpleText(Array(bytes[(index + 1)...]))]
  }

  /// Without escapes: a backslash makes the next character plain, and vanishes with a line break after it.
  func text(_ bytes: [UInt8]) -> String {
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let isEscape = bytes[index] == UInt8(ascii: "\\")
      if isEscape { index += 1 }
      guard index < bytes.count else { break }
      let width = lineBreak(bytes, at: index)
      if width > 0 {
        if !isEscape { result.append(10) }
        index += width
        continue
      }
      let isSpace = [9, 11, 12].contains(bytes[index])
      result.append(isSpace ? 32 : bytes[index])
      index += 1
    }
    return decoded(result)
  }

  /// The same on one line.
  func simpleText(_ bytes: [UInt8]) -> String { text(bytes).replacing("\n", with: " ") }

  func plain(_ bytes: [UInt8]) -> String { decoded(bytes).trimmingCharacters(in: .whitespacesAndNewlines) }

  /// Bytes of a line break: LF, CR, LF CR or CR LF; 0 where there is none.
  private func lineBreak(_ bytes: [UInt8], at index: Int) -> Int {
    guard bytes[index] == 10 || bytes[index] == 13 else { return 0 }
    guard index + 1 < bytes.count else { return 1 }
    let isPair = bytes[index + 1] == (bytes[index] == 10 ? 13 : 10)
    return isPair ? 2 : 1
  }

  private func decoded(_ bytes: [UInt8]) -> String {
    isUTF8
      ? String(decoding: bytes, as: UTF8.self)
      : String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
  }

  func failure(_ bytes: [UInt8], _ expected: String) -> SGFError {
    let shown = decoded(bytes).prefix(20).filter { !$0.isNewline }
    return SGFError("\(name)[\(shown)] is not \(expected)")
  }
}
