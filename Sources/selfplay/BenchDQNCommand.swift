import ArgumentParser
import SelfPlayKit

/// `selfplay bench dqn`: gradient steps of deep Q-learning on MinAtar's network.
struct BenchDQNCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dqn", abstract: "Gradient steps a second of deep Q-learning.",
    discussion: """
      MinAtar's network: 16 channels of 3x3 on 10x10x4, 128 hidden units, 6 actions. A step samples a batch from
      memory; the optimiser is centred RMSprop, and the target network is copied every 1000 steps.
      """)

  @Option(help: "Transitions in a batch.") var batch = 32
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 1...65_536 ~= batch else {
      throw ValidationError("--batch \(batch) is out of range; choose 1 to 65536.")
    }
  }

  func run() throws {
    _ = try Benchmark.kernelName()
    let benchmark = Benchmark(seconds: measure.seconds, threads: measure.threads)
    try measure.report(
      [("updates_per_second", .number(benchmark.deepQLearning(batch: batch)))], json: output.json)
  }
}
