import Environments
import Search
import Testing

@Suite struct RootNoiseTests {
  @Test(
    "Dirichlet noise adds up to 1, is not negative, and spreads as it should", arguments: [0.03, 0.3, 1, 5])
  func dirichlet(alpha: Double) {
    var random = Random(seed: 21, purpose: .test)
    let count = 10
    var sample = [Float](repeating: 0, count: count)
    var squares = 0.0
    for _ in 0..<4000 {
      random.dirichlet(alpha: alpha, count: count, into: &sample)
      #expect(abs(sample.reduce(0, +) - 1) < 1e-5)
      #expect(sample.allSatisfy { $0 >= 0 && $0.isFinite })
      squares += Double(sample[0] * sample[0])
    }
    // The second moment of one component: (alpha + 1) / (n (n alpha + 1)).
    let expected = (alpha + 1) / (Double(count) * (Double(count) * alpha + 1))
    #expect(abs(squares / 4000 / expected - 1) < 0.15)
  }

  @Test("gamma numbers have the mean and the variance of their shape", arguments: [0.5, 1, 3.7])
  func gamma(shape: Double) {
    var random = Random(seed: 22, purpose: .test)
    var (sum, squares) = (0.0, 0.0)
    for _ in 0..<40000 {
      let x = random.gamma(shape: shape)
      sum += x
      squares += x * x
    }
    let mean = sum / 40000
    #expect(abs(mean / shape - 1) < 0.03)
    #expect(abs((squares / 40000 - mean * mean) / shape - 1) < 0.08)
  }
}
