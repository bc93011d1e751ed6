import Foundation
import Testing

@Suite("Exporting and importing")
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
    let size = try Data(contentsOf: URL(fileURLWithPath: weights)).count
    #expect(size > 10_000)
    #expect(try Program.run(["export", "go5", "--out", weights, "--halves"]).status == 0)
    let halves = try Data(contentsOf: URL(fileURLWithPath: weights)).count
    #expect((0.5..<0.55).contains(Double(halves) / Double(size)))
  }

  @Test("recorded games are written as NPZ, JSON lines and SGF, and taken back")
  func games() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for ending in ["npz", "jsonl", "sgf"] {
      let outcome = try Program.run([
        "export", "Replays/go5.replay", "--out", "\(folder)/x.\(ending)", "--json",
      ])
      #expect(outcome.status == 0 && outcome.output.contains("\"games\": 1"), "\(outcome.errors)")
    }
    for ending in ["jsonl", "sgf"] {
      let path = "\(folder)/\(ending).replay"
      let outcome = try Program.run(["import", "\(folder)/x.\(ending)", "--out", path])
      #expect(outcome.output.hasPrefix("\(path): 1 game, "), "\(outcome.errors)")
      let again = try Program.run(["import", "\(folder)/x.\(ending)", "--out", path])
      #expect(again.status == 1 && again.errors.contains("add to it with --append"))
      #expect(try Program.run(["replay", path, "--print"]).status == 0)
    }
  }

  @Test(
    "what cannot be exported is refused in one line",
    arguments: [
      (["export", "uct:10", "--out", "x.onnx"], Int32(64), "no network"),
      (["export", "taxi", "--out", "x.onnx"], 64, "agent 'taxi' has a table and no network to export"),
      (
        ["export", "doorkey5", "--out", "x.onnx"], 64, "agent 'doorkey5': ONNX: this network's memory cannot"
      ),
      (["export", "go5", "--out", "x.txt"], 64, "a network as .onnx or .safetensors"),
      (["export", "go5", "--out", "x.onnx", "--halves"], 64, "--halves is for .safetensors files"),
      (["export", "go5", "--out", "x.npz"], 1, "ends in none of .replay, .jsonl and .sgf"),
      (["export", "Replays/nothing.replay", "--out", "x.npz"], 1, "cannot be opened"),
      (["export", "Replays/go5.replay", "--out", "/nowhere/x.npz"], 1, "/nowhere/x.npz: cannot be written"),
      (["export", "Replays/connect4.replay", "--out", "/tmp/x.sgf"], 1, "SGF is for Go"),
      (["import", "Replays/go5.replay", "--out", "x.replay"], 64, "files that end in .jsonl or .sgf"),
      (["import", "games.jsonl", "--out", "x.txt"], 64, "ends in .replay"),
      (["import", "/nowhere/games.jsonl", "--out", "x.replay"], 1, "/nowhere/games.jsonl: cannot be read"),
      (["export", "go5", "--out", "/nowhere/x.onnx"], 1, "/nowhere/x.onnx: cannot be written"),
    ])
  func refuses(arguments: [String], status: Int32, text: String) throws {
    let outcome = try Program.run(arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(text) && outcome.errors.split(separator: "\n").count == 1)
  }
}
