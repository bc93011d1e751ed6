extension GridMap {
  /// What is on a cell, as a map writes it.
  public enum Tile: UInt8, Hashable, Sendable, CaseIterable {
    case floor, wall, start, goal, hole, lava, cliff, ice
    /// One-way cells: left only in their direction, and never entered against it.
    case oneWayRight, oneWayDown, oneWayLeft, oneWayUp
    case key, ball, box, openDoor, closedDoor, lockedDoor

    /// The tile that this character stands for, or nil.
    public init?(_ character: Character) {
      if character == "F" {
        self = .floor
      } else {
        guard let tile = Self.allCases.first(where: { $0.symbol == character }) else { return nil }
        self = tile
      }
    }

    /// The character a map shows it as.
    public var symbol: Character {
      switch self {
      case .floor: "."
      case .wall: "#"
      case .start: "S"
      case .goal: "G"
      case .hole: "H"
      case .lava: "~"
      case .cliff: "C"
      case .ice: "I"
      case .oneWayRight: ">"
      case .oneWayDown: "v"
      case .oneWayLeft: "<"
      case .oneWayUp: "^"
      case .key: "K"
      case .ball: "B"
      case .box: "X"
      case .openDoor: "O"
      case .closedDoor: "D"
      case .lockedDoor: "L"
      }
    }

    /// Whether arriving here ends the episode.
    public var isFinal: Bool { self == .goal || self == .hole || self == .lava }

    /// Keys, balls, boxes and doors have a colour.
    public var isColored: Bool { rawValue >= Tile.key.rawValue }

    /// The direction of a one-way cell.
    public var oneWay: Heading? {
      switch self {
      case .oneWayRight: .right
      case .oneWayDown: .down
      case .oneWayLeft: .left
      case .oneWayUp: .up
      default: nil
      }
    }
  }

  /// The colour of a key, ball, box or door (the numbers of MiniGrid).
  public enum Color: UInt8, Hashable, Sendable, CaseIterable {
    case red, green, blue, purple, yellow, grey

    /// The colour with this English name, or nil.
    public init?(named name: String) {
      guard let color = Self.allCases.first(where: { $0.name == name }) else { return nil }
      self = color
    }

    public var name: String { "\(self)" }
  }
}
