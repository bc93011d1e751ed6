import CKernels

/// Steps the parameters of one model along their gradients, in one fused pass over flat memory.
public struct Optimiser: Sendable {
  public let rule: OptimiserRule
  /// The factor of L2 weight decay. It applies to weights, not to biases and the scales of norms.
  public let weightDecay: Float
  /// Steps taken so far.
  public internal(set) var stepCount = 0

  let layout: ParameterLayout
  /// The running values that the rule keeps, those of all parameters one after another.
  var state: [Float]
  private let runs: [Run]

  /// Neighbouring parameters that decay or do not decay alike.
  private struct Run {
    let range: Range<Int>
    let decays: Bool
  }

  public init(_ rule: OptimiserRule, weightDecay: Float = 0, for layout: ParameterLayout) {
    self.rule = rule
    self.weightDecay = weightDecay
    self.layout = layout
    var runs: [Run] = []
    for entry in layout.trained {
      let decays = entry.decays && weightDecay != 0
      if let last = runs.last, last.decays == decays {
        runs[runs.count - 1] = Run(range: last.range.lowerBound..<entry.range.upperBound, decays: decays)
      } else {
        runs.append(Run(range: entry.range, decays: decays))
      }
    }
    self.runs = runs
    state = [Float](repeating: rule.startingValue, count: rule.stateList.count * layout.trainedCount)
  }

  /// One step against `gradientScale * gradient`, which is laid out like `parameters.trained`. Does not
  /// allocate.
  public mutating func step(
    _ parameters: Parameters, gradient: UnsafeMutableBufferPointer<Float>, learningRate: Float,
    gradientScale: Float = 1
  ) {
    precondition(parameters.layout.trainedCount == layout.trainedCount, "the optimiser serves another model")
    precondition(gradient.count == layout.trainedCount, "the gradient does not fit the parameters")
    stepCount += 1
    guard let values = parameters.trained.baseAddress, let slope = gradient.baseAddress else { return }
    var common = kernel_step()
    common.gradient_scale = gradientScale
    common.learning_rate = learningRate
    rule.prepare(&common, number: stepCount)
    let (rule, decay, count) = (rule, weightDecay, layout.trainedCount)
    let names = rule.stateNames
    state.withUnsafeMutableBufferPointer { state in
      var slot = 0
      func running(_ name: String?, _ start: Int) -> UnsafeMutablePointer<Float>? {
        guard name != nil else { return nil }
        slot += 1
        return state.baseAddress.map { $0 + (slot - 1) * count + start }
      }
      for run in runs {
        let start = run.range.lowerBound
        slot = 0
        var step = common
        step.parameter = values + start
        step.gradient = UnsafePointer(slope + start)
        step.first = running(names.first, start)
        step.second = running(names.second, start)
        step.third = running(names.third, start)
        step.count = run.range.count
        step.weight_decay = run.decays ? decay : 0
        rule.take(&step)
      }
    }
    rule.addNoise(to: values, count: count, rate: learningRate, number: stepCount)
  }
}
