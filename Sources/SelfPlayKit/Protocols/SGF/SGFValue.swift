import Environments
import Foundation

/// A property's values as its name says to read them.
public enum SGFValue: Hashable, Sendable {
  /// A move, nil for a pass.
  case move(SGFPoint?)
  /// Points without order, rectangles written out.
  case points(Set<SGFPoint>)
  case composed([[String]])
  case integer(Int)
  case real(Double)
  case colour(Player)
  /// A property that says it all by being there.
  case flag
  case text(String)
  case texts([String])
}

/// A point of a Go board, from the upper left corner.
public struct SGFPoint: Hashable, Sendable {
  public var column: Int
  public var row: Int

  /// Two letters, the column first.
  public var text: String { Self.letters[column] + Self.letters[row] }

  private static let letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".map { String($0) }

  /// Reads two letters; nil for anything else or a point off the board.
  init?(_ bytes: ArraySlice<UInt8>, side: Int) {
    let numbers = bytes.map { byte -> Int in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 26
      default: side
      }
    }
    guard numbers.count == 2, numbers.allSatisfy({ $0 < side }) else { return nil }
    self.init(column: numbers[0], row: numbers[1])
  }

  public init(column: Int, row: Int) {
    self.column = column
    self.row = row
  }
}

extension SGFGame {
  private enum Kind {
    case move, points, composed, integer, real, colour, flag, text, simpleText, texts
  }

  private static func kind(of name: String) -> Kind {
    switch name {
    case "B", "W": .move
    case "AB", "AW", "AE", "TR", "SQ", "CR", "MA", "SL", "TB", "TW", "DD", "VW": .points
    case "LB", "AR", "LN", "AP", "FG": .composed
    case "FF", "GM", "SZ", "MN", "ST", "OB", "OW", "PM", "HA", "BM", "TE", "DM", "GB", "GW", "HO", "UC":
      .integer
    case "KM", "TM", "BL", "WL", "V": .real
    case "PL": .colour
    case "KO", "DO", "IT": .flag
    case "C", "GC": .text
    case "CA", "AN", "BR", "BT", "CP", "DT", "EV", "GN", "ON", "OT", "PB", "PC", "PW", "RE", "RO", "RU", "SO",
      "US", "WR", "WT", "N":
      .simpleText
    default: .texts
    }
  }

  /// Points along a side, 19 if the file does not say. Throws `SGFError` for a size that is none, or no
  /// square.
  public func side() throws -> Int {
    guard let bytes = nodes.first?.values("SZ")?.first else { return 19 }
    let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", omittingEmptySubsequences: false)
      .map { Int($0.trimmingCharacters(in: .whitespaces)) }
    guard let side = parts[0], 1...52 ~= side, parts.count == 1 || parts.count == 2 && parts[1] == side else {
      throw SGFError(
        "SZ[\(String(decoding: bytes, as: UTF8.self))] is no size of a square board from 1 to 52")
    }
    return side
  }

  /// The encoding of texts: `UTF-8`, or `ISO-8859-1`, which is also that of files that name none.
  public func charset() throws -> String {
    guard let bytes = nodes.first?.values("CA")?.first else { return "ISO-8859-1" }
    let name = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespaces)
    switch name.lowercased().replacing("_", with: "-") {
    case "utf-8", "utf8": return "UTF-8"
    case "iso-8859-1", "latin-1", "latin1", "iso8859-1", "us-ascii", "ascii", "": return "ISO-8859-1"
    default: throw SGFError("CA[\(name)] is an encoding that is not read; convert the file to UTF-8")
    }
  }

  /// Reads a property of a node; nil if the node does not have it. Throws `SGFError` for a value of another
  /// kind.
  public func value(_ name: String, at node: Int) throws -> SGFValue? {
    guard let values = nodes[node].values(name), let first = values.first else { return nil }
    let reader = SGFValueReader(name: name, side: try side(), isUTF8: try charset() == "UTF-8")
    switch Self.kind(of: name) {
    case .move: return .move(try reader.move(first))
    case .points: return .points(try reader.points(values))
    case .composed: return .composed(values.filter { !$0.isEmpty }.map(reader.composed))
    case .integer:
      if name == "SZ" { return .integer(reader.side) }
      guard let number = Int(reader.plain(first)) else { throw reader.failure(first, "a whole number") }
      return .integer(number)
    case .real:
      guard let number = Double(reader.plain(first)), number.isFinite else {
        throw reader.failure(first, "a number")
      }
      return .real(number)
    case .colour:
      switch reader.plain(first).lowercased() {
      case "b", "black", "1": return .colour(.first)
      case "w", "white", "2": return .colour(.second)
      default: throw reader.failure(first, "B or W")
      }
    case .flag: return .flag
    case .text: return .text(reader.text(first))
    case .simpleText: return .text(reader.simpleText(first))
    case .texts: return .texts(values.map(reader.text))
    }
  }

  /// The text of a property of the root; nil if it is not there or empty.
  func rootText(_ name: String) throws -> String? {
    guard case .text(let text)? = try value(name, at: 0), !text.isEmpty else { return nil }
    return text
  }
}

extension SGFGame {
  /// Throws `SGFError` for the first property whose value cannot be read as its name says.
  public func validate() throws {
    for index in nodes.indices {
      for property in nodes[index].properties { _ = try value(property.name, at: index) }
    }
  }
}
