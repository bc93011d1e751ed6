import ArgumentParser
import SelfPlayKit

/// `selfplay bench selfplay`: games of an AlphaZero agent against itself, as training plays them.
struct BenchSelfPlayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selfplay", abstract: "Positions a second of an AlphaZero agent's self-play.")

  @Option(help: "An agent of kind alphazero; without weights it plays with fresh ones.")
  var agent = "connect4"
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    _ = try Benchmark.kernelName()
    let benchmark = Benchmark(seconds: measure.seconds, threads: measure.threads)
    let rates = try benchmark.selfPlay(of: agent, home: Home.find())
    try measure.report(
      [
        ("positions_per_second", .number(rates.positionsPerSecond)),
        ("evaluations_per_second", .number(rates.evaluationsPerSecond)),
        ("evaluator_share", .number(rates.evaluatorShare)),
      ], json: output.json)
  }
}
