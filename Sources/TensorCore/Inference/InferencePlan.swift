/// A value in an inference plan.
public struct PlanVariable: Hashable, Sendable { let index: Int }

/// The steps that a network takes without gradients: matrix products, each with what follows it folded in (batch
/// norm into the weights; bias, residual and activation into the way out), and whatever else layers do, recorded
/// on a tape. Layers append to it.
public struct InferencePlan: Sendable {
  /// The shape of a value of one position: channels-last.
  struct Value: Sendable {
    let rows: Int
    let columns: Int
    let channels: Int
    var count: Int { rows * columns * channels }

    func shape(boards: Int) -> VariableShape {
      VariableShape(batch: boards, rows: rows, columns: columns, channels: channels)
    }
  }

  /// One product. A dense layer on an image is a product with as many taps as the image has points.
  struct Product: Sendable {
    let input: PlanVariable
    let output: PlanVariable
    let weight: ParameterIndex
    let bias: ParameterIndex?
    /// Of a convolution; nil for a dense layer.
    let window: Window?
    /// Which elements of the tensor make the weight; nil for all of them in a row.
    var sources: [Int32]?
    /// Of the noise on the weights; nil without.
    var deviations: Deviations?
    var norm: BatchNorm?
    var residual: PlanVariable?
    var activation: Activation?
    /// Whether this is a 1x1 convolution, as those with which heads begin.
    var isPointwise: Bool { window?.taps == 1 }
  }

  enum Step: Sendable {
    case product(Product)
    /// The channels of the second value behind those of the first, at every point.
    case concatenation(PlanVariable, PlanVariable, output: PlanVariable)
    /// A layer that runs on a tape without gradients.
    case recorded(any Layer, PlanVariable, output: PlanVariable)
    /// The global features of some channels; see `GlobalFeatures`.
    case pooling(PlanVariable, channels: Range<Int>, output: PlanVariable)
    /// The first channels of an image plus a vector, with ReLU.
    case shift(PlanVariable, by: PlanVariable, output: PlanVariable)

    var output: PlanVariable {
      switch self {
      case .product(let product): product.output
      case .concatenation(_, _, let output), .recorded(_, _, let output), .pooling(_, _, let output),
        .shift(_, _, let output):
        output
      }
    }

    /// Values that the step reads.
    var operands: [PlanVariable] {
      switch self {
      case .product(let product): [product.input] + (product.residual.map { [$0] } ?? [])
      case .concatenation(let first, let second, _): [first, second]
      case .recorded(_, let input, _), .pooling(let input, _, _): [input]
      case .shift(let image, let vector, _): [image, vector]
      }
    }
  }

  /// What a recurrent network remembers, before and after a position.
  struct Memory: Sendable {
    let before: PlanVariable
    var after: PlanVariable
  }

  var values: [Value] = []
  var steps: [Step] = []
  var outputs: [PlanVariable] = []
  var memory: Memory?

  /// A value that is given.
  mutating func input(rows: Int, columns: Int, channels: Int) -> PlanVariable {
    values.append(Value(rows: rows, columns: columns, channels: channels))
    return PlanVariable(index: values.count - 1)
  }

  /// y = x W^T + b on the flattened value.
  public mutating func dense(
    _ input: PlanVariable, outputs: Int, weight: ParameterIndex, bias: ParameterIndex?,
    deviations: Deviations? = nil
  ) -> PlanVariable {
    append(rows: 1, columns: 1, channels: outputs) {
      .product(
        Product(
          input: input, output: $0, weight: weight, bias: bias, window: nil, deviations: deviations))
    }
  }

  /// Convolution of one group. With `sources` the tensor's elements with these numbers are the weight [outputs,
  /// inputs, taps], and outputs share biases as they share the channels of a batch norm.
  public mutating func convolution(
    _ input: PlanVariable, outputs: Int, window: Window, weight: ParameterIndex,
    bias: ParameterIndex?, sources: [Int32]? = nil
  ) -> PlanVariable {
    let places = window.patches(of: values[input.index].shape(boards: 1))
    return append(rows: places.out_rows, columns: places.out_columns, channels: outputs) {
      .product(
        Product(
          input: input, output: $0, weight: weight, bias: bias, window: window, sources: sources))
    }
  }

  /// The channels of `second` behind those of `first`, for images of the same size.
  public mutating func concatenate(_ first: PlanVariable, _ second: PlanVariable) -> PlanVariable {
    let (a, b) = (values[first.index], values[second.index])
    precondition(
      a.rows == b.rows && a.columns == b.columns, "only images of the same size are concatenated")
    return append(rows: a.rows, columns: a.columns, channels: a.channels + b.channels) {
      .concatenation(first, second, output: $0)
    }
  }

  /// A layer that runs on a tape, and the shape of what it makes of one position; for all that is not a product.
  public mutating func record(
    _ layer: any Layer, of input: PlanVariable, rows: Int = 1, columns: Int = 1, channels: Int
  ) -> PlanVariable {
    append(rows: rows, columns: columns, channels: channels) { .recorded(layer, input, output: $0) }
  }

  /// A layer that runs on a tape and keeps the shape of its input.
  public mutating func record(_ layer: any Layer, of input: PlanVariable) -> PlanVariable {
    let value = values[input.index]
    return record(
      layer, of: input, rows: value.rows, columns: value.columns, channels: value.channels)
  }

  /// A batch norm, folded into the product that makes `value` if there is one, else recorded as `layer`. The
  /// product may have several channels for each of the norm's: as many fields, one behind the other.
  public mutating func fold(
    _ norm: BatchNorm, of layer: any Layer, into value: PlanVariable
  ) -> PlanVariable {
    let isFolded = change(value) { product in
      guard product.norm == nil && product.residual == nil else { return false }
      product.norm = norm
      return true
    }
    return isFolded ? value : record(layer, of: value)
  }

  /// Adds `residual` to the product that makes `value`.
  public mutating func add(_ residual: PlanVariable, to value: PlanVariable) -> PlanVariable {
    let isAdded = change(value) { product in
      guard product.residual == nil else { return false }
      product.residual = residual
      return true
    }
    precondition(
      isAdded, "a residual is added to a convolution or dense layer, before its activation")
    return value
  }

  /// An activation, folded into the product that makes `value` if there is one.
  public mutating func activate(_ value: PlanVariable, with activation: Activation) -> PlanVariable {
    change(value) { product in
      product.activation = activation
      return true
    } ? value : record(activation, of: value)
  }

  private mutating func append(
    rows: Int, columns: Int, channels: Int, _ step: (PlanVariable) -> Step
  ) -> PlanVariable {
    let output = input(rows: rows, columns: columns, channels: channels)
    steps.append(step(output))
    return output
  }

  /// Changes the product that makes `value`, if it is one that has no activation yet and nobody has read it.
  private mutating func change(_ value: PlanVariable, _ body: (inout Product) -> Bool) -> Bool {
    guard let i = steps.lastIndex(where: { $0.output == value }),
      case .product(var product) = steps[i],
      product.activation == nil, !steps[i...].contains(where: { $0.operands.contains(value) })
    else { return false }
    let isChanged = body(&product)
    steps[i] = .product(product)
    return isChanged
  }
}

extension InferencePlan {
  /// Assigns values to as few memory slots as their lifetimes allow, so that a deep network stays in the cache.
  /// Returns each value's slot and each slot's size in floats per position; `flat` tells which values lie as flat
  /// images.
  func slots(flat: [Bool]?) -> (ofValue: [Int], sizes: [Int]) {
    let streams = streams(flat: flat)
    func size(_ value: PlanVariable) -> Int {
      guard flat?[value.index] ?? false else { return values[value.index].count }
      let image = FlatImage(values[value.index])
      return streams.contains(value.index) ? image.floatsWithStream : image.floats
    }
    var lastUse = [Int](repeating: -1, count: values.count)
    for (i, step) in steps.enumerated() {
      for operand in step.operands { lastUse[operand.index] = i }
    }
    for output in outputs + (memory.map { [$0.after] } ?? []) {
      lastUse[output.index] = steps.count
    }
    var slot = [Int](repeating: 0, count: values.count)
    var sizes: [Int] = []
    for (i, input) in inputs.enumerated() {
      slot[input.index] = i
      sizes.append(size(input))
    }
    var free: [Int] = []
    for (i, step) in steps.enumerated() {
      let needed = size(step.output)
      let chosen = free.popLast() ?? sizes.count
      if chosen == sizes.count { sizes.append(needed) } else { sizes[chosen] = max(sizes[chosen], needed) }
      slot[step.output.index] = chosen
      for value in values.indices where lastUse[value] == i { free.append(slot[value]) }
    }
    return (slot, sizes)
  }

  /// Values that no step makes.
  private var inputs: [PlanVariable] {
    let made = Set(steps.map(\.output))
    return values.indices.map { PlanVariable(index: $0) }.filter { !made.contains($0) }
  }
}
