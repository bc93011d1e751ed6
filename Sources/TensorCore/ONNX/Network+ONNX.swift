/// Why a network cannot be written as ONNX.
public struct ONNXError: Error, Hashable, CustomStringConvertible {
  public let description: String

  init(_ operation: String) {
    description =
      "ONNX: this network's \(operation) cannot be exported; only feed-forward networks of the usual layers can"
  }
}

extension Network {
  /// The network as an ONNX file for any batch: `planes` [batch, planes, rows, columns] in, and `logits`
  /// [batch, actions] and `value` [batch, 1] out, or `values` [batch, actions].
  ///
  /// What the network does is recorded on a tape in evaluation mode and written operation by operation; sizes
  /// that differ between batches of two and of three depend on the batch. Throws `ONNXError` for operations
  /// without a counterpart.
  public func onnx() throws(ONNXError) -> [UInt8] {
    guard description.stateCount == 0 else { throw ONNXError("memory") }
    let (two, three) = (trace(batch: 2), trace(batch: 3))
    var writer = ONNXWriter(two.tape, three.tape, parameters: parameters)
    let shape = [-1, description.planes, description.rows, description.columns]
    writer.graph.input("planes", shape: shape)
    try writer.write(isFlat: description.isFlat)
    switch two.outputs {
    case .policyValue(let logits, let value):
      writer.output(logits, name: "logits", channels: description.actions)
      writer.output(value, name: "value", channels: 1)
    case .actionValues(let values), .actionDistributions(let values):
      writer.output(values, name: "values", channels: description.actions)
    }
    return withExtendedLifetime((two.tape, three.tape)) { writer.graph.model(named: "selfplay") }
  }

  private func trace(batch: Int) -> (tape: Tape, outputs: Outputs) {
    let tape = Tape(parameters: parameters)
    tape.reset(mode: .evaluation)
    let planes = [Float](repeating: 0, count: batch * description.inputCount)
    let outputs = planes.withUnsafeBufferPointer { forward(planes: $0, batch: batch, on: tape) }
    guard case .actionDistributions(let distributions) = outputs else { return (tape, outputs) }
    return (tape, .actionValues(expectations(distributions, on: tape)))
  }
}
