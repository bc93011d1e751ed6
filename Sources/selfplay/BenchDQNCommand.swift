import ArgumentParser
import SelfPlayKit
import TensorCore

/// `selfplay bench dqn`: gradient steps of deep Q-learning on MinAtar's network.
struct BenchDQNCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "dqn", abstract: "Gradient steps a second of deep Q-learning.",
    discussion: """
      A step samples a batch from memory; the optimiser is centred RMSprop, and the target network is copied every 1000
      steps. The network is that of MinAtar (16 channels of 3x3 on 10x10x4, 128 hidden units, 6 actions) or that of
      Mnih et al. 2015 (nature, on pictures of 4x84x84). With --loop a whole run on MinAtar's Breakout is measured:
      one update on 32 transitions for every frame.
      """)

  @Option(help: "Transitions in a batch.") var batch = 32
  @Option(help: "Network: minatar or nature.") var network = Benchmark.ActionValueNetwork.minatar
  @Flag(help: "Measure environment, acting, replay and updates together.") var loop = false
  @Option(help: "f32, or bf16 to allow rounding where that is faster (AMX).") var precision = Precision.f32
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 1...65_536 ~= batch else {
      throw ValidationError("--batch \(batch) is out of range; choose 1 to 65536.")
    }
    if loop, network != .minatar {
      throw ValidationError("--loop measures MinAtar's network; leave --network away.")
    }
  }

  func run() throws {
    _ = try Benchmark.kernelName()
    let benchmark = Benchmark(seconds: measure.seconds, threads: measure.threads)
    if loop {
      return try measure.report(
        [("frames_per_second", .number(benchmark.deepQLearningLoop(precision: precision)))], json: output.json
      )
    }
    let rate = try benchmark.deepQLearning(batch: batch, network: network, precision: precision)
    try measure.report([("updates_per_second", .number(rate))], json: output.json)
  }
}

extension Benchmark.ActionValueNetwork: ExpressibleByArgument {}
