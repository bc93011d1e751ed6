/// A table of vectors picked by number: [batch, steps] to [batch, steps, 1, width].
public struct Embedding: Sendable {
  public let rows: Int
  public let width: Int
  public let weight: ParameterIndex

  /// The table is [rows, width].
  public init(name: String, rows: Int, width: Int, in layout: inout ParameterLayout) {
    self.rows = rows
    self.width = width
    weight = layout.addParameter("\(name).weight", shape: [rows, width], decays: true)
  }

  /// Standard normal values.
  public func initialise(_ parameters: Parameters, using generator: inout some RandomNumberGenerator) {
    for i in parameters[weight].indices { parameters[weight][i] = generator.normal() }
  }

  /// The vectors of `indices`, each from 0 to rows - 1.
  public func forward(_ indices: UnsafeBufferPointer<Int32>, batch: Int, steps: Int, on tape: Tape)
    -> Variable
  {
    tape.gather(
      tape.parameter(weight, as: VariableShape(batch: rows, channels: width)), indices: indices,
      shape: VariableShape(batch: batch, rows: steps, channels: width))
  }
}
