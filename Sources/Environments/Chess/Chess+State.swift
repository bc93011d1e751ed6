extension Chess {
  /// A position with the past that matters: a plain value without references.
  public struct State: Sendable {
    var board: ChessBoard
    /// Why the game is over, nil while it goes on.
    public internal(set) var ending: ChessEnding?
    /// Moves of both sides since the last capture or pawn's move.
    public private(set) var halfmoveClock: Int
    /// Number of the move, from 1; it rises after Black's.
    public private(set) var moveNumber: Int
    /// How often this position has occurred since the last capture or pawn's move, itself included.
    public private(set) var occurrences = 1
    /// Hashes of the positions since the last capture or pawn's move, without the present one. The 75 moves
    /// rule bounds their number.
    private var past = InlineArray<150, UInt64>(repeating: 0)
    private var pastCount = 0

    init(_ board: ChessBoard, halfmoveClock: Int = 0, moveNumber: Int = 1) {
      self.board = board
      self.halfmoveClock = halfmoveClock
      self.moveNumber = moveNumber
    }

    @inline(__always)
    mutating func play(_ move: ChessMove, remembersPositions: Bool) {
      if board.isBlackToMove { moveNumber &+= 1 }
      let key = board.key
      if board.play(move) {
        halfmoveClock = 0
        pastCount = 0
      } else {
        halfmoveClock &+= 1
        if remembersPositions {
          past[pastCount] = key
          pastCount &+= 1
        }
      }
      occurrences = 1 &+ earlierOccurrences()
    }

    /// How often the position is in the past. It takes two moves of each side to come back to a position.
    @inline(__always)
    private mutating func earlierOccurrences() -> Int {
      var count = 0
      var index = pastCount &- 4
      while index >= 0 {
        if past[index] == board.key { count &+= 1 }
        index &-= 2
      }
      return count
    }

    /// A hash of everything but the number of the move. O(past).
    func hash() -> UInt64 {
      var sum = UInt64(halfmoveClock) << 8 | UInt64(ending.map { $0.rawValue + 1 } ?? 0)
      for index in 0..<pastCount { sum &+= Random.mix(past[index]) }
      return Random.mix(board.key ^ Random.mix(sum))
    }
  }
}
