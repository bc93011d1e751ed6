/// Why a game of chess is over.
public enum ChessEnding: UInt8, Hashable, Sendable, CaseIterable {
  case checkmate
  case stalemate
  /// Bare kings, one minor piece, or only bishops all on one colour.
  case insufficientMaterial
  /// A position for the fifth time (article 9.6.1 of FIDE's laws of 2023).
  case fivefoldRepetition
  /// 75 moves of each side without a capture or a pawn's move (9.6.2).
  case seventyFiveMoves
  /// A position for the third time, where claims are made for the players (9.2).
  case threefoldRepetition
  /// 50 such moves, where claims are made for the players (9.3).
  case fiftyMoves
}

/// Which draws end a game of chess besides stalemate.
public enum ChessDraws: UInt8, Hashable, Sendable, CaseIterable {
  /// Those that need no claim: insufficient material, fivefold repetition and 75 moves.
  case automatic
  /// Also those that a player may claim, as if one always did: threefold repetition and 50 moves.
  case claimed
  /// None, as published counts of move sequences want it.
  case never
}
