import Foundation

extension AlphaZeroParameters.SelfPlayParameters {
  /// The temperature at which the move of a ply is drawn; 0 plays the best one.
  package func temperature(ofPly ply: Int) -> Float {
    guard temperatureHalfLife > 0 else { return ply < temperaturePlies ? temperature : 0 }
    return finalTemperature + (temperature - finalTemperature) * exp2(-Float(ply) / temperatureHalfLife)
  }
}

extension AlphaZeroParameters.TrainingParameters {
  /// How many of the newest samples are trained on once so many positions have been played: a power law of
  /// their number (Wu 2019, appendix C), at most the window.
  package func windowSize(afterPositions positions: Int) -> Int {
    guard windowStart > 0, positions > windowStart else { return windowStart > 0 ? windowStart : window }
    let start = Double(windowStart)
    let exponent = Double(windowExponent)
    let growth = (pow(Double(positions) / start, exponent) - 1) / exponent
    return Int(min(start * (1 + Double(windowGrowth) * growth), Double(window)))
  }
}
