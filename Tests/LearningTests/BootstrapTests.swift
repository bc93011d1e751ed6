import Environments
import Foundation
import Learning
import Replay
import TensorCore
import Testing

@Suite("Targets of DQN")
struct BootstrapTests {
  /// What a batch of one row with three actions comes to; reward 0.25, discount 0.5 by default.
  private func target(
    discount: Float = 0.5, legal: UInt64 = 0b111, nextLegal: UInt64 = 0b111, values: [Float] = [5, 1, 3],
    selecting: [Float]? = nil, parameters: DQNParameters = .small(), distributions: [Float] = [],
    current: [Float] = [0, 0, 0], taken: Int32 = 0
  ) -> [Float] {
    var targets = BootstrapTargets(rows: 1, actions: 3, parameters: parameters)
    (targets.rewards, targets.discounts, targets.nextValues) = ([0.25], [discount], values)
    (targets.selecting, targets.values, targets.taken) = (selecting ?? values, current, [taken])
    targets.nextDistributions = distributions
    var result = [Float](repeating: .nan, count: parameters.head.distribution.atoms)
    targets.make(legal: [legal], nextLegal: [nextLegal], into: &result)
    return result
  }

  @Test("after the end there is nothing but the reward")
  func terminated() { #expect(target(discount: 0) == [0.25]) }

  @Test("the best legal action counts, and no illegal one")
  func mask() {
    #expect(target(nextLegal: 0b110) == [0.25 + 1.5])
    #expect(target(nextLegal: 0b010) == [0.25 + 0.5])
    #expect(target() == [0.25 + 2.5])
  }

  @Test("what is good for the opponent is bad")
  func negamax() {
    #expect(target(discount: -0.5, nextLegal: 0b110) == [0.25 - 1.5])
    #expect(target(discount: -0.5, nextLegal: 0b010, values: [0, -4, 9]) == [0.25 + 2])
  }

  @Test("an episode that was cut off bootstraps, though its last state has no legal actions")
  func truncated() { #expect(target(nextLegal: 0) == [0.25 + 2.5]) }

  @Test("a second network chooses the action that the first one values")
  func double() {
    #expect(target(selecting: [0, 2, 1]) == [0.25 + 0.5])
    #expect(target(nextLegal: 0b101, selecting: [0, 2, 1]) == [0.25 + 1.5])
  }

  private var munchausen: DQNParameters {
    var parameters = DQNParameters.small()
    parameters.munchausen = DQNParameters.Munchausen()
    parameters.munchausen?.temperature = 0.5
    return parameters
  }

  /// Vieillard et al. 2020, equation 2, in double precision.
  private func munchausenTarget(
    _ values: [Double], _ selecting: [Double], _ current: [Double], taken: Int, discount: Double = 0.5
  ) -> Double {
    func logPolicy(_ values: [Double]) -> [Double] {
      let sum = values.reduce(0) { $0 + exp($1 / 0.5) }
      return values.map { $0 / 0.5 - log(sum) }
    }
    let next = logPolicy(selecting)
    let bonus = 0.9 * min(max(0.5 * logPolicy(current)[taken], -1), 0)
    let soft = zip(next, values).reduce(0) { $0 + exp($1.0) * ($1.1 - 0.5 * $1.0) }
    return 0.25 + bonus + discount * soft
  }

  @Test("Munchausen adds the logarithm of the policy and bootstraps from the soft value of legal actions")
  func softTargets() {
    let current: [Float] = [0.5, 0.25, -3]
    func found(_ taken: Int32, nextLegal: UInt64 = 0b111, discount: Float = 0.5) -> Double {
      Double(
        target(
          discount: discount, nextLegal: nextLegal, values: [1, 2, 3], parameters: munchausen,
          current: current,
          taken: taken)[0])
    }
    let wide = current.map { Double($0) }
    #expect(abs(found(0) - munchausenTarget([1, 2, 3], [1, 2, 3], wide, taken: 0)) < 1e-5)
    // Far below the floor.
    #expect(abs(found(2) - munchausenTarget([1, 2, 3], [1, 2, 3], wide, taken: 2)) < 1e-5)
    #expect(abs(found(1, nextLegal: 0b011) - munchausenTarget([1, 2], [1, 2], wide, taken: 1)) < 1e-5)
    #expect(
      abs(found(1, discount: -0.5) - munchausenTarget([1, 2, 3], [1, 2, 3], wide, taken: 1, discount: -0.5))
        < 1e-5)
    // Only the actions that were legal share the policy of the state itself.
    let few = target(
      legal: 0b011, values: [1, 2, 3], parameters: munchausen, current: current, taken: 0)[0]
    #expect(abs(Double(few) - munchausenTarget([1, 2, 3], [1, 2, 3], [0.5, 0.25], taken: 0)) < 1e-5)
  }

  @Test("distributions move by the reward, shrink by the discount and turn around for an opponent")
  func distributions() {
    var parameters = DQNParameters.small()
    parameters.head.distribution = .categorical(ValueSupport(low: -1, high: 1, atoms: 5))
    // Certain returns of -1, 0 and 1 for the three actions.
    let certain: [Float] = [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]
    func found(_ discount: Float, _ legal: UInt64) -> [Float] {
      target(
        discount: discount, nextLegal: legal, values: [-1, 0, 1], parameters: parameters,
        distributions: certain)
    }
    // 0.25 + 0.5 lies half way between the atoms 0.5 and 1.
    #expect(found(0.5, 0b111) == [0, 0, 0, 0.5, 0.5])
    #expect(found(-0.5, 0b111) == [0, 0.5, 0.5, 0, 0])
    #expect(found(0.5, 0b010) == [0, 0, 0.5, 0.5, 0])
    #expect(found(0, 0b111) == [0, 0, 0.5, 0.5, 0])
    parameters.head.distribution = .quantile(count: 2)
    #expect(
      target(nextLegal: 0b011, values: [0, 2, 9], parameters: parameters, distributions: [0, 0, 1, 3, 9, 9])
        == [0.75, 1.75])
  }

  @Test("the mean of a soft target of distributions is the soft target of their means")
  func softDistributions() {
    let current: [Float] = [0.5, 0.25, -0.5]
    var parameters = munchausen
    let expected = target(values: [1, 2, 3], parameters: parameters, current: current, taken: 1)[0]
    parameters.head.distribution = .quantile(count: 2)
    let quantiles = target(
      values: [1, 2, 3], parameters: parameters, distributions: [0, 2, 1, 3, 2, 4], current: current, taken: 1
    )
    #expect(abs((quantiles[0] + quantiles[1]) / 2 - expected) < 1e-5)
    let support = ValueSupport(low: -8, high: 8, atoms: 17)
    parameters.head.distribution = .categorical(support)
    var certain = [Float](repeating: 0, count: 51)
    for action in 0..<3 { certain[action * 17 + 8 + action + 1] = 1 }
    let atoms = target(
      values: [1, 2, 3], parameters: parameters, distributions: certain, current: current, taken: 1)
    #expect(abs(support.mean(atoms.span) - expected) < 1e-5)
    #expect(abs(atoms.reduce(0, +) - 1) < 1e-5)
    let lost = target(
      values: [1, .nan, 3], parameters: parameters, distributions: certain, current: [.nan, .nan, .nan],
      taken: 1)
    #expect(lost.contains { $0.isNaN })
  }

  @Test("rows and words of a batch are kept apart")
  func rows() {
    var targets = BootstrapTargets(rows: 2, actions: 70, parameters: .small())
    targets.rewards = [1, 1]
    targets.discounts = [0.5, 0.5]
    targets.nextValues[70 + 3] = 9
    targets.nextValues[70 + 69] = 4
    targets.nextValues[69] = 7
    targets.selectByNextValues()
    var result: [Float] = [0, 0]
    targets.make(legal: [], nextLegal: [.max, .max, 0, 1 << 5], into: &result)
    #expect(result == [4.5, 3])
  }
}

@Suite("Parts of Rainbow")
struct RainbowTests {
  @Test("every combination learns from a small game, and each another thing")
  func combinations() throws {
    var weights: Set<Data> = []
    for parameters in DQNParameters.combinations {
      let run = SmallRun(game: TicTacToe(), learner: .dqn(parameters), steps: 120)
      try withFolder { folder in
        let progress = try run.train(in: folder)
        #expect(progress.updates > 0 && progress.valueLoss?.isFinite == true)
        let network = try Network.load(from: RunFolder(path: folder).weights)
        #expect(network.description == parameters.networkDescription(for: TicTacToe()))
        weights.insert(try Remains(folder).weights)
      }
    }
    #expect(weights.count == DQNParameters.combinations.count)
  }

  @Test("Rainbow finds the shortest way over a frozen lake, playing by the means of its noise")
  func lake() throws {
    let game = try smallLake(stepLimit: 50)
    var parameters = DQNParameters(network: .mlp(hidden: [32]))
    (parameters.replayCapacity, parameters.minimumReplay) = (5_000, 500)
    (parameters.targetPeriod, parameters.updatesPerStep) = (100, 0.5)
    (parameters.optimiser, parameters.learningRate) = (.adam, 0.002)
    (parameters.returnSteps, parameters.isDouble) = (3, true)
    parameters.prioritisation = DQNParameters.Prioritisation()
    (parameters.head.isDuelling, parameters.head.noise) = (true, 0.5)
    parameters.head.distribution = .categorical(ValueSupport(low: 0, high: 1, atoms: 21))
    parameters.discount = 0.9
    (parameters.exploration.steps, parameters.exploration.end) = (4_000, 0)
    try withFolder { folder in
      try SmallRun(game: game, learner: .dqn(parameters), steps: 10_000).train(in: folder)
      let path = greedyPath(of: game, by: try Network.load(from: RunFolder(path: folder).weights))
      #expect(path.steps == 6 && path.reward == 1)
    }
  }
}
