import Foundation
import Testing

@Suite("Exporting networks")
struct ExportTests {
  @Test("an agent's network is written as ONNX and as safetensors, which any agent of its kind can read")
  func writes() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let model = folder.appendingPathComponent("go5.onnx").path
    let outcome = try Program.run(["export", "go5", "--out", model, "--json"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("\"planes\": [10, 5, 5]"))
    #expect(try Data(contentsOf: URL(fileURLWithPath: model)).starts(with: [8, 8]))
    let weights = folder.appendingPathComponent("go5.safetensors").path
    #expect(try Program.run(["export", "go5", "--out", weights]).status == 0)
    #expect(try Data(contentsOf: URL(fileURLWithPath: weights)).count > 10_000)
  }

  @Test(
    "what cannot be exported is refused in one line",
    arguments: [
      (["export", "uct:10", "--out", "x.onnx"], Int32(64), "no network"),
      (["export", "go5", "--out", "x.txt"], 64, "written as .onnx or .safetensors"),
      (["export", "go5", "--out", "/nowhere/x.onnx"], 1, "/nowhere/x.onnx: cannot be written"),
    ])
  func refuses(arguments: [String], status: Int32, text: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text) && outcome.errors.split(separator: "\n").count == 1)
  }
}
