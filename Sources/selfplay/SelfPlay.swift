import ArgumentParser
import Foundation
import SelfPlayKit
import TensorCore

/// The command line. Every subcommand has its own file; this one maps errors to exit codes.
@main
struct SelfPlay: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selfplay",
    abstract: "Trains, pits, replays and analyzes game-playing agents.",
    discussion: """
      Start with 'selfplay play uct:1000 --game connect4', or watch one:
      'selfplay pit uct:1000 uct:100 --game connect4 --watch'.
      """,
    version: SelfPlayVersion.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Look", subcommands: [GamesCommand.self, AgentsCommand.self, DoctorCommand.self]),
      CommandGroup(name: "Learn", subcommands: [TrainCommand.self, CurvesCommand.self]),
      CommandGroup(
        name: "Play",
        subcommands: [
          PlayCommand.self, PitCommand.self, ReplayCommand.self, AnalyzeCommand.self, TournamentCommand.self,
          GTPCommand.self,
        ]),
      CommandGroup(name: "Exchange", subcommands: [ExportCommand.self, ImportCommand.self]),
      CommandGroup(
        name: "Measure", subcommands: [AccuracyCommand.self, PerftCommand.self, BenchCommand.self]),
    ])

  static func main() {
    Interruption.listen()
    do {
      var command = try parseAsRoot()
      _ = try Kernels.select()
      try command.run()
    } catch let exit as ExitCode {
      leave(exit.rawValue)
    } catch is CancellationError {
      leave(ExitCode.interrupted.rawValue)
    } catch {
      if let status = status(of: error) { fail("\(error)", status) }
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      let message = message(for: error).split(separator: "\n").first.map(String.init) ?? "wrong usage"
      fail(message + " (see: selfplay --help)", 64)
    }
    if Terminal.isOutputLost {
      fail("standard output cannot be written; free some space or choose another place", 1)
    }
    leave(0)
  }

  private static func fail(_ message: String, _ status: Int32) -> Never {
    // In the place of a line of progress.
    let start = Terminal.isTerminal(STDERR_FILENO) ? "\r\u{1B}[2K" : ""
    Terminal.log(start + Ink(for: STDERR_FILENO)("error: ", .bold, .red) + message)
    leave(status)
  }

  /// The exit code of an error of ours; nil for those of the argument parser, which knows its own.
  private static func status(of error: any Error) -> Int32? {
    switch error {
    case is RegistryError, is UsageError, is KernelError: 64
    case let error as ConfigurationError: error.isUsage ? 64 : 1
    case is CleanExit, is ValidationError: nil
    default: "\(type(of: error))" == "CommandError" ? nil : 1
    }
  }

  private static func leave(_ status: Int32) -> Never {
    TerminalMode.restore()
    ProcessGroups.endAll()
    fflush(nil)
    Foundation.exit(status)
  }
}

/// A wrong use of a command that only shows while it runs, in one line.
struct UsageError: Error, CustomStringConvertible {
  var description: String
  init(_ description: String) { self.description = description }
}

extension ExitCode {
  /// After Ctrl-C, with everything kept.
  static let interrupted = ExitCode(130)
}
