import Environments
import Search

/// When an agent may pass: stones that are dead in its eyes count as alive if nobody takes them.
enum GoPassing: Hashable, Sendable {
  /// Whenever it chooses to.
  case free
  /// Only if the board as it stands is won, or no other move is better than a loss; and it plays no point
  /// that is its own for good.
  case capturesDeadStones
}

extension GoGame {
  /// The value below which a move counts as lost.
  private static var lost: Float { -0.9 }

  /// The decision's action, unless that is a pass on a board that is not won as it stands, or a move within
  /// what is the mover's for good (Benson 1976): then the candidate with the largest share that is neither.
  func lastingAction(of decision: Decision, in state: State) -> Action {
    let sign: Float = playerToMove(in: state) == .first ? 1 : -1
    let isWon = margin(of: state) * sign > 0
    // Dead stones within such an area are worth taking: their points do not count yet.
    let (owners, counted) = (passAliveOwnership(of: state), ownership(of: state))
    func isWaste(_ action: Action) -> Bool {
      action != pass && owners[action.index] == Int8(sign) && counted[action.index] == Int8(sign)
    }
    if decision.action == pass ? isWon : !isWaste(decision.action) { return decision.action }
    let others = decision.candidates.filter { $0.action != pass && !isWaste($0.action) && $0.visits > 0 }
    let best = others.first { ($0.value ?? 0) > Self.lost }
    if decision.action == pass { return best?.action ?? pass }
    // A wasted move is worth no less than a pass, where that keeps the win.
    return isWon ? pass : best?.action ?? others.first?.action ?? pass
  }
}
