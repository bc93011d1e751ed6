import ArgumentParser
import Foundation
import SelfPlayKit
import TensorCore

/// `selfplay export`: an agent's network for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Writes an agent's network for other programs.",
    discussion: """
      FILE.onnx is an ONNX model for any batch: planes [batch, planes, rows, columns] in; logits and value, or
      values, out. FILE.safetensors holds the weights under their names.
      """)

  @Argument(help: "An agent that has learned.") var agent: String
  @Option(help: "The file to write: .onnx or .safetensors.") var out: String
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard out.hasSuffix(".onnx") || out.hasSuffix(".safetensors") else {
      throw ValidationError("--out \(out): a network is written as .onnx or .safetensors.")
    }
  }

  func run() throws {
    guard case .trained(_, let weights?) = try AgentSpecification(agent, home: .find()).kind else {
      throw UsageError("agent '\(agent)' has no network that was trained; see: selfplay agents")
    }
    let network = try Network.load(from: weights)
    if out.hasSuffix(".onnx") {
      let model = try network.onnx()
      do { try Data(model).write(to: URL(fileURLWithPath: out), options: .atomic) } catch {
        throw TensorFileError.unwritable(file: out, reason: "the folder is missing or read-only")
      }
    } else {
      try network.save(to: out)
    }
    let description = network.description
    let shape = [description.planes, description.rows, description.columns]
    if output.json {
      let sizes = JSONValue.list(shape.map { .integer($0) })
      return Terminal.put((["file": .text(out), "planes": sizes] as JSONValue).text)
    }
    Terminal.put("\(out): planes [batch, \(shape.map(String.init).joined(separator: ", "))] in")
  }
}
