/// How a network gives the values of actions: the parts of Rainbow (Hessel et al. 2018) that concern a network, in
/// any combination.
public struct ActionValueHead: Codable, Hashable, Sendable {
  /// What is learned of the return of an action.
  public enum Distribution: Codable, Hashable, Sendable {
    /// Its expectation only.
    case expectation
    /// Probabilities of fixed returns (Bellemare et al. 2017).
    case categorical(ValueSupport)
    /// Its quantiles at (i + 1/2) / count (Dabney et al. 2018).
    case quantile(count: Int)

    /// Floats that the network says about each action.
    public var atoms: Int {
      switch self {
      case .expectation: 1
      case .categorical(let support): support.atoms
      case .quantile(let count): count
      }
    }
  }

  public var distribution = Distribution.expectation
  /// Whether the value of the state and the advantages of actions come from two streams (Wang et al. 2016).
  public var isDuelling = false
  /// Hidden units of each stream of a duelling head; 0 for one dense layer only.
  public var streamHidden = 0
  /// The starting deviation of the noise on the weights of dense layers (Fortunato et al. 2018: 0.5); 0 for none.
  public var noise: Float = 0

  /// The expectation from one stream without noise: the head of Mnih et al. 2015.
  public init() {}
}

extension ActionValueHead {
  /// What is wrong with it, as a file may ask for anything; nil if nothing is.
  var problem: String? {
    if !(noise >= 0 && noise <= 100) { return "noise \(noise); use 0 to 100" }
    if !(0...65_536 ~= streamHidden) { return "\(streamHidden) hidden units; use 0 to 65536" }
    if !isDuelling && streamHidden > 0 { return "hidden units of streams that are not there; use duelling" }
    if !(1...4096 ~= distribution.atoms) { return "\(distribution.atoms) atoms; use 1 to 4096" }
    if case .categorical(let support) = distribution {
      let isRange = support.low < support.high && (support.high - support.low).isFinite
      if support.atoms < 2 || !isRange {
        return "\(support.atoms) atoms from \(support.low) to \(support.high); use two or more on a range"
      }
    }
    return nil
  }
}

extension NetworkDescription {
  /// How the values of actions are given; the plain head for networks that give none.
  public var actionValueHead: ActionValueHead {
    if case .actionValues(_, let head?) = heads { head } else { ActionValueHead() }
  }

  /// A dense layer, noisy if the description's head is.
  func makeDense(
    _ name: String, inputs: Int, outputs: Int, initialiser: Initialiser = .he,
    in layout: inout ParameterLayout
  ) -> any PlannedLayer {
    let noise = actionValueHead.noise
    return noise > 0
      ? NoisyDense(name: name, inputs: inputs, outputs: outputs, deviation: noise, in: &layout)
      : Dense(name: name, inputs: inputs, outputs: outputs, initialiser: initialiser, in: &layout)
  }
}
