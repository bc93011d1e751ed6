import Foundation
import TensorCore
import Testing

/// A network with random planes and what it makes of them, as a runtime has to.
private struct ONNXCase {
  let name: String
  let network: Network

  /// Writes NAME.onnx, and NAME.safetensors with `planes` and the results.
  func write(to folder: URL) throws {
    let description = network.description
    var generator = TestGenerator(state: 51)
    let batch = 5
    let planes = generator.floats(batch * description.inputCount)
    let (first, second) = tapeOutputs(network, planes, batch: batch)
    func tensor(_ name: String, _ shape: Shape, _ values: [Float]) -> NamedTensor {
      NamedTensor(name: name, tensor: Tensor(shape: shape, values: values))
    }
    let shape: Shape = [batch, description.planes, description.rows, description.columns]
    var tensors = [tensor("planes", shape, planes)]
    switch description.heads {
    case .policyValue:
      tensors.append(tensor("logits", [batch, description.actions], first))
      tensors.append(tensor("value", [batch, 1], second))
    case .actionValues: tensors.append(tensor("values", [batch, description.actions], first))
    }
    try Safetensors(tensors: tensors).write(to: folder.appending(path: "\(name).safetensors").path)
    try Data(network.onnx()).write(to: folder.appending(path: "\(name).onnx"))
  }
}

@Suite("ONNX files")
struct ONNXTests {
  /// `make check-onnx` runs these files in another runtime; here only their frame is looked at.
  @Test("networks of every kind are written, for any batch")
  func files() throws {
    let given = ProcessInfo.processInfo.environment["SELFPLAY_ONNX"]
    let folder =
      given.map { URL(filePath: $0) }
      ?? FileManager.default.temporaryDirectory.appending(
        path: "onnx-\(ProcessInfo.processInfo.processIdentifier)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { if given == nil { try? FileManager.default.removeItem(at: folder) } }
    for (number, description) in smallNetworks.enumerated() where description.stateCount == 0 {
      let file = ONNXCase(
        name: "network\(number)", network: try seasoned(description, seed: UInt64(number)))
      try file.write(to: folder)
      let bytes = try Data(contentsOf: folder.appending(path: "network\(number).onnx"))
      // Field 1 (the version of the format) is 8, and weights lie in the file as they are.
      #expect(bytes.starts(with: [8, 8]))
      let weights = file.network.parameters.layout.trained
        .filter { !$0.name.hasSuffix("_deviation") }.reduce(0) { $0 + $1.shape.count }
      #expect(bytes.count > 4 * weights)
    }
  }
}
