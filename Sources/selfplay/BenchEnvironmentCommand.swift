import ArgumentParser
import SelfPlayKit

/// `selfplay bench environment`: random legal actions, every state observed, restarts counted in.
struct BenchEnvironmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "environment", abstract: "Steps a second of a game, each one observed.")

  @OptionGroup var game: GameOptions
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let definition = try game.definition(in: Home.find())
    let steps = try Benchmark(seconds: measure.seconds, threads: measure.threads).environment(definition.game)
    try measure.report([("steps_per_second", steps)], about: definition.id, json: output.json)
  }
}
