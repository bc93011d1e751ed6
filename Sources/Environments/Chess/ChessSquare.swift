/// Names of squares, as White sees the board: `a1` is 0, `h8` is 63.
enum ChessSquare {
  static func name(_ square: Int) -> String { "\(file(square))\(rank(square))" }

  static func file(_ square: Int) -> Character { Character(Unicode.Scalar(UInt8(97 + square & 7))) }

  static func rank(_ square: Int) -> Character { Character(Unicode.Scalar(UInt8(49 + square >> 3))) }

  /// 0 to 7 for `a` to `h`.
  static func file(_ character: Character) -> Int? {
    character.asciiValue.flatMap { 97...104 ~= $0 ? Int($0) - 97 : nil }
  }

  /// 0 to 7 for `1` to `8`.
  static func rank(_ character: Character) -> Int? {
    character.asciiValue.flatMap { 49...56 ~= $0 ? Int($0) - 49 : nil }
  }

  /// The square with this name of two characters.
  static func square(_ name: some Collection<Character>) -> Int? {
    guard name.count == 2, let first = name.first, let last = name.dropFirst().first,
      let file = file(first), let rank = rank(last)
    else { return nil }
    return rank * 8 + file
  }
}
