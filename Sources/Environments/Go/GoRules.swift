/// What is forbidden besides playing on a stone.
public enum GoRepetition: String, Hashable, Sendable, CaseIterable, Codable {
  /// No earlier board of the game may be recreated.
  case positionalSuperko
  /// No earlier board with the same side to move next may be recreated.
  case situationalSuperko
  /// The board before the opponent's last move may not be recreated.
  case simpleKo
}

/// The rules of a game of Go with area scoring: own stones, plus empty regions that touch only own stones;
/// nothing is removed as dead. With suicide and positional superko these are Tromp's and Taylor's rules (1995).
public struct GoRules: Hashable, Sendable {
  /// Points along each side of the board, 2 to 19.
  public var side: Int
  /// Points that White, who moves second, is given: a multiple of one half.
  public var komi: Float
  /// Each game draws its komi, evenly, from `komi` - spread, one more, and so on up to `komi` + spread: who
  /// learns with the plane `komi` then knows what each is worth. A multiple of one half; 0 for always the same.
  public var komiSpread: Float = 0
  public var repetition: GoRepetition
  /// Whether a move may take off its own chain (the stones of the other side go first).
  public var allowsSuicide: Bool
  /// Moves and passes after which the board is scored as it stands, or nil for 4 x side x side.
  public var moveLimit: Int?
  /// Black's stones before the first move, which then is White's: 0, or 2 to 9 on the usual points.
  public var handicap: Int
  /// Whether the game also ends when every point is pass-alive for one of the players (Benson 1976). The dead
  /// stones within such areas need not be taken off then.
  public var endsWhenDecided: Bool
  /// What an observation shows.
  public var planes: GoPlanes

  public init(
    side: Int = 9, komi: Float = 7, repetition: GoRepetition = .positionalSuperko,
    allowsSuicide: Bool = false, moveLimit: Int? = nil, handicap: Int = 0, endsWhenDecided: Bool = false,
    planes: GoPlanes = .standard
  ) {
    self.side = side
    self.komi = komi
    self.repetition = repetition
    self.allowsSuicide = allowsSuicide
    self.moveLimit = moveLimit
    self.handicap = handicap
    self.endsWhenDecided = endsWhenDecided
    self.planes = planes
  }
}

/// What a single move needs of the rules: three bytes, as they go with every move.
struct GoMoveRules: Sendable {
  var repetition: GoRepetition
  var allowsSuicide: Bool
  /// Earlier boards that the planes show.
  var boards: UInt8
}

/// Boards up to 7 x 7, 9 x 9, 13 x 13 and 19 x 19. Small boards have small states.
public typealias Go7 = Go<73, 1, 256, UInt8>
public typealias Go9 = Go<111, 2, 512, UInt8>
public typealias Go13 = Go<211, 3, 1024, UInt8>
public typealias Go19 = Go<421, 6, 2048, UInt16>
