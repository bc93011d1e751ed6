import ArgumentParser
import SelfPlayKit

/// `selfplay bench training`: whole gradient steps of AlphaZero.
struct BenchTrainingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "training", abstract: "Samples a second that a network is trained on.",
    discussion: "A step is loading the batch, forward, losses, backward, clipping and AdamW.")

  @OptionGroup var network: ResidualNetworkOptions
  @Option(help: "Samples in a batch; the threads share it evenly.") var batch = 256
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 2...65_536 ~= batch else {
      throw ValidationError("--batch \(batch) is out of range; choose 2 to 65536.")
    }
    guard batch.isMultiple(of: measure.threads) else {
      throw ValidationError(
        "--threads \(measure.threads) does not divide --batch \(batch); choose a divisor.")
    }
  }

  func run() throws {
    let description = try network.description()
    let kernel = try Benchmark.kernelName()
    let benchmark = Benchmark(seconds: measure.seconds, threads: measure.threads)
    let rate = try benchmark.training(description, batch: batch, precision: network.precision)
    try measure.report(
      [("samples_per_second", .number(rate)), ("kernel", .text(kernel))], json: output.json)
  }
}
