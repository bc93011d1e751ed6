import ArgumentParser
import SelfPlayKit
import TensorCore

/// `selfplay bench network`: compiled inference of a residual policy-value network.
struct BenchNetworkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "network", abstract: "Positions a second that a network evaluates.")

  @OptionGroup var network: ResidualNetworkOptions
  @Option(help: "Positions in a batch.") var batch = 8
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 1...65_536 ~= batch else {
      throw ValidationError("--batch \(batch) is out of range; choose 1 to 65536.")
    }
  }

  func run() throws {
    let description = try network.description()
    let kernel = try Benchmark.kernelName()
    let benchmark = Benchmark(seconds: measure.seconds, threads: measure.threads)
    let rate = try benchmark.network(description, batch: batch, precision: network.precision)
    try measure.report(
      [("evaluations_per_second", .number(rate)), ("kernel", .text(kernel))], json: output.json)
  }
}

extension Precision: ExpressibleByArgument {}

/// The network that `bench network` and `bench training` measure.
struct ResidualNetworkOptions: ParsableArguments {
  @Option(help: "Residual blocks.") var blocks = 6
  @Option(help: "Channels of every convolution.") var channels = 64
  @Option(help: "Rows and columns of the board.") var board = 9
  @Option(help: "Input planes.") var planes = 17
  @Option(help: "f32, or bf16 to allow rounding where that is faster (AMX).") var precision = Precision.f32

  /// Throws `UsageError` for what cannot be built.
  func description() throws -> NetworkDescription {
    do {
      return try Benchmark.residualNetwork(
        blocks: blocks, channels: channels, board: board, planes: planes)
    } catch {
      throw UsageError(error.description)
    }
  }
}
