import TensorCore
import Testing

/// One case of the targets: its tensors, and a tape for the losses among them.
struct TargetRun {
  let vector: VectorCase
  let contents: Safetensors
  let tape: Tape

  init(_ vector: VectorCase) throws {
    self.vector = vector
    contents = try vector.contents("targets")
    var layout = ParameterLayout()
    _ = layout.addParameter("none", shape: [1], decays: false)
    tape = Tape(parameters: Parameters(layout: layout))
    tape.reset()
  }

  func tensor(_ name: String) throws -> Tensor { try #require(contents[name], "no tensor \(name)") }
  func floats(_ name: String) throws -> [Float] { try tensor("input.\(name)").values }
  func integers(_ name: String) throws -> [Int32] { try floats(name).map { Int32($0) } }
  var steps: Int { get throws { try floats("reward").count } }

  /// An input as rows of its last axis.
  func rows(_ name: String) throws -> Variable {
    let tensor = try tensor("input.\(name)")
    let width = tensor.shape.dimensions.last ?? 1
    return tensor.values.withUnsafeBufferPointer {
      tape.constant(
        $0, shape: VariableShape(batch: tensor.values.count / width, channels: width), wantsGradient: true)
    }
  }

  /// A result of `count` floats.
  func result(_ count: Int, _ body: (inout MutableSpan<Float>) throws -> Void) rethrows -> [Float] {
    var values = [Float](repeating: .nan, count: count)
    var span = values.mutableSpan
    try body(&span)
    return values
  }

  /// The loss, and the gradient of its sum by an input if the case has one.
  func loss(_ loss: Variable, by name: String, _ input: Variable) -> [String: [Float]] {
    let values = Array(tape.values(of: loss))
    guard contents["grad.\(name)"] != nil else { return ["output.loss": values] }
    tape.backward(from: tape.sum(loss))
    return ["output.loss": values, "grad.\(name)": tape.gradient(of: input).map { Array($0) } ?? []]
  }

  /// rlax evaluates the inverse transform in single precision, where a difference of a root and 500 costs it
  /// three digits: its inverse of 0.4152 is 0.99983. Ours is held to the number that was transformed instead.
  private static func tolerance(_ name: String) -> Float { name == "output.inverse_of_y" ? 2e-4 : 2e-5 }

  func check(_ results: [String: [Float]]) throws {
    let all = contents.tensors.map(\.name).filter { $0.hasPrefix("output.") || $0.hasPrefix("grad.") }
    #expect(Set(results.keys) == Set(all), "not everything was compared")
    for (name, found) in results {
      let expected = try tensor(name).values
      #expect(found.count == expected.count, "\(name) has another size")
      let difference = largestDifference(found, expected)
      #expect(difference <= Self.tolerance(name), "\(name) differs by \(difference)")
    }
  }
}
