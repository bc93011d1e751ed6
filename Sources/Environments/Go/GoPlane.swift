/// Something that the planes of a Go observation show, always from the view of the player to move.
public enum GoPlane: UInt8, CaseIterable, Sendable {
  /// Own stones, the opponent's stones.
  case stones = 1
  /// Own stones in chains of one and of two liberties, the same of the opponent.
  case liberties
  /// The last move.
  case lastMove
  /// Points forbidden by repetition.
  case ko
  /// Ones if Black is to move.
  case black
  /// Ones if the last action was a pass.
  case pass
  /// Legal points.
  case legal
  /// Own points that no move of the opponent can take away any more, and the opponent's (Benson 1976).
  case passAlive
  /// The komi that the player to move has, less what he gives, divided by twice the side.
  case komi
  /// Ones: on the board, where layers pad with zeros.
  case board
  /// Own stones and the opponent's on earlier boards, the latest first.
  case history

  /// How it is written in a list of names; `history` is followed by a colon and the number of boards.
  public var name: String {
    switch self {
    case .stones: "stones"
    case .liberties: "liberties"
    case .lastMove: "last_move"
    case .ko: "ko"
    case .black: "black"
    case .pass: "pass"
    case .legal: "legal"
    case .passAlive: "pass_alive"
    case .komi: "komi"
    case .board: "board"
    case .history: "history"
    }
  }
}

/// Which planes an observation has, in order, each kind at most once. Without references, as rules are copied often.
public struct GoPlanes: Hashable, Sendable {
  /// Four bits for each kind, the first one lowest; 0 ends the list.
  private var kinds: UInt64 = 0
  /// Earlier boards shown.
  public private(set) var boards = 0

  /// The ten planes of an agent that asks for nothing else.
  public static let standard = GoPlanes([.stones, .liberties, .lastMove, .ko, .black, .pass])

  /// The most earlier boards that a state keeps.
  public static let mostBoards = 7

  /// Kinds without `history`.
  init(_ planes: [GoPlane]) {
    for plane in planes.reversed() { kinds = kinds << 4 | UInt64(plane.rawValue) }
  }

  /// Reads names such as `stones` and `history:4`.
  public init(names: [String]) throws(RuleError) {
    guard !names.isEmpty else { throw RuleError("go: there are no planes; list one or more in planes") }
    var planes: [GoPlane] = []
    for name in names {
      let parts = name.split(separator: ":", omittingEmptySubsequences: false)
      guard let plane = GoPlane.allCases.first(where: { $0.name == parts[0] }) else {
        let known = GoPlane.allCases.map { $0 == .history ? "history:N" : $0.name }
        throw RuleError("go: '\(name)' is no kind of plane; choose from \(known.joined(separator: ", "))")
      }
      guard !planes.contains(plane) else {
        throw RuleError("go: planes holds '\(plane.name)' twice; name it once")
      }
      planes.append(plane)
      if plane == .history {
        guard parts.count == 2, let count = Int(parts[1]), 1...Self.mostBoards ~= count else {
          throw RuleError(
            "go: '\(name)' must name a number of earlier boards; write history:1 to history:\(Self.mostBoards)"
          )
        }
        boards = count
      } else if parts.count > 1 {
        throw RuleError("go: '\(name)' takes no number; write \(plane.name)")
      }
    }
    kinds = GoPlanes(planes).kinds
  }

  /// Number of planes.
  public var count: Int {
    var count = 0
    forEach { _, width in count += width }
    return count
  }

  /// Calls `body` with every kind in order and the number of its planes.
  @inline(__always)
  func forEach(_ body: (GoPlane, _ width: Int) -> Void) {
    var rest = kinds
    while let plane = GoPlane(rawValue: UInt8(rest & 15)) {
      body(plane, width(of: plane))
      rest >>= 4
    }
  }

  private func width(of plane: GoPlane) -> Int {
    switch plane {
    case .stones, .passAlive: 2
    case .liberties: 4
    case .history: 2 * boards
    case .lastMove, .ko, .black, .pass, .legal, .komi, .board: 1
    }
  }
}
