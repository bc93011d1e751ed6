/// Spectral normalisation (Miyato et al. 2018): a weight [outputs, inputs] over its largest singular value,
/// which is estimated by power iteration from a vector that is kept. `Tape.updateRunningStatistics` moves
/// that vector on.
public struct SpectralNorm: Sendable {
  public let outputs: Int
  public let iterations: Int
  /// The estimate of the left singular vector: [outputs].
  public let vector: BufferIndex

  public init(name: String, outputs: Int, iterations: Int = 1, in layout: inout ParameterLayout) {
    self.outputs = outputs
    self.iterations = iterations
    vector = layout.addBuffer("\(name).u", shape: [outputs])
  }

  /// A random direction.
  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    for i in 0..<outputs { parameters[vector][i] = generator.normal() }
  }

  /// weight / sigma, in the weight's shape; the singular vectors count as constants.
  public func normalise(_ weight: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: weight)
    let matrix = tape.reshape(
      weight, to: VariableShape(batch: 1, columns: outputs, channels: shape.count / outputs))
    let constant = tape.detach(matrix)
    var left = unit(
      tape.constant(
        UnsafeBufferPointer(tape.parameters[vector]), shape: VariableShape(batch: 1, channels: outputs)), tape
    )
    var right = unit(tape.product(left, constant), tape)
    for _ in 0..<(tape.mode == .training ? iterations : 0) {
      left = unit(tape.product(right, constant, transposed: (false, true)), tape)
      right = unit(tape.product(left, constant), tape)
    }
    let entry = tape.parameters.layout[vector]
    for (i, value) in tape.values(of: left).enumerated() { tape.statistics[entry.offset + i] = value }
    let sigma = tape.product(tape.product(left, matrix), right, transposed: (false, true))
    return tape.reshape(tape.divide(matrix, by: sigma), to: shape)
  }

  private func unit(_ vector: Variable, _ tape: Tape) -> Variable {
    let square = tape.sum(tape.apply(.square, to: vector))
    return tape.divide(vector, by: tape.apply(.squareRoot, to: tape.scale(square, by: 1, shift: 1e-12)))
  }
}

/// A dense layer with spectral normalisation: [.., inputs] to [.., outputs], Lipschitz with constant 1.
public struct SpectralDense: Layer {
  public let dense: Dense
  public let norm: SpectralNorm

  public init(name: String, inputs: Int, outputs: Int, in layout: inout ParameterLayout) {
    dense = Dense(name: name, inputs: inputs, outputs: outputs, in: &layout)
    norm = SpectralNorm(name: name, outputs: outputs, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    dense.initialise(parameters, using: &generator)
    norm.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.dense(
      input, weight: norm.normalise(tape.parameter(dense.weight), on: tape),
      bias: dense.bias.map { tape.parameter($0) }, outputs: dense.outputs)
  }
}

/// A convolution of stride one with spectral normalisation of its weight seen as [outputs, inputs x taps]:
/// [batch, rows, columns, inputs] to [batch, rows, columns, outputs].
public struct SpectralConvolution2D: Layer {
  public let convolution: Convolution2D
  public let norm: SpectralNorm

  public init(name: String, inputs: Int, outputs: Int, kernel: Int, in layout: inout ParameterLayout) {
    convolution = Convolution2D(
      name: name, inputs: inputs, outputs: outputs, kernel: kernel, padding: (kernel - 1) / 2, hasBias: true,
      in: &layout)
    norm = SpectralNorm(name: name, outputs: outputs, in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    convolution.initialise(parameters, using: &generator)
    norm.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    tape.convolution(
      input, weight: norm.normalise(tape.parameter(convolution.weight), on: tape),
      bias: convolution.bias.map { tape.parameter($0) }, outputs: convolution.outputs,
      kernel: convolution.kernel, padding: convolution.padding)
  }
}
