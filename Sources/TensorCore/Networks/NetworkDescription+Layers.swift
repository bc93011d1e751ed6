extension NetworkDescription {
  func makeTorso(in layout: inout ParameterLayout) -> Sequential {
    var layers: [any PlannedLayer] = []
    switch torso {
    case .mlp(let hidden), .recurrent(let hidden, _):
      var inputs = inputCount
      for (i, size) in hidden.enumerated() {
        layers.append(
          Dense(name: "torso.dense\(i + 1)", inputs: inputs, outputs: size, in: &layout))
        layers.append(Activation.relu)
        inputs = size
      }
    case .convolutional(let channels, let hidden):
      let convolution = Convolution2D(
        name: "torso.conv", inputs: planes, outputs: channels, kernel: 3, padding: 0, hasBias: true,
        in: &layout)
      let features = channels * (rows - 2) * (columns - 2)
      let dense = Dense(name: "torso.hidden", inputs: features, outputs: hidden, in: &layout)
      layers = [convolution, Activation.relu, Flatten(), dense, Activation.relu]
    case .residual(let blocks, let channels):
      let stem = Convolution2D(
        name: "torso.stem", inputs: planes, outputs: channels, kernel: 3, padding: 1,
        hasBias: false,
        in: &layout)
      layers = [
        stem, BatchNorm(name: "torso.stem_norm", channels: channels, in: &layout), Activation.relu,
      ]
      for i in 0..<blocks {
        layers.append(ResidualBlock(name: "torso.block\(i + 1)", channels: channels, in: &layout))
      }
    }
    return Sequential(layers)
  }

  /// What a recurrent network carries from one position to the next.
  func makeMemory(in layout: inout ParameterLayout) -> CarriedMemory? {
    guard case .recurrent(let hidden, let memory) = torso else { return nil }
    return CarriedMemory(
      name: "torso.memory", inputs: hidden.last ?? inputCount, hidden: memory, in: &layout)
  }

  /// A head: on a residual torso a 1x1 convolution to a few channels with batch norm and ReLU comes first, and
  /// the hidden dense layers are used; elsewhere it is one dense layer.
  func makeHead(
    _ name: String, channels: Int, hidden: [Int], outputs: Int, last: [any PlannedLayer],
    in layout: inout ParameterLayout
  ) -> Sequential {
    var layers: [any PlannedLayer] = []
    var features = 0
    switch torso {
    case .mlp(let sizes): features = sizes.last ?? inputCount
    case .convolutional(_, let size), .recurrent(_, let size): features = size
    case .residual(_, let width):
      let convolution = Convolution2D(
        name: "\(name).conv", inputs: width, outputs: channels, kernel: 1, padding: 0,
        hasBias: false,
        in: &layout)
      let norm = BatchNorm(name: "\(name).norm", channels: channels, in: &layout)
      layers += [convolution, norm, Activation.relu, Flatten()] as [any PlannedLayer]
      features = channels * rows * columns
      for (i, size) in hidden.enumerated() {
        layers.append(
          Dense(name: "\(name).dense\(i + 1)", inputs: features, outputs: size, in: &layout))
        layers.append(Activation.relu)
        features = size
      }
    }
    layers.append(
      Dense(
        name: "\(name).out", inputs: features, outputs: outputs, initialiser: .xavier, in: &layout))
    return Sequential(layers + last)
  }
}
