extension ChessMoveSets {
  /// The moves of a board as actions.
  func actions(of board: ChessBoard) -> ChessActions {
    var actions = ChessActions()
    for direction in ChessDirection.allCases { insert(direction, of: board, into: &actions) }
    for index in promotions.indices {
      var rest = promotions[index]
      while rest != 0 {
        for piece in 0..<3 { actions.insert(promotion(to: rest.trailingZeroBitCount, index, piece).action) }
        rest &= rest &- 1
      }
    }
    var knights = knights
    while knights != 0 {
      let from = knights.trailingZeroBitCount
      insert(
        ChessGeometry.knightMoves(from: ChessGeometry.bit(from)) & knightTargets, from: from, into: &actions)
      knights &= knights &- 1
    }
    insert(king, from: board.king, into: &actions)
    return actions
  }

  /// Adds the moves in a direction, all those of one distance at a time.
  @inline(__always)
  private func insert(
    _ direction: ChessDirection, of board: ChessBoard, into actions: inout ChessActions
  ) {
    var remaining = along[direction.rawValue]
    var reached = board.occupied
    var distance = 0
    while remaining != 0 {
      reached = direction.shift(reached)
      distance &+= 1
      // What stands nearest behind a square moves there, so it is met first.
      let arrived = reached & remaining
      if arrived != 0 {
        let origins = ChessDirection.shift(arrived, by: 0 &- distance &* direction.step)
        actions.insert(origins, into: direction.rawValue &* 7 &+ distance &- 1)
      }
      remaining ^= arrived
      reached &= ~board.occupied
    }
  }

  @inline(__always)
  private func insert(_ targets: UInt64, from: Int, into actions: inout ChessActions) {
    var rest = targets
    while rest != 0 {
      actions.insert(ChessMove(from: from, to: rest.trailingZeroBitCount).action)
      rest &= rest &- 1
    }
  }

  /// The pawn's move to a square of `promotions[index]`, to one of the three lesser pieces.
  @inline(__always)
  func promotion(to target: Int, _ index: Int, _ piece: Int) -> ChessMove {
    ChessMove(
      from: target &- (index == 0 ? 8 : index == 1 ? 9 : 7), to: target,
      underpromotion: ChessMove.minorPiece(piece))
  }
}
