/// One of the four directions on a grid, clockwise from the right (the numbers of MiniGrid).
public enum Heading: UInt8, Hashable, Sendable, CaseIterable {
  case right, down, left, up

  /// The heading with this number modulo 4.
  public init(wrapping number: Int) {
    self =
      switch number & 3 {
      case 0: .right
      case 1: .down
      case 2: .left
      default: .up
      }
  }

  /// Rows gained by one step; row 0 is on top.
  public var rowStep: Int { self == .down ? 1 : self == .up ? -1 : 0 }
  /// Columns gained by one step.
  public var columnStep: Int { self == .right ? 1 : self == .left ? -1 : 0 }

  /// A quarter turn to the right.
  public var clockwise: Heading { Heading(wrapping: Int(rawValue) + 1) }
  /// A quarter turn to the left.
  public var counterclockwise: Heading { Heading(wrapping: Int(rawValue) + 3) }
  public var opposite: Heading { Heading(wrapping: Int(rawValue) + 2) }

  /// `>`, `v`, `<` or `^`.
  public var symbol: Character {
    switch self {
    case .right: ">"
    case .down: "v"
    case .left: "<"
    case .up: "^"
    }
  }
}
