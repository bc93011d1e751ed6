import TensorCore
import Testing

/// Carries out one case on a tape and compares every output and gradient of its file.
final class LayerRun {
  let vector: VectorCase
  let contents: Safetensors
  let tape: Tape
  let parameters: Parameters
  private var inputs: [String: Variable] = [:]

  /// The name of the layer under test; a tensor `param.x` of the file belongs to its `m.x`.
  static let root = "m"

  /// `layout` must have exactly the parameters of the file.
  init(_ vector: VectorCase, _ contents: Safetensors, layout: ParameterLayout) throws {
    (self.vector, self.contents) = (vector, contents)
    parameters = Parameters(layout: layout)
    tape = Tape(parameters: parameters)
    let given = contents.tensors.filter { $0.name.hasPrefix("param.") }
    try parameters.restore(
      from: given.map {
        NamedTensor(name: "\(Self.root).\($0.name.dropFirst(6))", tensor: $0.tensor)
      }, file: vector.file)
    tape.reset(mode: vector.attributes["training"] == .flag(false) ? .evaluation : .training)
    for item in contents.tensors where item.name.hasPrefix("input.") {
      let name = String(item.name.dropFirst(6))
      let wantsGradient = contents["grad.\(name)"] != nil
      let dimensions = item.tensor.shape.dimensions
      inputs[name] =
        switch dimensions.count {
        case 4: tape.images(item.tensor.values, dimensions, wantsGradient: wantsGradient)
        case 2: tape.vectors(item.tensor.values, batch: dimensions[0], wantsGradient: wantsGradient)
        default: variable(item.tensor, wantsGradient: wantsGradient)
        }
    }
  }

  func tensor(_ name: String) throws -> Tensor { try #require(contents[name], "no tensor \(name)") }

  func input(_ name: String) throws -> Variable { try #require(inputs[name], "no input \(name)") }

  func integers(_ name: String) throws -> [Int32] { try tensor("input.\(name)").values.map { Int32($0) } }

  /// Images become channels-last, the middle axis of three is the rows, and a lone axis is the channels.
  private func variable(_ tensor: Tensor, wantsGradient: Bool) -> Variable {
    let shape = Self.shape(tensor.shape)
    return Self.channelsLast(tensor).withUnsafeBufferPointer {
      tape.constant($0, shape: shape, wantsGradient: wantsGradient)
    }
  }

  private static func shape(_ shape: Shape) -> VariableShape {
    let d = shape.dimensions
    return switch d.count {
    case 4: VariableShape(batch: d[0], rows: d[2], columns: d[3], channels: d[1])
    case 3: VariableShape(batch: d[0], rows: d[1], channels: d[2])
    case 2: VariableShape(batch: d[0], channels: d[1])
    default: VariableShape(batch: 1, channels: shape.count)
    }
  }

  private static func channelsLast(_ tensor: Tensor) -> [Float] {
    let d = tensor.shape.dimensions
    guard d.count == 4 else { return tensor.values }
    return channelsFirst(tensor.values, batch: d[0], points: d[1], channels: d[2] * d[3])
  }

  /// Runs `forward`, differentiates the sum of all outputs times their cotangents, and compares.
  func check(_ forward: (LayerRun) throws -> [String: Variable]) throws {
    let outputs = try forward(self)
    var checked: Set<String> = []
    var total: Variable?
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      let expected = try tensor("output.\(name)")
      compare(Array(tape.values(of: output)), to: Self.channelsLast(expected), "output.\(name)")
      checked.insert("output.\(name)")
      guard let cotangent = contents["cotangent.\(name)"] else { continue }
      let weights = tape.reshape(variable(cotangent, wantsGradient: false), to: tape.shape(of: output))
      let part = tape.sum(tape.multiply(output, weights))
      total = total.map { tape.add($0, part) } ?? part
    }
    tape.backward(from: try #require(total))
    for (name, input) in inputs {
      guard let expected = contents["grad.\(name)"] else { continue }
      let gradient = try #require(tape.gradient(of: input))
      compare(Array(gradient), to: Self.channelsLast(expected), "grad.\(name)")
      checked.insert("grad.\(name)")
    }
    for entry in parameters.layout.trained {
      let name = "grad.\(entry.name.dropFirst(2))"
      compare(Array(tape.gradient[entry.range]), to: try tensor(name).values, name)
      checked.insert(name)
    }
    try checkStatistics(&checked)
    let all = contents.tensors.map(\.name).filter { $0.hasPrefix("output.") || $0.hasPrefix("grad.") }
    #expect(checked == Set(all), "not everything was compared")
  }

  private func checkStatistics(_ checked: inout Set<String>) throws {
    guard vector.op == "batch_norm" else { return }
    if tape.mode == .training {
      Tape.updateRunningStatistics([tape], momentum: try vector.number("momentum"))
    }
    for entry in parameters.layout.buffers {
      let name = "output.\(entry.name.dropFirst(2))"
      compare(Array(parameters.buffers[entry.range]), to: try tensor(name).values, name)
      checked.insert(name)
    }
  }

  private func compare(_ found: [Float], to expected: [Float], _ name: String) {
    #expect(found.count == expected.count, "\(name) has another size")
    let difference = largestDifference(found, expected)
    #expect(difference <= 2e-5, "\(name) differs by \(difference)")
  }
}
