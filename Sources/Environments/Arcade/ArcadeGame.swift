/// The five games of MinAtar.
public enum ArcadeGame: Hashable, Sendable, CaseIterable {
  case asterix, breakout, freeway, seaquest, spaceInvaders

  /// Planes of an observation.
  public var planeCount: Int {
    switch self {
    case .asterix: Asterix.planeCount
    case .breakout: Breakout.planeCount
    case .freeway: Freeway.planeCount
    case .seaquest: Seaquest.planeCount
    case .spaceInvaders: SpaceInvaders.planeCount
    }
  }

  /// Whether enemies can come faster and more often as an episode goes on.
  public var hasDifficulty: Bool {
    switch self {
    case .asterix, .seaquest, .spaceInvaders: true
    case .breakout, .freeway: false
    }
  }

  /// The actions the game has a use for, in rising order; doing nothing is the first.
  public var usefulActions: [ArcadeAction] {
    switch self {
    case .asterix: [.nothing, .left, .up, .right, .down]
    case .breakout: [.nothing, .left, .right]
    case .freeway: [.nothing, .up, .down]
    case .seaquest: ArcadeAction.allCases
    case .spaceInvaders: [.nothing, .left, .right, .fire]
    }
  }
}

/// The six actions of every arcade game; a game ignores those it has no use for.
public enum ArcadeAction: UInt8, Hashable, Sendable, BitwiseCopyable, CaseIterable {
  case nothing, left, up, right, down, fire
}

/// The 10 x 10 cells of one arcade game and all that moves on them: the rules without what MinAtar adds to
/// every game. Row 0 is on top; columns count from the left.
public protocol ArcadeBoard: Sendable, BitwiseCopyable {
  /// Planes of an observation.
  static var planeCount: Int { get }
  /// The first board of an episode.
  init(using random: inout some RandomSource)
  /// Plays one frame. Games without a difficulty take no notice of `ramping`.
  mutating func advance(
    taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
  ) -> (reward: Float, isOver: Bool)
  /// Sets the occupied cells, [planes, 10, 10], of planes that are all 0.
  func observe(into planes: inout MutableSpan<Float>)
  /// A hash of the whole board.
  var key: UInt64 { get }
  /// How often the difficulty has risen.
  var difficulty: Int { get }
  /// What a cell shows.
  func symbol(row: Int, column: Int) -> Character
  /// What is to be known besides the cells, in one line.
  var statusLine: String? { get }
}

extension ArcadeBoard {
  public var difficulty: Int { 0 }
  public var statusLine: String? { nil }
}

extension MinAtar {
  /// The board of whichever game is played.
  public enum Board: Sendable, BitwiseCopyable {
    case asterix(Asterix)
    case breakout(Breakout)
    case freeway(Freeway)
    case seaquest(Seaquest)
    case spaceInvaders(SpaceInvaders)

    init(_ game: ArcadeGame, using random: inout some RandomSource) {
      self =
        switch game {
        case .asterix: .asterix(Asterix(using: &random))
        case .breakout: .breakout(Breakout(using: &random))
        case .freeway: .freeway(Freeway(using: &random))
        case .seaquest: .seaquest(Seaquest(using: &random))
        case .spaceInvaders: .spaceInvaders(SpaceInvaders(using: &random))
        }
    }

    /// The board as a value of its own; for drawings and tests, as it allocates.
    public var contents: any ArcadeBoard {
      switch self {
      case .asterix(let board): board
      case .breakout(let board): board
      case .freeway(let board): board
      case .seaquest(let board): board
      case .spaceInvaders(let board): board
      }
    }

    var key: UInt64 {
      switch self {
      case .asterix(let board): board.key
      case .breakout(let board): board.key
      case .freeway(let board): board.key
      case .seaquest(let board): board.key
      case .spaceInvaders(let board): board.key
      }
    }

    @inline(__always)
    mutating func advance(
      taking action: ArcadeAction, ramping: Bool, using random: inout some RandomSource
    ) -> (reward: Float, isOver: Bool) {
      switch self {
      case .asterix(var board):
        defer { self = .asterix(board) }
        return board.advance(taking: action, ramping: ramping, using: &random)
      case .breakout(var board):
        defer { self = .breakout(board) }
        return board.advance(taking: action, ramping: ramping, using: &random)
      case .freeway(var board):
        defer { self = .freeway(board) }
        return board.advance(taking: action, ramping: ramping, using: &random)
      case .seaquest(var board):
        defer { self = .seaquest(board) }
        return board.advance(taking: action, ramping: ramping, using: &random)
      case .spaceInvaders(var board):
        defer { self = .spaceInvaders(board) }
        return board.advance(taking: action, ramping: ramping, using: &random)
      }
    }

    @inline(__always)
    func observe(into planes: inout MutableSpan<Float>) {
      switch self {
      case .asterix(let board): board.observe(into: &planes)
      case .breakout(let board): board.observe(into: &planes)
      case .freeway(let board): board.observe(into: &planes)
      case .seaquest(let board): board.observe(into: &planes)
      case .spaceInvaders(let board): board.observe(into: &planes)
      }
    }
  }
}
