#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Mixes training examples with others of the batch (mixup, Zhang et al. 2018): row = share * row + (1 -
/// share) * the row that `partners` names, for inputs and targets alike. `rows` is [partners.count, width];
/// the result has the same size.
public func mix(
  _ rows: Span<Float>, partners: Span<Int32>, share: Float, into mixed: inout MutableSpan<Float>
) {
  let width = rowLength(rows, rows: partners.count)
  precondition(mixed.count >= rows.count, "the mixed rows do not fit")
  for row in partners.indices {
    let other = Int(partners[row]) * width
    for i in 0..<width {
      mixed[row * width + i] = share * rows[row * width + i] + (1 - share) * rows[other + i]
    }
  }
}

/// A share for `mix`, drawn from the Beta(alpha, alpha) distribution.
public func mixingShare(alpha: Float, using generator: inout some RandomNumberGenerator) -> Float {
  let (a, b) = (gamma(alpha, using: &generator), gamma(alpha, using: &generator))
  return a + b > 0 ? a / (a + b) : 0.5
}

/// Gamma distributed with scale one (Marsaglia and Tsang 2000).
private func gamma(_ shape: Float, using generator: inout some RandomNumberGenerator) -> Float {
  if shape < 1 {
    let boost = powf(1 - generator.uniform(), 1 / shape)
    return boost * gamma(shape + 1, using: &generator)
  }
  let d = shape - 1 / 3
  let c = 1 / (9 * d).squareRoot()
  while true {
    let x = generator.normal()
    let v = (1 + c * x) * (1 + c * x) * (1 + c * x)
    let u = 1 - generator.uniform()
    if v > 0 && naturalLogarithm(u) < 0.5 * x * x + d - d * v + d * naturalLogarithm(v) { return d * v }
  }
}

/// Takes `smoothing` of each row's mass and gives it evenly to all classes (Szegedy et al. 2016), in place;
/// `targets` is [rows, classes].
public func smoothLabels(_ targets: inout MutableSpan<Float>, classes: Int, by smoothing: Float) {
  precondition(classes > 0 && targets.count % classes == 0, "\(targets.count) targets of \(classes) classes")
  for row in 0..<(targets.count / classes) {
    var mass: Float = 0
    for i in 0..<classes { mass += targets[row * classes + i] }
    for i in (row * classes)..<((row + 1) * classes) {
      targets[i] = (1 - smoothing) * targets[i] + smoothing * mass / Float(classes)
    }
  }
}
