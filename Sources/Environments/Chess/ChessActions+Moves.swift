extension ChessActions {
  /// The moves of a board.
  init(_ moves: ChessMoveSets, of board: ChessBoard) {
    self.init()
    for direction in ChessDirection.allCases {
      insert(moves.along[direction.rawValue], arrivingFrom: direction, on: board)
    }
    for index in moves.promotions.indices {
      var rest = moves.promotions[index]
      while rest != 0 {
        for piece in 0..<3 {
          insert(moves.promotion(to: rest.trailingZeroBitCount, index, piece).action)
        }
        rest &= rest &- 1
      }
    }
    var knights = moves.knights
    while knights != 0 {
      let from = knights.trailingZeroBitCount
      insert(ChessGeometry.knightMoves(from: ChessGeometry.bit(from)) & moves.knightTargets, from: from)
      knights &= knights &- 1
    }
    insert(moves.king, from: board.king)
  }

  /// Adds the moves to these squares in a direction, all those of one distance at a time.
  @inline(__always)
  private mutating func insert(
    _ targets: UInt64, arrivingFrom direction: ChessDirection, on board: ChessBoard
  ) {
    var remaining = targets
    var reached = board.occupied
    var distance = 0
    while remaining != 0 {
      reached = direction.shift(reached)
      distance &+= 1
      // What stands nearest behind a square moves there, so it is met first.
      let arrived = reached & remaining
      if arrived != 0 {
        let origins = ChessDirection.shift(arrived, by: 0 &- distance &* direction.step)
        insert(origins, into: direction.rawValue &* 7 &+ distance &- 1)
      }
      remaining ^= arrived
      reached &= ~board.occupied
    }
  }

  @inline(__always)
  private mutating func insert(_ targets: UInt64, from: Int) {
    var rest = targets
    while rest != 0 {
      insert(ChessMove(from: from, to: rest.trailingZeroBitCount).action)
      rest &= rest &- 1
    }
  }
}

extension ChessMoveSets {
  /// The pawn's move to a square of `promotions[index]`, to one of the three lesser pieces.
  @inline(__always)
  func promotion(to target: Int, _ index: Int, _ piece: Int) -> ChessMove {
    ChessMove(
      from: target &- (index == 0 ? 8 : index == 1 ? 9 : 7), to: target,
      underpromotion: ChessMove.minorPiece(piece))
  }
}
