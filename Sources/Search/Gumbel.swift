import Environments

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Planning by policy improvement (Danihelka, Guez, Schrittwieser and Silver 2022).
///
/// The root draws `considered` actions without replacement, by Gumbel noise, and halves them in turn; within the
/// tree a node plays the action that its improved policy is furthest behind with. The improved policy,
/// softmax(logits + sigma(completed values)), is better than the prior whatever the number of simulations.
public struct Gumbel: SelectionRule {
  /// Actions of the root that sequential halving starts with: 16 in the paper.
  public var considered: Int
  /// `c_scale` of the paper, times a value from 0 to 1: 0.1 in mctx with values scaled among siblings,
  /// 1 in the paper's board games with values scaled by the range of the game.
  public var valueScale: Float
  /// `c_visit` of the paper: 50.
  public var visitOffset: Float
  /// Weight of the Gumbel noise of plans that explore: 1 in self-play.
  public var noiseScale: Float
  public var scaling: ValueScaling

  public init(
    considered: Int = 16, valueScale: Float = 0.1, visitOffset: Float = 50, noiseScale: Float = 1,
    scaling: ValueScaling = .siblings
  ) {
    precondition(considered >= 1, "a search considers at least one action")
    self.considered = considered
    self.valueScale = valueScale
    self.visitOffset = visitOffset
    self.noiseScale = noiseScale
    self.scaling = scaling
  }

  public init() { self.init(considered: 16) }

  public static var triesEveryActionFirst: Bool { false }
  public var gumbel: Gumbel? { self }

  public func exploration(parentVisits: Int) -> Float { 1 / Float(parentVisits) }
  public func firstPlayValue(parentValue: Float) -> Float { parentValue }

  /// How far the visits are behind the improved policy, which comes in as the prior (equation 14).
  @inline(__always)
  public func score(value: Float, prior: Float, visits: Float, exploration: Float) -> Float {
    prior - visits * exploration
  }
}

/// Which visit counts the root's actions compete at, simulation by simulation (Karnin et al. 2013).
///
/// In every phase each of the remaining actions gets the same number of visits, then the better half goes on.
package struct SequentialHalving: BitwiseCopyable, Sendable {
  /// Visits that an action must have to take part in the coming simulation.
  package private(set) var wanted = 0
  private var remaining: Int
  private var leftInRound: Int
  private var leftInPhase: Int
  private let phases: Int
  private let simulations: Int

  /// A schedule for `simulations` over the best `considered` actions.
  package init(considered: Int, simulations: Int) {
    remaining = max(considered, 1)
    self.simulations = simulations
    phases = considered > 1 ? Int.bitWidth - (considered - 1).leadingZeroBitCount : 0
    leftInRound = remaining
    leftInPhase = 0
    leftInPhase = roundsOfPhase
  }

  private var roundsOfPhase: Int { phases == 0 ? .max : max(1, simulations / (phases * remaining)) }

  /// Goes on to the next simulation.
  package mutating func advance() {
    leftInRound -= 1
    if leftInRound > 0 { return }
    wanted += 1
    leftInPhase -= 1
    if leftInPhase == 0 {
      remaining = max(2, remaining / 2)
      leftInPhase = roundsOfPhase
    }
    leftInRound = remaining
  }
}

extension Random {
  /// A number of the standard Gumbel distribution.
  mutating func gumbel() -> Float {
    // Between 0 and 1, without either.
    let uniform = (Double(next() >> 11) + 0.5) * 0x1p-53
    return Float(-log(-log(uniform)))
  }
}
