/// A value in an inference plan.
public struct PlanVariable: Hashable, Sendable { let index: Int }

/// The steps that a network takes without gradients: matrix products, each with what follows it folded in (batch
/// norm into the weights; bias, residual and activation into the way out). Layers append to it.
public struct InferencePlan: Sendable {
  /// The shape of a value of one position: channels-last.
  struct Value: Sendable {
    let rows: Int
    let columns: Int
    let channels: Int
    var count: Int { rows * columns * channels }
  }

  /// One product. A dense layer on an image is a product with as many taps as the image has points.
  struct Step: Sendable {
    let input: PlanVariable
    let output: PlanVariable
    let weight: ParameterIndex
    let bias: ParameterIndex?
    /// The side of a convolution's kernel; nil for a dense layer.
    let kernel: Int?
    let padding: Int
    var norm: BatchNorm?
    var residual: PlanVariable?
    var activation: Activation?
  }

  var values: [Value] = []
  var steps: [Step] = []
  var outputs: [PlanVariable] = []

  mutating func input(rows: Int, columns: Int, channels: Int) -> PlanVariable {
    add(Value(rows: rows, columns: columns, channels: channels))
  }

  /// y = x W^T + b on the flattened value.
  public mutating func dense(
    _ input: PlanVariable, outputs: Int, weight: ParameterIndex, bias: ParameterIndex?
  ) -> PlanVariable {
    let output = add(Value(rows: 1, columns: 1, channels: outputs))
    steps.append(
      Step(input: input, output: output, weight: weight, bias: bias, kernel: nil, padding: 0))
    return output
  }

  /// Convolution of stride one.
  public mutating func convolution(
    _ input: PlanVariable, outputs: Int, kernel: Int, padding: Int, weight: ParameterIndex,
    bias: ParameterIndex?
  ) -> PlanVariable {
    let source = values[input.index]
    let output = add(
      Value(
        rows: source.rows + 2 * padding - kernel + 1, columns: source.columns + 2 * padding - kernel + 1,
        channels: outputs))
    steps.append(
      Step(input: input, output: output, weight: weight, bias: bias, kernel: kernel, padding: padding))
    return output
  }

  /// Folds a batch norm into the step that makes `value`, which must be a bare product.
  public mutating func fold(_ norm: BatchNorm, into value: PlanVariable) -> PlanVariable {
    let i = step(making: value)
    precondition(steps[i].norm == nil && steps[i].residual == nil, "a batch norm must follow a product")
    steps[i].norm = norm
    return value
  }

  /// Adds `residual` to the step that makes `value`.
  public mutating func add(_ residual: PlanVariable, to value: PlanVariable) -> PlanVariable {
    let i = step(making: value)
    precondition(steps[i].residual == nil, "a step takes one residual")
    steps[i].residual = residual
    return value
  }

  /// Ends the step that makes `value` with an activation.
  public mutating func activate(_ value: PlanVariable, with activation: Activation) -> PlanVariable {
    steps[step(making: value)].activation = activation
    return value
  }

  private mutating func add(_ value: Value) -> PlanVariable {
    values.append(value)
    return PlanVariable(index: values.count - 1)
  }

  /// The step that makes `value`, still without an activation.
  private func step(making value: PlanVariable) -> Int {
    guard let i = steps.lastIndex(where: { $0.output == value }), steps[i].activation == nil else {
      preconditionFailure("batch norm, residual and activation must follow a convolution or dense layer")
    }
    return i
  }
}

extension InferencePlan {
  /// Assigns values to as few memory slots as their lifetimes allow, so that a deep network stays in the cache.
  /// Returns each value's slot and each slot's size in floats per position; `flat` tells which values lie as flat
  /// images.
  func slots(flat: [Bool]?) -> (ofValue: [Int], sizes: [Int]) {
    func size(_ value: PlanVariable) -> Int {
      flat?[value.index] ?? false ? FlatImage(values[value.index]).floats : values[value.index].count
    }
    var lastUse = [Int](repeating: -1, count: values.count)
    for (i, step) in steps.enumerated() {
      lastUse[step.input.index] = i
      if let residual = step.residual { lastUse[residual.index] = i }
    }
    for output in outputs { lastUse[output.index] = steps.count }
    var slot = [Int](repeating: 0, count: values.count)
    var sizes = [size(PlanVariable(index: 0))]
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
}
