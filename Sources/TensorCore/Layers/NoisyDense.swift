/// A dense layer whose weights and biases have factorised Gaussian noise (Fortunato et al. 2018):
/// W = mean + deviation * f(e) f(d)^T with f(x) = sign(x) sqrt(|x|), where e [outputs] and d [inputs] are standard
/// normal and new in each step of training; without training the means are used. [.., inputs] to [.., outputs].
public struct NoisyDense: PlannedLayer {
  public let inputs: Int
  public let outputs: Int
  /// Means [outputs, inputs] and [outputs].
  public let weight: ParameterIndex
  public let bias: ParameterIndex
  /// Deviations [outputs, inputs] and [outputs].
  public let weightDeviation: ParameterIndex
  public let biasDeviation: ParameterIndex
  /// The deviations start from this over the root of `inputs` (the paper's sigma 0).
  public let deviation: Float

  public init(
    name: String, inputs: Int, outputs: Int, deviation: Float = 0.5, in layout: inout ParameterLayout
  ) {
    self.inputs = inputs
    self.outputs = outputs
    self.deviation = deviation
    weight = layout.addParameter("\(name).weight", shape: [outputs, inputs], decays: true)
    bias = layout.addParameter("\(name).bias", shape: [outputs], decays: false)
    weightDeviation = layout.addParameter(
      "\(name).weight_deviation", shape: [outputs, inputs], decays: false)
    biasDeviation = layout.addParameter("\(name).bias_deviation", shape: [outputs], decays: false)
  }

  /// The paper's section 3.2: means uniform within 1 / sqrt(inputs).
  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    let scale = 1 / Float(inputs).squareRoot()
    for mean in [weight, bias] {
      let values = parameters[mean]
      for i in values.indices { values[i] = scale * (2 * generator.uniform() - 1) }
    }
    for index in [weightDeviation, biasDeviation] { parameters[index].update(repeating: deviation * scale) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    guard tape.mode == .training else {
      return tape.dense(
        input, weight: tape.parameter(weight), bias: tape.parameter(bias), outputs: outputs)
    }
    let from = tape.factorisedNoise(count: inputs)
    let to = tape.factorisedNoise(count: outputs)
    let weights = tape.perturb(tape.parameter(weight), tape.parameter(weightDeviation), to: to, from: from)
    let biases = tape.add(tape.parameter(bias), tape.multiply(tape.parameter(biasDeviation), to))
    return tape.dense(input, weight: weights, bias: biases, outputs: outputs)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.dense(
      input, outputs: outputs, weight: weight, bias: bias,
      deviations: InferencePlan.Deviations(weight: weightDeviation, bias: biasDeviation))
  }
}

extension SplitMix64 {
  /// f of a standard normal number, of which factorised noise is a product.
  mutating func noiseFactor() -> Float {
    let x = normal()
    return x < 0 ? -(-x).squareRoot() : x.squareRoot()
  }
}

extension Tape {
  /// [1, count] factors of factorised noise, drawn from what `seedNoise` chose.
  fileprivate func factorisedNoise(count: Int) -> Variable {
    constant(shape: VariableShape(batch: 1, channels: count)) { _ in random.noiseFactor() }
  }
}
