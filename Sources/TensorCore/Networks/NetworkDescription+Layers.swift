extension NetworkDescription {
  func makeTorso(in layout: inout ParameterLayout) -> Sequential {
    var layers: [any PlannedLayer] = []
    switch torso {
    case .mlp(let hidden), .recurrent(let hidden, _):
      var inputs = inputCount
      for (i, size) in hidden.enumerated() {
        layers.append(makeDense("torso.dense\(i + 1)", inputs: inputs, outputs: size, in: &layout))
        layers.append(Activation.relu)
        inputs = size
      }
    case .convolutional(let channels, let hidden):
      let convolution = Convolution2D(
        name: "torso.conv", inputs: planes, outputs: channels, kernel: 3, padding: 0, hasBias: true,
        in: &layout)
      let features = channels * (rows - 2) * (columns - 2)
      let dense = makeDense("torso.hidden", inputs: features, outputs: hidden, in: &layout)
      layers = [convolution, Activation.relu, Flatten(), dense, Activation.relu]
    case .nature(let channels, let hidden):
      layers = makeNature(channels: channels, hidden: hidden, in: &layout)
    case .densenet(let count, let growth):
      layers = [Tower(stem: makeStem(channels: 2 * growth, in: &layout), blocks: [])]
      layers.append(
        DenseBlock(
          name: "torso.block", channels: 2 * growth, growth: growth, layers: count,
          isNormalised: true,
          in: &layout))
    case .transformer(let blocks, let width, let heads):
      layers = makeTransformer(blocks: blocks, width: width, heads: heads, in: &layout)
    case .equivariant(let blocks, let fields):
      layers = makeEquivariant(blocks: blocks, fields: fields, in: &layout)
    case .residual(let blocks, let channels, let pooling):
      layers = makeResidual(blocks: blocks, channels: channels, pooling: pooling?.blocks ?? [], in: &layout)
    }
    return Sequential(layers)
  }

  private func makeNature(
    channels: Int, hidden: Int, in layout: inout ParameterLayout
  ) -> [any PlannedLayer] {
    let convolutions: [(channels: Int, kernel: Int, stride: Int)] = [
      (channels, 8, 4), (2 * channels, 4, 2), (2 * channels, 3, 1),
    ]
    var layers: [any PlannedLayer] = []
    var (inputs, rows, columns) = (planes, rows, columns)
    for (i, layer) in convolutions.enumerated() {
      let window = Window(kernel: .init(layer.kernel), stride: .init(layer.stride))
      layers.append(
        WindowConvolution2D(
          name: "torso.conv\(i + 1)", inputs: inputs, outputs: layer.channels, window: window, in: &layout))
      layers.append(Activation.relu)
      (rows, columns) = (
        (rows - layer.kernel) / layer.stride + 1, (columns - layer.kernel) / layer.stride + 1
      )
      inputs = layer.channels
    }
    layers.append(Flatten())
    layers.append(makeDense("torso.hidden", inputs: inputs * rows * columns, outputs: hidden, in: &layout))
    layers.append(Activation.relu)
    return layers
  }

  private func makeStem(channels: Int, in layout: inout ParameterLayout) -> (Convolution2D, BatchNorm) {
    let stem = Convolution2D(
      name: "torso.stem", inputs: planes, outputs: channels, kernel: 3, padding: 1, hasBias: false,
      in: &layout)
    return (stem, BatchNorm(name: "torso.stem_norm", channels: channels, in: &layout))
  }

  /// A stem and residual blocks, of which those that pool stand between towers.
  private func makeResidual(
    blocks: Int, channels: Int, pooling: [Int], in layout: inout ParameterLayout
  ) -> [any PlannedLayer] {
    var stem: (Convolution2D, BatchNorm)? = makeStem(channels: channels, in: &layout)
    var layers: [any PlannedLayer] = []
    var plain: [ResidualBlock] = []
    for i in 0..<blocks {
      let block = ResidualBlock(
        name: "torso.block\(i + 1)", channels: channels, isPooling: pooling.contains(i + 1), in: &layout)
      guard block.pooling != nil else {
        plain.append(block)
        continue
      }
      layers += [Tower(stem: stem, blocks: plain), block]
      (stem, plain) = (nil, [])
    }
    return layers + [Tower(stem: stem, blocks: plain)]
  }

  private func makeTransformer(
    blocks: Int, width: Int, heads: Int, in layout: inout ParameterLayout
  ) -> [any PlannedLayer] {
    let stem = Convolution2D(
      name: "torso.stem", inputs: planes, outputs: width, kernel: 1, padding: 0, hasBias: true,
      in: &layout)
    var layers: [any PlannedLayer] = [
      stem,
      PlaceEmbedding(
        name: "torso.places", rows: rows, columns: columns, channels: width, in: &layout),
    ]
    for i in 0..<blocks {
      layers.append(
        PointAttention(
          TransformerEncoderBlock(
            name: "torso.block\(i + 1)", width: width, heads: heads, hidden: 4 * width, in: &layout)
        ))
    }
    layers.append(LayerNorm(name: "torso.norm", shape: [width], in: &layout))
    return layers
  }

  private func makeEquivariant(
    blocks: Int, fields: Int, in layout: inout ParameterLayout
  ) -> [any PlannedLayer] {
    let stem = EquivariantConvolution2D(
      name: "torso.stem", inputs: planes, outputs: fields, kernel: 3, lifts: true, hasBias: false,
      in: &layout)
    var layers: [any PlannedLayer] = [
      stem, EquivariantBatchNorm(name: "torso.stem_norm", fields: fields, in: &layout),
      Activation.relu,
    ]
    for i in 0..<blocks {
      layers.append(
        EquivariantResidualBlock(name: "torso.block\(i + 1)", fields: fields, in: &layout))
    }
    return layers
  }

  /// What a recurrent network carries from one position to the next.
  func makeMemory(in layout: inout ParameterLayout) -> CarriedMemory? {
    guard case .recurrent(let hidden, let memory) = torso else { return nil }
    return CarriedMemory(
      name: "torso.memory", inputs: hidden.last ?? inputCount, hidden: memory, in: &layout)
  }

  /// What the outputs of a head belong to.
  enum HeadSubject {
    /// So that they move with the board on an equivariant torso.
    case actions
    case points
    /// To the position as a whole.
    case position
  }

  /// A head: on an image a 1x1 convolution to a few channels with batch norm and ReLU comes first, with global
  /// pooling if the torso asks for it; then hidden dense layers with ReLU, and the last one.
  func makeHead(
    _ name: String, hidden: [Int], outputs: Int, of subject: HeadSubject, last: [any PlannedLayer] = [],
    in layout: inout ParameterLayout
  ) -> Sequential {
    let channels = subject == .position ? headWidths.value : headWidths.policy
    var layers: [any PlannedLayer] = []
    var features = 0
    switch torso {
    case .mlp(let sizes): features = sizes.last ?? inputCount
    case .convolutional(_, let size), .recurrent(_, let size), .nature(_, let size): features = size
    case .residual(_, let width, let pooling?) where pooling.heads && subject != .points:
      (layers, features) = makePooling(name, of: subject, from: width, to: channels, in: &layout)
    case .residual(_, let width, _), .transformer(_, let width, _):
      layers = makeReduction(name, from: width, to: channels, in: &layout)
      features = channels * rows * columns
    case .densenet(let count, let growth):
      layers = makeReduction(name, from: (2 + count) * growth, to: channels, in: &layout)
      features = channels * rows * columns
    case .equivariant(_, let fields):
      if subject == .actions {
        return Sequential([
          EquivariantActions(
            name: name, fields: fields, actions: actions, points: rows * columns,
            outputs: outputs / actions,
            in: &layout)
        ])
      }
      layers = [InvariantFeatures(fields: fields)]
      features = 2 * fields
    }
    for (i, size) in hidden.enumerated() {
      layers.append(makeDense("\(name).dense\(i + 1)", inputs: features, outputs: size, in: &layout))
      layers.append(Activation.relu)
      features = size
    }
    layers.append(
      makeDense("\(name).out", inputs: features, outputs: outputs, initialiser: .xavier, in: &layout))
    return Sequential(layers + last)
  }

  /// The beginning of a head that pools, and how many features it makes.
  private func makePooling(
    _ name: String, of subject: HeadSubject, from width: Int, to channels: Int,
    in layout: inout ParameterLayout
  ) -> (layers: [any PlannedLayer], features: Int) {
    let isOfActions = subject == .actions
    let pooled = isOfActions ? GlobalPoolingReLU.pooled(of: width) : Self.pooledValueChannels
    let all = isOfActions ? channels + pooled : pooled
    let convolution = Convolution2D(
      name: "\(name).conv", inputs: width, outputs: all, kernel: 1, padding: 0, hasBias: false, in: &layout)
    let norm = BatchNorm(name: "\(name).norm", channels: all, in: &layout)
    guard isOfActions else { return ([convolution, norm, GlobalFeatures()], 3 * pooled) }
    let bias = GlobalPoolingReLU(
      name: "\(name).pooling", channels: channels, pooled: pooled, in: &layout)
    return ([convolution, norm, bias, Flatten()], channels * rows * columns)
  }

  /// As in the smallest network of Wu 2019.
  private static var pooledValueChannels: Int { 32 }

  private func makeReduction(
    _ name: String, from width: Int, to channels: Int, in layout: inout ParameterLayout
  ) -> [any PlannedLayer] {
    let convolution = Convolution2D(
      name: "\(name).conv", inputs: width, outputs: channels, kernel: 1, padding: 0, hasBias: false,
      in: &layout)
    let norm = BatchNorm(name: "\(name).norm", channels: channels, in: &layout)
    return [convolution, norm, Activation.relu, Flatten()]
  }
}
