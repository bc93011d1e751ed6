/// x + conv2(relu(norm2(conv1(relu(norm1(x)))))) with 3x3 convolutions (He et al. 2016, "Identity mappings"),
/// over images [batch, rows, columns, channels].
public struct PreActivationResidualBlock: Layer {
  public let norm1: BatchNorm
  public let conv1: Convolution2D
  public let norm2: BatchNorm
  public let conv2: Convolution2D

  public init(name: String, channels: Int, in layout: inout ParameterLayout) {
    norm1 = BatchNorm(name: "\(name).norm1", channels: channels, in: &layout)
    conv1 = Convolution2D(
      name: "\(name).conv1", inputs: channels, outputs: channels, kernel: 3, padding: 1, hasBias: false,
      in: &layout)
    norm2 = BatchNorm(name: "\(name).norm2", channels: channels, in: &layout)
    conv2 = Convolution2D(
      name: "\(name).conv2", inputs: channels, outputs: channels, kernel: 3, padding: 1, hasBias: false,
      in: &layout)
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    norm1.initialise(parameters, using: &generator)
    conv1.initialise(parameters, using: &generator)
    norm2.initialise(parameters, using: &generator)
    conv2.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let inner = conv1.forward(tape.relu(norm1.forward(input, on: tape)), on: tape)
    return tape.add(input, conv2.forward(tape.relu(norm2.forward(inner, on: tape)), on: tape))
  }
}

/// relu(x + norm3(conv3(relu(norm2(conv2(relu(norm1(conv1(x)))))))) with 1x1 convolutions to and from fewer
/// channels around a 3x3 one (He et al. 2016), over images [batch, rows, columns, channels].
public struct BottleneckBlock: Layer {
  private let convolutions: [Convolution2D]
  private let norms: [BatchNorm]

  /// `narrow` is the number of channels that the 3x3 convolution works on.
  public init(name: String, channels: Int, narrow: Int, in layout: inout ParameterLayout) {
    let sizes = [(channels, narrow, 1), (narrow, narrow, 3), (narrow, channels, 1)]
    var convolutions: [Convolution2D] = []
    var norms: [BatchNorm] = []
    for (i, (inputs, outputs, kernel)) in sizes.enumerated() {
      convolutions.append(
        Convolution2D(
          name: "\(name).conv\(i + 1)", inputs: inputs, outputs: outputs, kernel: kernel,
          padding: (kernel - 1) / 2, hasBias: false, in: &layout))
      norms.append(BatchNorm(name: "\(name).norm\(i + 1)", channels: outputs, in: &layout))
    }
    self.convolutions = convolutions
    self.norms = norms
  }

  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    for convolution in convolutions { convolution.initialise(parameters, using: &generator) }
    for norm in norms { norm.initialise(parameters, using: &generator) }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    var value = input
    for i in convolutions.indices {
      value = norms[i].forward(convolutions[i].forward(value, on: tape), on: tape)
      if i < convolutions.count - 1 { value = tape.relu(value) }
    }
    return tape.relu(tape.add(input, value))
  }
}
