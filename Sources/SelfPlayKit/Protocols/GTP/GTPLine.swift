import Environments

/// A line of the Go Text Protocol, version 2 (Farneback 2002): an optional number, a command, its arguments.
struct GTPLine: Hashable {
  let id: Int?
  let command: String
  let arguments: [String]

  /// nil for lines that ask for nothing. Control characters are dropped, tabs are spaces, and `#` starts a
  /// comment.
  init?(_ text: String) {
    var kept = ""
    for scalar in text.unicodeScalars {
      if scalar == "#" { break }
      if scalar == "\t" {
        kept.append(" ")
      } else if scalar.value >= 32 && scalar.value != 127 {
        kept.unicodeScalars.append(scalar)
      }
    }
    var words = kept.split(separator: " ").map(String.init)
    if let first = words.first, first.allSatisfy(\.isASCIIDigit), let number = Int(first) {
      id = number
      words.removeFirst()
    } else {
      id = nil
    }
    guard let command = words.first else { return nil }
    self.command = command
    arguments = Array(words.dropFirst())
  }

  /// The answer in its frame, with the two line feeds that end it.
  func response(_ result: Result<String, GTPError>) -> String {
    let number = id.map(String.init) ?? ""
    return switch result {
    case .success(let text): "=\(number) \(text)\n\n"
    case .failure(let error): "?\(number) \(error.text)\n\n"
    }
  }
}

/// Why a command fails, in the words of the protocol where it has some.
struct GTPError: Error, Hashable {
  let text: String

  init(_ text: String) { self.text = text }

  static let unknownCommand = GTPError("unknown command")
  static let illegalMove = GTPError("illegal move")
  static let cannotUndo = GTPError("cannot undo")
  static let unacceptableSize = GTPError("unacceptable size")
  static let invalidVertex = GTPError("invalid color or coordinate")
  static let invalidColor = GTPError("invalid color")
  static let invalidHandicap = GTPError("invalid handicap")
  static let boardNotEmpty = GTPError("board not empty")
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}

extension Player {
  /// Reads `b`, `black`, `w` or `white`, in any case.
  init(gtp text: String?) throws(GTPError) {
    switch text?.lowercased() {
    case "b", "black": self = .first
    case "w", "white": self = .second
    default: throw .invalidColor
    }
  }

  /// `B` or `W`.
  var goLetter: String { self == .first ? "B" : "W" }
}
