/// One step of an inference plan as an engine takes it.
enum EngineStep {
  /// One of the values that are concatenated.
  struct Part {
    let value: PlanVariable
    /// Points of one position.
    let points: Int
    let channels: Int
  }

  /// An image that is pooled or shifted.
  struct Image {
    let variable: PlanVariable
    let shape: InferencePlan.Value
    /// Of the vector on the other side.
    let features: Int
    /// Whether it lies as a flat image; then so does what is made of it, if that is an image.
    let isFlat: Bool
  }

  case product(PackedStep)
  case concatenation([Part], output: PlanVariable)
  /// The shape is that of the input for one position.
  case recorded(any Layer, PlanVariable, InferencePlan.Value, output: PlanVariable)
  case pooling(Image, from: Int, output: PlanVariable)
  case shift(Image, by: PlanVariable, output: PlanVariable)

  /// Lays out a plan's steps; `flat` tells which values and steps work on flat images, and `roundsDense` whether large
  /// dense layers go onto tiles.
  static func pack(
    _ plan: InferencePlan, flat: (values: [Bool], steps: [Bool])?, roundsDense: Bool
  ) -> [EngineStep] {
    var end = 0
    let streams = plan.streams(flat: flat?.values)
    func image(_ variable: PlanVariable, features: PlanVariable) -> Image {
      let shape = plan.values[variable.index]
      return Image(
        variable: variable, shape: shape, features: plan.values[features.index].channels,
        isFlat: flat?.values[variable.index] ?? false)
    }
    return plan.steps.enumerated().map { i, step in
      switch step {
      case .product(let product):
        let packed = PackedStep(
          product, index: i, of: plan, at: end, onTiles: flat?.steps[i] ?? false,
          isFlat: flat?.values[step.output.index] ?? false,
          keepsStream: streams.contains(step.output.index),
          // What is rounded first goes through all that follows.
          isSplit: i < 2 && flat?.steps[i] ?? false, roundsDense: roundsDense)
        end = packed.end
        return .product(packed)
      case .concatenation(let first, let second, let output):
        let parts = [first, second].map { operand in
          let value = plan.values[operand.index]
          return Part(value: operand, points: value.rows * value.columns, channels: value.channels)
        }
        return .concatenation(parts, output: output)
      case .recorded(let layer, let input, let output):
        return .recorded(layer, input, plan.values[input.index], output: output)
      case .pooling(let input, let channels, let output):
        return .pooling(
          image(input, features: output), from: channels.lowerBound, output: output)
      case .shift(let input, let vector, let output):
        return .shift(image(input, features: vector), by: vector, output: output)
      }
    }
  }

  var product: PackedStep? {
    if case .product(let step) = self { step } else { nil }
  }

  var isRecorded: Bool {
    if case .recorded = self { true } else { false }
  }

  /// Runs a recorded step on zeros, so that the tape has the memory it needs. Returns how many floats those are.
  func warm(_ tape: Tape, of plan: InferencePlan, boards: Int) -> Int {
    guard case .recorded(let layer, _, let input, let output) = self else { return 0 }
    tape.reset(mode: .evaluation)
    let shape = input.shape(boards: boards)
    let result = layer.forward(tape.constant(shape: shape) { _ in 0 }, on: tape)
    precondition(
      tape.shape(of: result).count == boards * plan.values[output.index].count,
      "a recorded layer makes \(tape.shape(of: result)), planned otherwise")
    return tape.floatsInUse
  }
}
