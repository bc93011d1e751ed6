import TensorCore
import Testing

@Suite("Layers and losses agree with PyTorch")
struct LayerVectors {
  @Test("there are cases to compare with")
  func count() throws { print("numerics/layers: \(try VectorCase.load("layers").count) cases compared") }

  @Test("outputs, gradients and running statistics", arguments: try VectorCase.load("layers"))
  func agrees(with vector: VectorCase) throws {
    var layout = ParameterLayout()
    let contents = try vector.contents("layers")
    let forward = try LayerCases.build(vector, contents, in: &layout)
    try LayerRun(vector, contents, layout: layout).check(forward)
  }

  @Test("a case that the reader does not know fails")
  func unknown() throws {
    let vector = VectorCase(name: "x", op: "no_such_layer", file: "linear.safetensors", attributes: [:])
    var layout = ParameterLayout()
    let contents = try vector.contents("layers")
    #expect(throws: UnknownOperation.self) { _ = try LayerCases.build(vector, contents, in: &layout) }
  }
}

/// What each operation of the reference data is in this library.
enum LayerCases {
  typealias Forward = (LayerRun) throws -> [String: Variable]

  /// Adds the case's parameters to the layout and says how to run it.
  static func build(_ vector: VectorCase, _ contents: Safetensors, in layout: inout ParameterLayout) throws
    -> Forward
  {
    let context = Context(vector: vector, contents: contents)
    if let function = try function(vector) {
      return { run in ["y": run.tape.apply(function, to: try run.input("x"))] }
    }
    if let layer = try context.layer(in: &layout) {
      return { run in ["y": layer.forward(try run.input("x"), on: run.tape)] }
    }
    if let forward = try context.composition(in: &layout) { return forward }
    if let forward = try measure(vector) { return forward }
    throw UnknownOperation(name: vector.op)
  }

  private static func function(_ vector: VectorCase) throws -> ElementFunction? {
    switch vector.op {
    case "relu": .relu
    case let op where op.hasPrefix("leaky_relu"): .leakyReLU(slope: try vector.number("slope"))
    case "elu": .elu(alpha: try vector.number("alpha"))
    case "tanh": .tanh
    case "sigmoid": .sigmoid
    case "gelu": .gelu
    case "gelu_tanh": .geluTanh
    case "silu": .silu
    case "mish": .mish
    case "softplus": .softplus
    case "softsign": .softsign
    case "hard_swish": .hardSwish
    case "relu6": .relu6
    case "log_sigmoid": .logSigmoid
    default: nil
    }
  }

  struct Context {
    let vector: VectorCase
    let contents: Safetensors
    private var root: String { LayerRun.root }

    func shape(_ name: String) throws -> [Int] { try #require(contents[name]).shape.dimensions }

    private func window(dilated: Bool = false) throws -> Window {
      Window(
        kernel: try vector.pair("kernel"), stride: try vector.pair("stride"),
        padding: try vector.pair("padding"),
        dilation: dilated ? try vector.pair("dilation") : Window.Pair(1))
    }

    /// Layers from x to y.
    func layer(in layout: inout ParameterLayout) throws -> (any Layer)? {
      switch vector.op {
      case "linear":
        return Dense(
          name: root, inputs: try vector.integer("in"), outputs: try vector.integer("out"),
          hasBias: vector.flag("bias"), in: &layout)
      case "conv2d": return try convolution(in: &layout)
      case "max_pool2d": return Pooling(.maximum, window: try window())
      case "avg_pool2d":
        return Pooling(.average(countsPadding: vector.flag("count_include_pad")), window: try window())
      case "global_average_pool": return GlobalPooling.average
      case "global_max_pool": return GlobalPooling.maximum
      case "batch_norm", "layer_norm", "group_norm", "rms_norm": return try norm(in: &layout)
      case "dropout": return Dropout(rate: try vector.number("p"))
      case "self_attention" where vector.text("mask") != "keys": return try attention(in: &layout)
      case "transformer_encoder_layer":
        return TransformerEncoderBlock(
          name: root, width: try vector.integer("embed"), heads: try vector.integer("heads"),
          hidden: try vector.integer("feedforward"),
          activation: vector.text("activation") == "relu" ? .relu : .gelu,
          epsilon: try vector.number("epsilon"), in: &layout)
      default: return try block(in: &layout)
      }
    }

    /// Both kinds of convolution, wherever each can do it.
    private func convolution(in layout: inout ParameterLayout) throws -> any Layer {
      let weight = try shape("param.weight")
      let groups = try vector.integer("groups")
      let window = try window(dilated: true)
      let (kernel, padding) = (window.kernel, window.padding)
      if window.stride == Window.Pair(1), window.dilation == Window.Pair(1), groups == 1,
        kernel.rows == kernel.columns, padding.rows == padding.columns, kernel.rows % 2 == 1
      {
        return Convolution2D(
          name: root, inputs: weight[1], outputs: weight[0], kernel: kernel.rows, padding: padding.rows,
          hasBias: vector.flag("bias"), in: &layout)
      }
      return WindowConvolution2D(
        name: root, inputs: weight[1] * groups, outputs: weight[0], window: window, groups: groups,
        hasBias: vector.flag("bias"), in: &layout)
    }

    private func norm(in layout: inout ParameterLayout) throws -> any Layer {
      let shape = try shape("param.weight")
      let epsilon = try vector.number("epsilon")
      switch vector.op {
      case "batch_norm": return BatchNorm(name: root, channels: shape[0], epsilon: epsilon, in: &layout)
      case "layer_norm": return LayerNorm(name: root, shape: Shape(shape), epsilon: epsilon, in: &layout)
      case "rms_norm": return RMSNorm(name: root, channels: shape[0], epsilon: epsilon, in: &layout)
      default:
        return GroupNorm(
          name: root, channels: shape[0], groups: try vector.integer("groups"), epsilon: epsilon, in: &layout)
      }
    }

    func attention(in layout: inout ParameterLayout) throws -> MultiHeadAttention {
      MultiHeadAttention(
        name: root, width: try vector.integer("embed"), heads: try vector.integer("heads"),
        mask: vector.text("mask") == "causal" ? .causal : .none, in: &layout)
    }

    private func block(in layout: inout ParameterLayout) throws -> (any Layer)? {
      switch vector.op {
      case "residual_block":
        let channels = try vector.integer("channels")
        return vector.text("form").hasPrefix("relu")
          ? ResidualBlock(name: root, channels: channels, in: &layout)
          : PreActivationResidualBlock(name: root, channels: channels, in: &layout)
      case "dense_block":
        return DenseBlock(
          name: root, channels: try vector.integer("channels"), growth: try vector.integer("growth"),
          layers: try vector.integer("layers"), in: &layout)
      case "squeeze_excite":
        let channels = try vector.integer("channels")
        return SqueezeExcite(
          name: root, channels: channels, squeeze: try vector.integer("squeeze"),
          hasShift: try shape("param.fc2.weight")[0] == 2 * channels, in: &layout)
      default: return nil
      }
    }
  }
}
