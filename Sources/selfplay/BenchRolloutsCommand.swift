import ArgumentParser
import SelfPlayKit

/// `selfplay bench rollouts`: tree search from the start, one random playout a simulation.
struct BenchRolloutsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollouts", abstract: "Simulations a second of plain Monte Carlo tree search.")

  @OptionGroup var game: GameOptions
  @Option(help: "Simulations of each search.") var simulations = 1000
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard 1...100_000_000 ~= simulations else {
      throw ValidationError("--simulations \(simulations) is out of range; choose 1 to 100000000.")
    }
  }

  func run() throws {
    let definition = try game.definition(in: Home.find())
    let benchmark = Benchmark(seconds: measure.seconds, threads: measure.threads)
    let rates = try benchmark.rollouts(definition.game, simulations: simulations)
    try measure.report(
      [("simulations_per_second", rates.simulations), ("playouts_per_second", rates.playouts)],
      about: definition.id, json: output.json)
  }
}
