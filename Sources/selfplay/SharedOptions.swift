import ArgumentParser
import SelfPlayKit

/// Which game, for every command that needs one.
struct GameOptions: ParsableArguments {
  @Option(help: "A game's id (see 'selfplay games') or the path of a TOML file.")
  var game: String

  @Option(name: .customLong("set"), help: ArgumentHelp("Change a rule of the game.", valueName: "key=value"))
  var settings: [String] = []

  func definition(in home: Home) throws -> GameDefinition {
    try GameDefinition(named: game, home: home, settings: settings)
  }
}

/// `--json`, for every command that is not interactive.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object.")
  var json = false
}
