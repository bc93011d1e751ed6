import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay import`: games of other programs as a file of records.
struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Take games of other programs into a file of records.",
    discussion: """
      Every game is played through first: nothing is written unless all of them follow from their rules, which \
      are kept beside the records.
      A line of .jsonl needs its actions only, such as {"game": "tictactoe", "actions": [4, 0, 8]}; what else it \
      may hold, 'selfplay export' shows. Games in .sgf are of Go: their main lines are taken.
      """)

  @Argument(help: "The games: .jsonl with one JSON object a line, or .sgf.") var file: String
  @Option(help: ArgumentHelp("The file to write, which ends in .replay.", valueName: "file"))
  var out: String
  @Option(help: "The game of lines that do not name it (see 'selfplay games').") var game: String?
  @Option(name: .customLong("set"), help: ArgumentHelp("Change a rule of that game.", valueName: "key=value"))
  var settings: [String] = []
  @Flag(help: "Add to the games in that file.") var append = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard [.jsonl, .sgf].contains(GameSource.format(of: file)) else {
      throw ValidationError("\(file): games are taken from files that end in .jsonl or .sgf.")
    }
    guard GameSource.format(of: out) == .replay else {
      throw ValidationError("--out \(out): the name of a file of records ends in .replay.")
    }
    guard game != nil || settings.isEmpty else { throw ValidationError("--set needs --game.") }
    guard game == nil || GameSource.format(of: file) == .jsonl else {
      throw ValidationError("--game is for .jsonl; a file in the SGF format names its own rules.")
    }
  }

  func run() throws {
    Interruption.holdResults()
    let home = try Home.find()
    let definition = try game.map { try GameDefinition(named: $0, home: home, settings: settings) }
    let source = try GameSource(file, home: home, game: definition)
    let summary = try GameImport(source).write(to: out, appends: append)
    if output.json { return Terminal.put(summary.json(file: out).text) }
    Terminal.put("\(out): \(summary.text) (see: selfplay replay \(out))")
  }
}
