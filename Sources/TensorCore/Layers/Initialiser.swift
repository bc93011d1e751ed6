/// How weights are drawn at first.
public enum Initialiser: Hashable, Sendable {
  /// Normal with variance 2 / inputs (He et al. 2015), for layers followed by a ReLU.
  case he
  /// Uniform with variance 2 / (inputs + outputs) (Glorot and Bengio 2010).
  case xavier
  /// Rows (or columns, if there are fewer of them) of unit length at right angles to each other, times `gain`
  /// (Saxe et al. 2014).
  case orthogonal(gain: Float = 1)

  /// Fills a weight [outputs, inputs per output].
  public func fill(
    _ values: UnsafeMutableBufferPointer<Float>, inputs: Int, outputs: Int,
    using generator: inout some RandomNumberGenerator
  ) {
    switch self {
    case .he:
      let deviation = (2 / Float(inputs)).squareRoot()
      for i in values.indices { values[i] = deviation * generator.normal() }
    case .xavier:
      let limit = (6 / Float(inputs + outputs)).squareRoot()
      for i in values.indices { values[i] = limit * (2 * generator.uniform() - 1) }
    case .orthogonal(let gain):
      for i in values.indices { values[i] = generator.normal() }
      orthogonalise(values, rows: values.count / max(inputs, 1), columns: inputs, gain: gain)
    }
  }

  /// Modified Gram and Schmidt on rows, or on columns if there are fewer of them.
  private func orthogonalise(
    _ values: UnsafeMutableBufferPointer<Float>, rows: Int, columns: Int, gain: Float
  ) {
    let byRow = rows <= columns
    let (count, length) = byRow ? (rows, columns) : (columns, rows)
    func place(_ vector: Int, _ i: Int) -> Int { byRow ? vector * columns + i : i * columns + vector }
    func dot(_ a: Int, _ b: Int) -> Double {
      (0..<length).reduce(0) { $0 + Double(values[place(a, $1)]) * Double(values[place(b, $1)]) }
    }
    for vector in 0..<count {
      // The second round removes what rounding left of the first.
      for earlier in Array(0..<vector) + Array(0..<vector) {
        let along = Float(dot(vector, earlier))
        for i in 0..<length { values[place(vector, i)] -= along * values[place(earlier, i)] }
      }
      let scale = 1 / Float(dot(vector, vector).squareRoot())
      for i in 0..<length { values[place(vector, i)] *= scale }
    }
    for i in values.indices { values[i] *= gain }
  }
}
