extension ChessBoard {
  /// A uniformly random legal move of a position that has one.
  ///
  /// Draws from the sets of moves, which are exact but for the king's steps into attacked squares; such a
  /// step is thrown back and drawn anew, which leaves all legal moves equally likely.
  func randomMove(using random: inout Random) -> ChessMove {
    let moves = ChessMoveSets(self)
    let counts = ChessMoveCounts(moves)
    while true {
      let move = self.move(atRank: random.integer(below: counts.total), of: moves, counts)
      if move.from != king || isSafe(forKingTo: move.to) { return move }
    }
  }

  /// The moves in the order of the sets: king, directions, knights, lesser promotions.
  @inline(__always)
  private func move(atRank rank: Int, of moves: ChessMoveSets, _ counts: ChessMoveCounts) -> ChessMove {
    var rank = rank
    if rank < counts.king { return ChessMove(from: king, to: moves.king.square(atRank: rank)) }
    rank &-= counts.king
    for direction in ChessDirection.allCases {
      let count = counts.along[direction.rawValue]
      if rank < count {
        let target = moves.along[direction.rawValue].square(atRank: rank)
        return ChessMove(from: direction.origin(of: target, among: occupied), to: target)
      }
      rank &-= count
    }
    var knights = moves.knights
    while knights != 0 {
      let from = knights.trailingZeroBitCount
      let targets = ChessGeometry.knightMoves(from: ChessGeometry.bit(from)) & moves.knightTargets
      let count = targets.nonzeroBitCount
      if rank < count { return ChessMove(from: from, to: targets.square(atRank: rank)) }
      rank &-= count
      knights &= knights &- 1
    }
    for index in moves.promotions.indices {
      let count = moves.promotions[index].nonzeroBitCount &* 3
      if rank < count {
        return moves.promotion(to: moves.promotions[index].square(atRank: rank / 3), index, rank % 3)
      }
      rank &-= count
    }
    preconditionFailure("rank beyond the number of moves")
  }
}

/// How many moves the sets hold.
struct ChessMoveCounts {
  private(set) var along = InlineArray<8, Int>(repeating: 0)
  let king: Int
  private(set) var total: Int

  @inline(__always)
  init(_ moves: ChessMoveSets) {
    king = moves.king.nonzeroBitCount
    total = king
    for direction in along.indices {
      along[direction] = moves.along[direction].nonzeroBitCount
      total &+= along[direction]
    }
    var knights = moves.knights
    while knights != 0 {
      total &+=
        (ChessGeometry.knightMoves(from: knights & (0 &- knights)) & moves.knightTargets).nonzeroBitCount
      knights &= knights &- 1
    }
    let promotions = moves.promotions[0] | moves.promotions[1] | moves.promotions[2]
    if promotions != 0 {
      for index in moves.promotions.indices { total &+= moves.promotions[index].nonzeroBitCount &* 3 }
    }
  }
}

extension UInt64 {
  /// The square with `rank` lower ones in the set. O(rank): ranks in a direction are small.
  @inline(__always)
  fileprivate func square(atRank rank: Int) -> Int {
    var rest = self
    for _ in 0..<rank { rest &= rest &- 1 }
    return rest.trailingZeroBitCount
  }
}
