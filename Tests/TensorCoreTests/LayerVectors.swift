import Foundation
import TensorCore
import Testing

/// A case of the reference data and its tensors.
struct VectorCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Attributes: Decodable, Sendable {
    var padding: [Int]?
    var kernel: [Int]?
    var training: Bool?
    var momentum: Float?
    var epsilon: Float?
    var delta: Float?
    var lr: Float?
    var nesterov: Bool?
    var weight_decay: Float?
    var betas: [Float]?
    var eps: Float?
    var alpha: Float?
    var centered: Bool?
    var max_norm: Float?
  }

  let name: String
  let op: String
  let file: String
  let attributes: Attributes
  var testDescription: String { name }

  static func load(_ folder: String) throws -> [VectorCase] {
    let data = try Data(contentsOf: URL(filePath: "\(vectorsFolder)/numerics/\(folder)/index.json"))
    return try JSONDecoder().decode([VectorCase].self, from: data)
  }

  func contents(_ folder: String) throws -> Safetensors {
    try Safetensors(contentsOf: "\(vectorsFolder)/numerics/\(folder)/\(file)")
  }
}

/// Carries out one case on a tape and compares.
struct VectorRunner {
  let vector: VectorCase
  let contents: Safetensors
  let tape: Tape
  let parameters: Parameters
  private var trained: [String: ParameterIndex] = [:]
  private var buffers: [String: BufferIndex] = [:]

  init(_ vector: VectorCase) throws {
    self.vector = vector
    contents = try vector.contents("layers")
    var layout = ParameterLayout()
    for item in contents.tensors where item.name.hasPrefix("param.") {
      let name = String(item.name.dropFirst(6))
      if name.contains("running_") {
        buffers[name] = layout.addBuffer(name, shape: item.tensor.shape)
      } else {
        trained[name] = layout.addParameter(name, shape: item.tensor.shape, decays: true)
      }
    }
    parameters = Parameters(layout: layout)
    tape = Tape(parameters: parameters)
    for (name, index) in trained { fill(parameters[index], "param.\(name)") }
    for (name, index) in buffers { fill(parameters[index], "param.\(name)") }
    tape.reset(mode: vector.attributes.training ?? true ? .training : .evaluation)
  }

  private func fill(_ memory: UnsafeMutableBufferPointer<Float>, _ name: String) {
    _ = memory.update(from: contents[name]?.values ?? [])
  }

  func tensor(_ name: String) throws -> Tensor { try #require(contents[name], "no tensor \(name)") }

  func input(_ name: String) throws -> Variable {
    let tensor = try tensor(name)
    let shape = tensor.shape.dimensions
    if shape.count == 4 { return tape.images(tensor.values, shape, wantsGradient: true) }
    return tape.vectors(tensor.values, batch: shape.count > 1 ? shape[0] : 1, wantsGradient: true)
  }

  func convolution(_ input: Variable, _ name: String = "", padding: Int) throws -> Variable {
    let weight = try #require(trained[name + "weight"])
    let shape = parameters.layout[weight].shape.dimensions
    return tape.convolution(
      input, weight: tape.parameter(weight), bias: trained[name + "bias"].map { tape.parameter($0) },
      outputs: shape[0], kernel: shape[2], padding: padding)
  }

  func dense(_ input: Variable, _ name: String = "") throws -> Variable {
    let weight = try #require(trained[name + "weight"])
    return tape.dense(
      input, weight: tape.parameter(weight), bias: trained[name + "bias"].map { tape.parameter($0) },
      outputs: parameters.layout[weight].shape.dimensions[0])
  }

  func norm(_ input: Variable, _ name: String = "") throws -> Variable {
    tape.batchNorm(
      input, scale: tape.parameter(try #require(trained[name + "weight"])),
      shift: tape.parameter(try #require(trained[name + "bias"])),
      runningMean: try #require(buffers[name + "running_mean"]),
      runningVariance: try #require(buffers[name + "running_var"]), epsilon: vector.attributes.epsilon ?? 1e-5
    )
  }

  /// Runs the operation of the case.
  func forward() throws -> (input: Variable, output: Variable) {
    let x = try input(contents["input.logits"] == nil ? "input.x" : "input.logits")
    switch vector.op {
    case "linear": return (x, try dense(x))
    case "conv2d": return (x, try convolution(x, padding: try #require(vector.attributes.padding)[0]))
    case "batch_norm": return (x, try norm(x))
    case "relu": return (x, tape.relu(x))
    case "tanh": return (x, tape.tanh(x))
    case "residual_block":
      let inner = tape.relu(try norm(try convolution(x, "conv1.", padding: 1), "norm1."))
      return (x, tape.relu(tape.add(x, try norm(try convolution(inner, "conv2.", padding: 1), "norm2."))))
    case "network":
      let features = tape.flatten(tape.relu(try convolution(x, "conv.", padding: 0)))
      return (x, try dense(tape.relu(try dense(features, "hidden.")), "out."))
    default: return (x, try loss(x))
    }
  }

  private func loss(_ x: Variable) throws -> Variable {
    try tensor("input.target").values.withUnsafeBufferPointer { targets in
      switch vector.op {
      case "mse": return tape.meanSquaredError(x, targets: targets)
      case "huber": return tape.huber(x, targets: targets, delta: try #require(vector.attributes.delta))
      case "cross_entropy": return try crossEntropy(x, targets)
      default: throw UnknownOperation(name: vector.op)
      }
    }
  }

  /// The unreduced case becomes a weighted mean: its cotangents are the weights.
  private func crossEntropy(_ x: Variable, _ targets: UnsafeBufferPointer<Float>) throws -> Variable {
    let cotangent = try tensor("cotangent.y")
    guard cotangent.shape.count > 1 else { return tape.softmaxCrossEntropy(x, targets: targets) }
    let weights = cotangent.values.map { $0 * Float(cotangent.shape.count) }
    return weights.withUnsafeBufferPointer { tape.softmaxCrossEntropy(x, targets: targets, weights: $0) }
  }

  /// A value or gradient in the order of the reference data.
  func channelsFirst(_ values: UnsafeBufferPointer<Float>, _ shape: VariableShape) -> [Float] {
    TensorCoreTests.channelsFirst(
      Array(values), batch: shape.batch, points: shape.rows * shape.columns, channels: shape.channels)
  }

  func compare() throws {
    let (x, y) = try forward()
    var expected = try tensor("output.y").values
    var cotangent = try tensor("cotangent.y").values
    let shape = tape.shape(of: y)
    if shape.count == 1 && cotangent.count > 1 {
      expected = [zip(expected, cotangent).map { $0 * $1 }.reduce(0, +)]
      cotangent = [1]
    }
    #expect(largestDifference(channelsFirst(tape.values(of: y), shape), expected) <= 2e-5)
    // The cotangent is channels-first; exchanging points and channels orders it like the value.
    let ordered = TensorCoreTests.channelsFirst(
      cotangent, batch: shape.batch, points: shape.channels, channels: shape.rows * shape.columns)
    tape.backward(from: y, cotangent: ordered)
    let name = contents["grad.x"] == nil ? "grad.logits" : "grad.x"
    let gradient = try #require(tape.gradient(of: x))
    #expect(largestDifference(channelsFirst(gradient, tape.shape(of: x)), try tensor(name).values) <= 2e-5)
    for (name, index) in trained {
      let found = tape.gradient[parameters.layout[index].range]
      #expect(largestDifference(found, try tensor("grad.\(name)").values) <= 2e-5, "gradient of \(name)")
    }
    guard vector.op == "batch_norm", vector.attributes.training == true else { return }
    Tape.updateRunningStatistics([tape], momentum: try #require(vector.attributes.momentum))
    for (name, index) in buffers {
      #expect(largestDifference(parameters[index], try tensor("output.\(name)").values) <= 2e-5, "\(name)")
    }
  }
}

struct UnknownOperation: Error { let name: String }

@Suite("Layers and losses agree with PyTorch")
struct LayerVectors {
  @Test("outputs, gradients and running statistics", arguments: try VectorCase.load("layers"))
  func agrees(with vector: VectorCase) throws { try VectorRunner(vector).compare() }
}
