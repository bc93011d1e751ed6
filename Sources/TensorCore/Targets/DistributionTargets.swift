/// Evenly spaced values on which a distribution of returns lies.
public struct ValueSupport: Codable, Hashable, Sendable {
  public let low: Float
  public let high: Float
  /// At least two.
  public let atoms: Int

  public init(low: Float, high: Float, atoms: Int) {
    precondition(atoms > 1 && low < high, "\(atoms) atoms from \(low) to \(high)")
    self.low = low
    self.high = high
    self.atoms = atoms
  }

  /// The value of an atom.
  public subscript(atom: Int) -> Float { low + Float(atom) * (high - low) / Float(atoms - 1) }

  /// Adds `mass` at `value` to the two nearest atoms of a distribution that starts at `start`, the nearer one
  /// the more; values outside count as the ends. What is no number makes the distribution none.
  public func add(_ mass: Float, at value: Float, to distribution: inout MutableSpan<Float>, from start: Int)
  {
    guard !value.isNaN else { return distribution[start] = .nan }
    let place = (min(max(value, low), high) - low) / (high - low) * Float(atoms - 1)
    let lower = min(Int(place), atoms - 2)
    let share = place - Float(lower)
    distribution[start + lower] += mass * (1 - share)
    distribution[start + lower + 1] += mass * share
  }

  /// The mean of a distribution.
  public func mean(_ distribution: Span<Float>, from start: Int = 0) -> Float {
    var mean: Float = 0
    for atom in 0..<atoms { mean += distribution[start + atom] * self[atom] }
    return mean
  }

  /// Numbers as distributions on the two atoms around them: [n] to [n, atoms].
  public func twoHot(_ values: Span<Float>, into distributions: inout MutableSpan<Float>) {
    for i in distributions.indices { distributions[i] = 0 }
    for i in values.indices { add(1, at: values[i], to: &distributions, from: i * atoms) }
  }

  /// C51's projection (Bellemare et al. 2017, algorithm 1): the distribution of reward + discount * Z on the
  /// atoms again. `probabilities` is [rows, atoms], the result too.
  public func project(
    _ probabilities: Span<Float>, rewards: Span<Float>, discounts: Span<Float>,
    into projected: inout MutableSpan<Float>
  ) {
    for i in projected.indices { projected[i] = 0 }
    for row in rewards.indices {
      projectRow(probabilities, row * atoms, rewards[row], discounts[row], &projected, row * atoms)
    }
  }

  /// The target distributions of C51: those of the next state's best action, projected. `probabilities` is
  /// [rows, actions, atoms]; the best action has the largest value in `selecting`, [rows, actions]; the
  /// result is [rows, atoms].
  public func targets(
    _ probabilities: Span<Float>, selecting: Span<Float>, rewards: Span<Float>, discounts: Span<Float>,
    into projected: inout MutableSpan<Float>
  ) {
    let actions = rowLength(selecting, rows: rewards.count)
    for i in projected.indices { projected[i] = 0 }
    for row in rewards.indices {
      let best = largest(of: selecting, from: row * actions, count: actions)
      projectRow(
        probabilities, (row * actions + best) * atoms, rewards[row], discounts[row], &projected, row * atoms)
    }
  }

  private func projectRow(
    _ probabilities: Span<Float>, _ from: Int, _ reward: Float, _ discount: Float,
    _ projected: inout MutableSpan<Float>, _ to: Int
  ) {
    for atom in 0..<atoms {
      add(probabilities[from + atom], at: reward + discount * self[atom], to: &projected, from: to)
    }
  }
}

/// The target quantiles of QR-DQN (Dabney et al. 2018), into [rows, quantiles]: reward + discount * those of the next
/// state's action with the largest value in `selecting` [rows, actions], by whichever network. `nextQuantiles` is
/// [rows, actions, quantiles].
public func quantileTargets(
  rewards: Span<Float>, discounts: Span<Float>, nextQuantiles: Span<Float>, selecting: Span<Float>,
  into targets: inout MutableSpan<Float>
) {
  let actions = rowLength(selecting, rows: rewards.count)
  let quantiles = rowLength(nextQuantiles, rows: selecting.count)
  for row in rewards.indices {
    let best = largest(of: selecting, from: row * actions, count: actions)
    let start = (row * actions + best) * quantiles
    for i in 0..<quantiles {
      targets[row * quantiles + i] = rewards[row] + discounts[row] * nextQuantiles[start + i]
    }
  }
}

/// The signed hyperbolic transform that tames returns of any size (Pohlen et al. 2018).
public struct ValueTransform: Codable, Hashable, Sendable {
  public let epsilon: Float

  public init(epsilon: Float = 1e-3) { self.epsilon = epsilon }

  /// sign(x) (sqrt(|x| + 1) - 1) + epsilon x.
  public func callAsFunction(_ x: Float) -> Float {
    (x < 0 ? -1 : 1) * ((abs(x) + 1).squareRoot() - 1) + epsilon * x
  }

  /// The x whose transform is y.
  public func inverse(_ y: Float) -> Float {
    // Single precision would lose half its digits in the difference of the root and 1.
    let (e, size) = (Double(epsilon), Double(abs(y)))
    let root = ((1 + 4 * e * (size + 1 + e)).squareRoot() - 1) / (2 * e)
    return Float((y < 0 ? -1 : 1) * (root * root - 1))
  }
}
