extension ChessMoveSets {
  /// The moves as actions. O(moves).
  func actions(occupied board: ChessBoard) -> ActionBits<73> {
    var actions = ActionBits<73>()
    let occupied = board.occupied
    for direction in ChessDirection.allCases {
      var rest = along[direction.rawValue]
      while rest != 0 {
        let target = rest.trailingZeroBitCount
        actions.insert(ChessMove(from: direction.origin(of: target, among: occupied), to: target).action)
        rest &= rest &- 1
      }
    }
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

  @inline(__always)
  private func insert(_ targets: UInt64, from: Int, into actions: inout ActionBits<73>) {
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
