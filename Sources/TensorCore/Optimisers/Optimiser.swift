import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Steps the parameters of one model along their gradients, in one fused pass over flat memory.
public struct Optimiser: Sendable {
  public let rule: OptimiserRule
  /// The factor of L2 weight decay. It applies to weights, not to biases and batch-norm scales.
  public let weightDecay: Float
  /// Steps taken so far.
  public private(set) var stepCount = 0

  private let layout: ParameterLayout
  private let runs: [Run]
  private var first: [Float]
  private var second: [Float]

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
    let names = rule.stateNames
    first = names.first == nil ? [] : [Float](repeating: 0, count: layout.trainedCount)
    second = names.second == nil ? [] : [Float](repeating: 0, count: layout.trainedCount)
  }

  /// One step against `gradientScale * gradient`, which is laid out like `parameters.trained`. Does not allocate.
  public mutating func step(
    _ parameters: Parameters, gradient: UnsafeMutableBufferPointer<Float>, learningRate: Float,
    gradientScale: Float = 1
  ) {
    precondition(parameters.layout.trainedCount == layout.trainedCount, "the optimiser serves another model")
    precondition(gradient.count == layout.trainedCount, "the gradient does not fit the parameters")
    stepCount += 1
    guard let values = parameters.trained.baseAddress, let slope = gradient.baseAddress else { return }
    let decay = weightDecay
    let (rule, count, runs) = (rule, stepCount, runs)
    first.withUnsafeMutableBufferPointer { first in
      second.withUnsafeMutableBufferPointer { second in
        for run in runs {
          let start = run.range.lowerBound
          var step = kernel_step()
          step.parameter = values + start
          step.gradient = UnsafePointer(slope + start)
          step.first = first.isEmpty ? nil : first.baseAddress.map { $0 + start }
          step.second = second.isEmpty ? nil : second.baseAddress.map { $0 + start }
          step.count = run.range.count
          step.gradient_scale = gradientScale
          step.learning_rate = learningRate
          step.weight_decay = run.decays ? decay : 0
          Self.take(step, by: rule, number: count)
        }
      }
    }
  }

  private static func take(_ step: kernel_step, by rule: OptimiserRule, number: Int) {
    var step = step
    switch rule {
    case .sgd(let momentum, let nesterov):
      step.first_rate = momentum
      kernels.sgd(&step, nesterov)
    case .adam(let beta1, let beta2, let epsilon), .adamW(let beta1, let beta2, let epsilon):
      step.first_rate = beta1
      step.second_rate = beta2
      step.epsilon = epsilon
      step.first_correction = Float(1 / (1 - pow(Double(beta1), Double(number))))
      step.second_correction = Float((1 / (1 - pow(Double(beta2), Double(number)))).squareRoot())
      if case .adamW = rule { kernels.adam(&step, true) } else { kernels.adam(&step, false) }
    case .rmsprop(let alpha, let epsilon, _):
      step.second_rate = alpha
      step.epsilon = epsilon
      kernels.rmsprop(&step)
    }
  }
}

extension Optimiser {
  /// Everything the next step depends on, for a checkpoint: the running values as `optimiser.mean.NAME` and so
  /// on, and the number of steps as `optimiser.steps`, in two halves of 24 bits that floats hold exactly.
  public func tensors() -> [NamedTensor] {
    let steps = [Float(stepCount >> 24), Float(stepCount & 0xFF_FFFF)]
    var list = [NamedTensor(name: Self.stepsName, shape: [2], values: steps)]
    for (name, values) in [(rule.stateNames.first, first), (rule.stateNames.second, second)] {
      guard let name else { continue }
      list += layout.trained.map {
        NamedTensor(name: "optimiser.\(name).\($0.name)", shape: $0.shape, values: values[$0.range])
      }
    }
    return list
  }

  /// Takes up the state of `tensors()` of an optimiser with the same rule and model. On an error nothing has
  /// changed. `file` is named in errors.
  public mutating func restore(from tensors: [NamedTensor], file: String) throws(TensorFileError) {
    let found = try TensorTable(tensors, file: file)
    try found.check(Self.stepsName, shape: [2])
    let names = [rule.stateNames.first, rule.stateNames.second]
    var expected = [Self.stepsName]
    for case let name? in names {
      for entry in layout.trained {
        try found.check("optimiser.\(name).\(entry.name)", shape: entry.shape)
        expected.append("optimiser.\(name).\(entry.name)")
      }
    }
    try found.checkNothingElse(than: expected)
    let halves = found.values(Self.stepsName)
    guard halves.allSatisfy({ $0 >= 0 && $0 < 0x1p24 && $0 == $0.rounded() }) else {
      throw .malformed(file: file, problem: "\(Self.stepsName) is not a number of steps")
    }
    stepCount = Int(halves[0]) << 24 | Int(halves[1])
    for entry in layout.trained {
      if let name = names[0] {
        first.replaceSubrange(entry.range, with: found.values("optimiser.\(name).\(entry.name)"))
      }
      if let name = names[1] {
        second.replaceSubrange(entry.range, with: found.values("optimiser.\(name).\(entry.name)"))
      }
    }
  }

  private static let stepsName = "optimiser.steps"
}
