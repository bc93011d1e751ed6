import Foundation
import Testing

@Suite("Stopping and going on from the command line")
struct ResumeTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  @Test("what is wrong with a run's folder is said in one line, with the remedy")
  func damage() throws {
    try withFolder { folder in
      let whole = folder + "/whole"
      let train = [
        "train", "frozenlake4", "--steps", "600", "--set", "evaluation.games=2", "--set",
        "learning.minimum_replay=200", "--threads", "1", "--run", whole,
      ]
      #expect(try Program.run(train).status == 0)
      let run = folder + "/run"
      let files = FileManager.default
      /// What is said of a copy of the run that was damaged.
      func answer(_ damage: () throws -> Void) throws -> String {
        try? files.removeItem(atPath: run)
        try files.copyItem(atPath: whole, toPath: run)
        try damage()
        let outcome = try Program.run(["train", "--resume", run, "--steps", "800"])
        #expect(outcome.status == 1 && outcome.output.isEmpty)
        // The program announces itself where the folder can be read at all.
        let lines = outcome.errors.split(separator: "\n").filter { !$0.hasPrefix("Training ") }
        #expect(lines.count == 1, "\(outcome.errors)")
        return lines.last.map(String.init) ?? ""
      }
      let remedy = "; restore the file, or start anew in another folder"
      #expect(
        try answer { try files.removeItem(atPath: run + "/experience.replay") }
          == "error: \(run)/experience.replay: is missing\(remedy)")
      #expect(
        try answer { try files.removeItem(atPath: run + "/agent.toml") }
          == "error: \(run)/agent.toml: is missing\(remedy)")
      #expect(
        try answer {
          try files.removeItem(atPath: run + "/checkpoints")
          try Data("x".utf8).write(to: URL(fileURLWithPath: run + "/checkpoints"))
        } == "error: \(run)/checkpoints: is no folder, or may not be read\(remedy)")
      let changed = try answer {
        let definition = try String(contentsOfFile: run + "/agent.toml", encoding: .utf8)
        let other = definition.replacingOccurrences(of: "\"adam\"", with: "\"rmsprop\"")
        try #require(other != definition)
        try Data(other.utf8).write(to: URL(fileURLWithPath: run + "/agent.toml"))
      }
      #expect(changed.contains("was written with the optimiser adam, agent.toml asks for rmsprop; set"))
      // Undamaged, the same run goes on.
      #expect(try Program.run(["train", "--resume", whole, "--steps", "800"]).status == 0)
    }
  }

  @Test(
    "Ctrl-C gives up iterations of minutes, and the run goes on from its last checkpoint",
    arguments: [
      ["taxi", "--set", "learning.steps_per_iteration=30000000"],
      ["minatar-asterix", "--set", "learning.horizon=4096"],
      ["doorkey5", "--set", "learning.updates_per_step=1000.0", "--set", "learning.minimum_replay=1"],
    ])
  func interruption(_ arguments: [String]) throws {
    try withFolder { folder in
      var run = ""
      let outcome = try interruptedInIteration { attempt in
        run = "\(folder)/run-\(attempt)"
        return ["train"] + arguments + ["--threads", "1", "--run", run]
      }
      #expect(outcome.status == 130)
      #expect(outcome.errors.contains("ends with the checkpoint of step 0."), "\(outcome.errors)")
      #expect(outcome.errors.contains("Go on with: selfplay train --resume \(run)"))
      // Nothing that was given up is in the way of going on.
      let again = try interruptedInIteration { _ in ["train", "--resume", run, "--threads", "1"] }
      #expect(
        again.status == 130 && again.errors.contains("ends with the checkpoint of step"), "\(again.errors)")
    }
  }

  /// Runs a training, and stops it when it has begun: later, where the machine is too busy for that.
  private func interruptedInIteration(_ arguments: (Int) -> [String]) throws -> Program.Outcome {
    var outcome = try Program.run(arguments(0), interruptAfter: 1.5)
    for (attempt, delay) in [5.0, 15, 45].enumerated()
    where !outcome.errors.contains("Stopped in a long iteration") {
      outcome = try Program.run(arguments(attempt + 1), interruptAfter: delay)
    }
    return outcome
  }
}
