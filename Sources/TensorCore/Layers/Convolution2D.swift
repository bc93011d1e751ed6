/// Convolution with stride one; the weight is [outputs, inputs, kernel, kernel].
///
/// [batch, rows, columns, inputs] to [batch, rows + 2 padding - kernel + 1, columns + 2 padding - kernel + 1, outputs].
public struct Convolution2D: PlannedLayer {
  public let inputs: Int
  public let outputs: Int
  public let kernel: Int
  public let padding: Int
  public let weight: ParameterIndex
  public let bias: ParameterIndex?

  /// `kernel` is odd; `padding` of (kernel - 1) / 2 keeps the image's size. A batch norm behind it makes the
  /// bias superfluous.
  public init(
    name: String, inputs: Int, outputs: Int, kernel: Int, padding: Int, hasBias: Bool,
    in layout: inout ParameterLayout
  ) {
    precondition(kernel % 2 == 1 && padding >= 0 && padding < kernel, "kernel \(kernel), padding \(padding)")
    self.inputs = inputs
    self.outputs = outputs
    self.kernel = kernel
    self.padding = padding
    weight = layout.addParameter("\(name).weight", shape: [outputs, inputs, kernel, kernel], decays: true)
    bias = hasBias ? layout.addParameter("\(name).bias", shape: [outputs], decays: false) : nil
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    let taps = kernel * kernel
    Initialiser.he.fill(
      parameters[weight], inputs: inputs * taps, outputs: outputs * taps, using: &generator)
    if let bias { parameters[bias].update(repeating: 0) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.convolution(
      input, weight: tape.parameter(weight), bias: bias.map { tape.parameter($0) }, outputs: outputs,
      kernel: kernel, padding: padding)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.convolution(
      input, outputs: outputs, window: Window(kernel: .init(kernel), padding: .init(padding)),
      weight: weight,
      bias: bias)
  }
}
