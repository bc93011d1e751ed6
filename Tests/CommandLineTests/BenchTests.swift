import Foundation
import Testing

@Suite("selfplay bench", .serialized)
struct BenchTests {
  private func bench(_ arguments: String) throws -> Program.Outcome {
    try Program.run(["bench"] + arguments.split(separator: " ").map(String.init))
  }

  @Test(
    "every benchmark prints exactly one JSON object with its keys",
    arguments: [
      ("network --blocks 1 --channels 8 --board 5 --planes 3", ["evaluations_per_second"]),
      ("network --blocks 1 --channels 8 --board 5 --planes 3 --threads 2", ["evaluations_per_second"]),
      ("training --blocks 1 --channels 8 --board 5 --planes 3 --batch 8", ["samples_per_second"]),
      ("training --blocks 1 --channels 8 --board 5 --planes 3 --batch 8 --threads 2", ["samples_per_second"]),
      ("dqn --batch 8", ["updates_per_second"]),
      ("dqn --batch 2 --network nature", ["updates_per_second"]),
      ("dqn --loop", ["frames_per_second"]),
      ("environment --game tictactoe", ["steps_per_second"]),
      (
        "rollouts --game tictactoe --simulations 100", ["simulations_per_second", "playouts_per_second"]
      ),
      (
        "selfplay --agent tictactoe", ["positions_per_second", "evaluations_per_second", "evaluator_share"]
      ),
      (
        "replay",
        [
          "append_mb_per_second", "ratio", "uniform_samples_per_second", "prioritised_samples_per_second",
          "ring_mb",
        ]
      ),
      ("signature", ["signature"]),
    ])
  func printsJSON(arguments: String, keys: [String]) throws {
    let result = try bench(arguments + " --seconds 0.05 --json")
    #expect(result.status == 0, "\(result.errors)")
    #expect(result.output.split(separator: "\n").count == 1)
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
    for key in keys {
      let number = try #require(object[key] as? NSNumber, "\(key)")
      #expect(number.doubleValue > 0 && number.doubleValue.isFinite, "\(key)")
    }
    if let share = object["evaluator_share"] as? NSNumber { #expect(share.doubleValue <= 1) }
    let isTensor = arguments.hasPrefix("network") || arguments.hasPrefix("training")
    #expect((object["kernel"] is String) == isTensor)
  }

  @Test(
    "what cannot be measured is one clear line and exit code 64",
    arguments: [
      ("network --precision f16", "f16"),
      ("network --blocks 1000", "blocks is 1000"), ("selfplay --agent uct:100", "kind alphazero"),
    ])
  func explainsMistakes(arguments: String, text: String) throws {
    let result = try bench(arguments + " --seconds 0.05 --json")
    #expect(result.status == 64)
    #expect(result.output.isEmpty)
    #expect(result.errors.contains(text))
    #expect(result.errors.split(separator: "\n").count == 1)
  }

  @Test("the signature is the same with any kernels")
  func signatureIgnoresKernels() throws {
    let first = try bench("signature --json")
    setenv("SELFPLAY_KERNELS", "scalar", 1)
    defer { unsetenv("SELFPLAY_KERNELS") }
    #expect(try bench("signature --json").output == first.output)
  }
}
