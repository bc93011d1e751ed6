/// A learned vector for every place of an image, added to it: [batch, rows, columns, channels] to the same.
public struct PlaceEmbedding: PlannedLayer {
  private let rows: Int
  private let columns: Int
  private let channels: Int
  public let weight: ParameterIndex

  /// The weight is [rows, columns, channels].
  public init(
    name: String, rows: Int, columns: Int, channels: Int, in layout: inout ParameterLayout
  ) {
    self.rows = rows
    self.columns = columns
    self.channels = channels
    weight = layout.addParameter("\(name).weight", shape: [rows, columns, channels], decays: false)
  }

  /// Normal with deviation 0.02 (Dosovitskiy et al. 2021).
  public func initialise(
    _ parameters: Parameters, using generator: inout some RandomNumberGenerator
  ) {
    for i in parameters[weight].indices { parameters[weight][i] = 0.02 * generator.normal() }
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let shape = VariableShape(batch: 1, rows: rows, columns: columns, channels: channels)
    return tape.add(input, tape.parameter(weight, as: shape))
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.record(self, of: input)
  }
}

/// A layer of a transformer encoder over the points of an image: [batch, rows, columns, width] to the same.
public struct PointAttention: PlannedLayer {
  public let block: TransformerEncoderBlock

  public init(_ block: TransformerEncoderBlock) { self.block = block }

  public func initialise(
    _ parameters: Parameters, using generator: inout some RandomNumberGenerator
  ) {
    block.initialise(parameters, using: &generator)
  }

  public func forward(_ input: Variable, on tape: Tape) -> Variable {
    let shape = tape.shape(of: input)
    let steps = VariableShape(
      batch: shape.batch, rows: shape.rows * shape.columns, channels: shape.channels)
    return tape.reshape(block.forward(tape.reshape(input, to: steps), on: tape), to: shape)
  }

  public func compile(_ input: PlanVariable, into plan: inout InferencePlan) -> PlanVariable {
    plan.record(self, of: input)
  }
}
