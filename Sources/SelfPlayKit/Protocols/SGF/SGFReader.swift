import Foundation

/// Reads the games of a file in the Smart Game Format, trusting nothing in it.
public struct SGFReader {
  /// The largest file that is read: 64 MiB.
  public static let largestSize = 64 << 20
  /// Properties of one node; the standard knows 67.
  private static let mostProperties = 256

  private let bytes: [UInt8]
  private let name: String
  private var position = 0
  private var games: [SGFGame] = []

  /// A tree that is not closed yet.
  private struct Open {
    /// The node before its first one.
    var parent: Int?
    var hasNode = false
    var hasVariation = false
  }

  private init(_ bytes: [UInt8], name: String) {
    self.bytes = bytes
    self.name = name
  }

  /// The games of a file. Throws `SGFError` that names the file, the line and the mistake.
  public static func games(in path: String) throws -> [SGFGame] {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw SGFError("\(path): cannot be read; check that the file exists and may be read")
    }
    defer { try? file.close() }
    guard let data = try? file.read(upToCount: largestSize + 1), data.count <= largestSize else {
      throw SGFError("\(path): cannot be read, or is larger than 64 MiB; split the file")
    }
    return try games(Array(data), name: path)
  }

  /// The games in some bytes; what stands before, between and after games is passed over.
  public static func games(_ bytes: [UInt8], name: String) throws -> [SGFGame] {
    var reader = SGFReader(bytes, name: name)
    while reader.findGame() { try reader.readGame() }
    guard !reader.games.isEmpty else {
      throw SGFError("\(name): there is no game in it, which begins with '(;'; give a file in the SGF format")
    }
    return reader.games
  }

  /// Goes to the next `(` with a `;` after it.
  private mutating func findGame() -> Bool {
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "(") {
        let next = bytes[(position + 1)...].first { !Self.isSpace($0) }
        if next == UInt8(ascii: ";") { return true }
      }
      position += 1
    }
    return false
  }

  private mutating func readGame() throws {
    var game = SGFGame()
    var open: [Open] = []
    var node: Int?
    repeat {
      guard position < bytes.count else { throw failure("the game does not end; add ')'") }
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "("):
        if let last = open.last {
          guard last.hasNode else { throw failure("a variation begins before any node; write ';' first") }
          open[open.count - 1].hasVariation = true
        }
        open.append(Open(parent: node))
      case UInt8(ascii: ")"):
        guard let last = open.popLast(), last.hasNode else { throw failure("a variation has no node") }
        node = last.parent
      case UInt8(ascii: ";"):
        guard open.last?.hasVariation == false else { throw failure("a node follows a variation") }
        node = game.append([], to: node, beginsVariation: open.count > 1 && !open[open.count - 1].hasNode)
        open[open.count - 1].hasNode = true
      case _ where Self.isLetter(byte):
        guard let current = node, let last = open.last, last.hasNode, !last.hasVariation else {
          throw failure("a property stands outside of a node")
        }
        position -= 1
        game.add(try readProperty(), to: current)
        guard game.nodes[current].properties.count <= Self.mostProperties else {
          throw failure("a node has more than \(Self.mostProperties) properties")
        }
      case _ where Self.isSpace(byte): break
      default: throw failure("'\(Unicode.Scalar(byte))' stands where a property or a node is expected")
      }
    } while !open.isEmpty
    games.append(game)
  }

  private mutating func readProperty() throws -> SGFGame.Property {
    let start = position
    while position < bytes.count, Self.isLetter(bytes[position]) { position += 1 }
    let whole = bytes[start..<position]
    // Old files write names in full, of which only the capitals count.
    let capitals = whole.filter { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
    let name = String(decoding: capitals, as: UTF8.self)
    guard !name.isEmpty else { throw failure("the name of a property has no capital letter") }
    var values: [[UInt8]] = []
    while true {
      while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
      guard position < bytes.count, bytes[position] == UInt8(ascii: "[") else { break }
      values.append(try readValue())
    }
    guard !values.isEmpty else { throw failure("property \(name) has no value") }
    return SGFGame.Property(name: name, values: values)
  }

  /// From `[` to the next `]` that is not escaped.
  private mutating func readValue() throws -> [UInt8] {
    let start = position + 1
    position = start
    while position < bytes.count, bytes[position] != UInt8(ascii: "]") {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < bytes.count else {
      position = start
      throw failure("a value does not end; add ']'")
    }
    position += 1
    return Array(bytes[start..<position - 1])
  }

  private func failure(_ problem: String) -> SGFError {
    let line = bytes[..<min(position, bytes.count)].count { $0 == UInt8(ascii: "\n") } + 1
    return SGFError("\(name): line \(line), game \(games.count + 1): \(problem)")
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || 9...13 ~= byte }

  private static func isLetter(_ byte: UInt8) -> Bool {
    UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
  }
}
