import Foundation
import Testing

@Suite("Methods chosen on the command line")
struct MethodTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test("a shipped table is solved by value iteration, which says when it is done")
  func valueIteration() throws {
    try withFolder { folder in
      let outcome = try Program.run([
        "train", "frozenlake8", "--seed", "1", "--run", folder + "/run", "--set",
        "method=\"value_iteration\"",
        "--set", "evaluation.games=2",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(outcome.errors.contains(", done\n") && !outcome.errors.contains(" left\n"), "\(outcome.errors)")
    }
  }

  @Test(
    "a shipped agent that learns by PPO learns by the other policy gradients",
    arguments: ["a2c", "reinforce"])
  func policyGradients(method: String) throws {
    try withFolder { folder in
      let outcome = try Program.run([
        "train", "minatar-asterix", "--run", folder + "/run", "--steps", "1000", "--threads", "1", "--set",
        "method=\(method)", "--set", "learning.lanes=2", "--set", "evaluation.games=2",
      ])
      #expect(outcome.status == 0, "\(outcome.errors)")
    }
  }

  @Test("a method that the game cannot have leaves no folder behind, so that the next try is free")
  func unlistedStates() throws {
    try withFolder { folder in
      let run = folder + "/run"
      let train = [
        "train", "frozenlake8", "--game", "doorkey5", "--run", run, "--steps", "1000", "--set",
        "evaluation.games=2", "--set",
      ]
      let refused = try Program.run(train + ["method=\"value_iteration\""])
      #expect(refused.status == 1)
      #expect(refused.errors.hasPrefix("error: doorkey5: its states cannot be listed; "), "\(refused.errors)")
      #expect(refused.errors.split(separator: "\n").count == 1, "\(refused.errors)")
      #expect(!FileManager.default.fileExists(atPath: run))
      let next = try Program.run(train + ["method=\"q_learning\""])
      #expect(next.status == 0, "\(next.errors)")
    }
  }
}
