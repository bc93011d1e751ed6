import ArgumentParser
import Foundation
import Learning
import SelfPlayKit
import Synchronization

/// `selfplay train`: an agent from nothing, or a run that was stopped.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train an agent from nothing, or go on with a run.",
    discussion: """
      A run's folder is an agent at any time: 'selfplay play runs/connect4-1 --game connect4'.
      Ctrl-C stops with everything kept; 'selfplay train --resume runs/connect4-1' goes on.
      With a budget in steps the same seed gives the same bytes, with any number of threads.
      """)

  @Argument(help: "A name in Agents/, or the path of a TOML file.") var agent: String?
  @Option(help: ArgumentHelp("Go on with the run in this folder.", valueName: "dir")) var resume: String?
  @Option(help: "Another game than the agent's own.") var game: String?
  @Option(
    name: .customLong("run"),
    help: ArgumentHelp("The run's folder; runs/AGENT-SEED if not given.", valueName: "dir"))
  var folder: String?
  @Option(help: "Seed of all chance; the agent's own (1) if not given.") var seed: UInt64?
  @Option(help: "Threads; all processors if not given.") var threads: Int?
  @Option(
    name: .customLong("for"),
    help: ArgumentHelp(
      "How long to learn, such as 90s, 10m or 2h; the last evaluation comes on top.", valueName: "time"))
  var time: String?
  @Option(help: "How many environment steps instead: reproducible.") var steps: Int?
  @Option(
    name: .customLong("set"), help: ArgumentHelp("Change a key of the agent's TOML.", valueName: "key=value"))
  var settings: [String] = []
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (agent == nil) != (resume == nil) else {
      throw ValidationError("Name an agent to train, or a run's folder with --resume, not both.")
    }
    guard resume == nil || (game == nil && folder == nil && seed == nil && settings.isEmpty) else {
      throw ValidationError(
        "--resume goes on with the run as it is; of the other options it takes --for, --steps and --threads.")
    }
    guard time == nil || steps == nil else { throw ValidationError("--for and --steps exclude each other.") }
    guard steps ?? 1 >= 1 else {
      throw ValidationError("--steps \(steps ?? 0) is out of range; choose at least 1.")
    }
    guard 1...1024 ~= threads ?? 1 else {
      throw ValidationError("--threads \(threads ?? 0) is out of range; choose 1 to 1024.")
    }
    if let time, Duration.seconds(parsing: time) == nil {
      throw ValidationError("--for \(time) is no time; write 90s, 10m or 2h.")
    }
    guard seed ?? 0 <= UInt64(Int.max) else {
      throw ValidationError("--seed is out of range; choose at most \(Int.max).")
    }
  }

  func run() throws {
    Interruption.holdResults()
    let session = try makeSession()
    let display = Mutex(TrainingDisplay(for: session))
    Terminal.log(
      "Training \(session.name) for \(session.game.id) in \(session.folder.path) (Ctrl-C stops, nothing is lost)"
    )
    let path = session.folder.path
    do {
      let last = try session.run { progress in display.withLock { $0.show(progress) } }
      display.withLock { $0.show(last, isLast: true) }
      if output.json { Terminal.put(TrainingReport(last, of: session).json.text) }
    } catch is CancellationError {
      // Interrupted while the run was taken up, so that there is nothing to report; what follows says how to go on.
    }
    if Interruption.isRequested {
      Terminal.log("Stopped. Go on with: selfplay train --resume \(path)")
      throw ExitCode.interrupted
    }
    Terminal.log("Trained. Try: selfplay play \(path) --game \(session.definition.game)")
  }

  private func makeSession() throws -> TrainingSession {
    let home = try Home.find()
    let threads = threads ?? ProcessInfo.processInfo.activeProcessorCount
    let seconds = time.flatMap { Duration.seconds(parsing: $0) }
    let budget = steps == nil && seconds == nil ? nil : Budget(steps: steps, seconds: seconds)
    if let resume {
      return try TrainingSession(resuming: resume, threads: threads, budget: budget, home: home)
    }
    return try TrainingSession(
      agent: agent ?? "",
      options: .init(
        game: game, run: folder, seed: seed, threads: threads, budget: budget, settings: settings),
      home: home)
  }
}
