/// What is proven about the outcome of a two-player game, from the view of one player: -1 a loss, 0 a draw, 1 a win.
///
/// MCTS-Solver (Winands, Björnsson and Saito 2008) with a bound from below and one from above, so that draws are
/// proven too (Cazenave and Saffidine 2010).
package struct ValueBounds: BitwiseCopyable, Equatable, Sendable {
  /// Both bounds in one number, as every new edge and node has to store it.
  private let packed: Int16

  package init(lower: Int8, upper: Int8) { packed = Int16(upper) << 8 | Int16(UInt8(bitPattern: lower)) }

  package var lower: Int8 { Int8(truncatingIfNeeded: packed) }
  package var upper: Int8 { Int8(truncatingIfNeeded: packed >> 8) }

  /// Nothing is proven.
  package static let open = ValueBounds(lower: -1, upper: 1)
  /// What is left to win after the end of a game: nothing.
  package static let ended = ValueBounds(lower: 0, upper: 0)

  package var isProven: Bool { lower == upper }
  package var isLost: Bool { upper < 0 }

  /// The same outcome from the view of the player whose step led there and brought `reward`.
  ///
  /// A reward of more or less than a win proves nothing, and neither does one before the end of the game.
  func seen(through reward: Float, flips: Bool) -> ValueBounds {
    let own = flips ? ValueBounds(lower: -upper, upper: -lower) : self
    if reward == 0 { return own }
    guard own == .ended, reward == 1 || reward == -1 else { return .open }
    return ValueBounds(lower: Int8(reward), upper: Int8(reward))
  }
}
