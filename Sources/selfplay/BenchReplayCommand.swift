import ArgumentParser
import SelfPlayKit

/// `selfplay bench replay`: writing experience to the disk, and sampling it from memory.
struct BenchReplayCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay", abstract: "Speed and size of the replay.",
    discussion: """
      Appends MinAtar transitions and searched games of Go 9x9 to a file, and draws transitions from a million in
      memory, uniformly and by priority. The ratio is that of bytes before and after compression; observations are
      packed before. Memory is that of a million frames, of MinAtar and of Breakout on the screen.
      """)

  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let rates = try Benchmark(seconds: measure.seconds, threads: measure.threads).replay()
    try measure.report(
      [
        ("append_mb_per_second", .number(rates.appendMegabytesPerSecond)), ("ratio", .number(rates.ratio)),
        ("uniform_samples_per_second", .number(rates.uniformSamplesPerSecond)),
        ("prioritised_samples_per_second", .number(rates.prioritisedSamplesPerSecond)),
        ("ring_mb", .number(rates.ringMegabytes)),
        ("screen_ring_mb", .number(rates.screenRingMegabytes)),
      ], json: output.json)
  }
}
