/// relu(x + norm2(conv2(relu(norm1(conv1(x)))))) with equivariant 3x3 convolutions (Cohen and Welling 2016): images
/// of 8 x fields channels to the same.
public struct EquivariantResidualBlock: PlannedLayer {
  private let conv1: EquivariantConvolution2D
  private let norm1: EquivariantBatchNorm
  private let conv2: EquivariantConvolution2D
  private let norm2: EquivariantBatchNorm

  public init(name: String, fields: Int, in layout: inout ParameterLayout) {
    func convolution(_ number: Int, _ layout: inout ParameterLayout) -> EquivariantConvolution2D {
      EquivariantConvolution2D(
        name: "\(name).conv\(number)", inputs: fields, outputs: fields, kernel: 3, lifts: false,
        hasBias: false, in: &layout)
    }
    conv1 = convolution(1, &layout)
    norm1 = EquivariantBatchNorm(name: "\(name).norm1", fields: fields, in: &layout)
    conv2 = convolution(2, &layout)
    norm2 = EquivariantBatchNorm(name: "\(name).norm2", fields: fields, in: &layout)
  }

  public func initialise(
    _ parameters: Parameters, using generator: inout some RandomNumberGenerator
  ) {
    conv1.initialise(parameters, using: &generator)
    norm1.initialise(parameters, using: &generator)
    conv2.initialise(parameters, using: &generator)
    norm2.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let inner = tape.relu(norm1.forward(conv1.forward(input, on: tape), on: tape))
    return tape.relu(tape.add(input, norm2.forward(conv2.forward(inner, on: tape), on: tape)))
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    let inner = plan.activate(
      norm1.compile(conv1.compile(input, into: &plan), into: &plan), with: .relu)
    let outer = norm2.compile(conv2.compile(inner, into: &plan), into: &plan)
    return plan.activate(plan.add(input, to: outer), with: .relu)
  }
}

/// What no symmetry changes of an equivariant image [batch, rows, columns, 8 x fields]: the mean and the largest
/// over its points of each field's mean, [batch, 2 x fields].
public struct InvariantFeatures: PlannedLayer {
  public let fields: Int

  public init(fields: Int) { self.fields = fields }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let image = EquivariantPooling().forward(input, on: tape)
    return tape.concatenate(
      tape.mean(image, over: .points), tape.maximum(image, over: .points), along: .channels)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.record(self, of: input, channels: 2 * fields)
  }
}

/// Outputs for each action of an equivariant image, which move with it: [batch, actions x outputs], the outputs of
/// an action side by side. Actions are the points, row after row; those of one more action are invariant.
public struct EquivariantActions: PlannedLayer {
  private let actions: Int
  private let outputs: Int
  private let point: Dense
  private let pass: Dense?

  /// `actions` is `points` or one more.
  public init(
    name: String, fields: Int, actions: Int, points: Int, outputs: Int,
    in layout: inout ParameterLayout
  ) {
    precondition(
      actions == points || actions == points + 1, "\(actions) actions for \(points) points")
    self.actions = actions
    self.outputs = outputs
    point = Dense(
      name: "\(name).point", inputs: fields, outputs: outputs, initialiser: .xavier, in: &layout)
    pass =
      actions == points
      ? nil
      : Dense(
        name: "\(name).pass", inputs: 2 * fields, outputs: outputs, initialiser: .xavier,
        in: &layout)
  }

  public func initialise(
    _ parameters: Parameters, using generator: inout some RandomNumberGenerator
  ) {
    point.initialise(parameters, using: &generator)
    pass?.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: input)
    let points = point.forward(EquivariantPooling().forward(input, on: tape), on: tape)
    let row = tape.reshape(
      points, to: VariableShape(batch: shape.batch, channels: shape.rows * shape.columns * outputs))
    guard let pass else { return row }
    let features = InvariantFeatures(fields: shape.channels / 8).forward(input, on: tape)
    return tape.concatenate(row, pass.forward(features, on: tape), along: .channels)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.record(self, of: input, channels: actions * outputs)
  }
}
