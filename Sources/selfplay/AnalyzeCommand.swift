import ArgumentParser
import Foundation
import SelfPlayKit

/// `selfplay analyze`: an agent's judgement of every move of recorded games.
struct AnalyzeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze", abstract: "Let an agent judge recorded games move by move.",
    discussion: """
      Values are the first player's: from -1 to 1 with two players, the expected return with one. A move that \
      gives away 0.1 is an inaccuracy, 0.2 a mistake, 0.3 a blunder (with one player: of the largest value of the \
      episode). The same seed gives the same output.
      """)

  @Argument(help: "A file of recorded games, or games of Go in an .sgf file.") var file: String
  @Option(help: "Who judges. (default: the first player with weights, else \(Analyzer.fallback))")
  var agent: String?
  @Option(help: "Simulations for each position. (default: the agent's own)") var simulations: Int?
  @Option(name: .customLong("game"), help: "Number of the only game to judge, from 1.") var number: Int?
  @Option(help: "Seed of the agent's chance.") var seed: UInt64 = 1
  @Option(
    name: .customLong("out"),
    help: ArgumentHelp("Write to this file: .html, .json, or .sgf for Go.", valueName: "file"))
  var path: String?
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard number ?? 1 >= 1 else {
      throw ValidationError("--game \(number ?? 0) is out of range; games count from 1.")
    }
    guard 1...100_000_000 ~= simulations ?? 1 else {
      throw ValidationError("--simulations \(simulations ?? 0) is out of range; choose 1 to 100000000.")
    }
  }

  func run() throws {
    Interruption.holdResults()
    let home = try Home.find()
    let destination = try path.map { try AnalysisFile($0) }
    let album = try GameAlbum(file)
    if let number, number > album.count {
      throw UsageError(
        "--game \(number): \(file) holds \(counted(album.count, "game")); choose 1 to \(album.count)")
    }
    let indices = number.map { [$0 - 1] } ?? Array(0..<album.count)
    if destination?.format == .sgf {
      for index in indices { try GoCollection.check(album.records[index], album: album, home: home) }
    }
    let analyzer = Analyzer(album, home: home, agent: agent, simulations: simulations, seed: seed)
    let analyses = try judge(indices, of: album, with: analyzer)
    let isInterrupted = analyses.count < indices.count
    let report = report(analyses, isInterrupted: isInterrupted)
    if output.json { Terminal.put(report.text) }
    if let destination, !analyses.isEmpty {
      try destination.write(analyses, report: report, home: home, album: album)
      Terminal.log("Analysis kept in \(destination.path)")
    }
    if isInterrupted { throw ExitCode.interrupted }
  }

  /// All games up to Ctrl-C; prints each as soon as it is judged.
  private func judge(_ indices: [Int], of album: GameAlbum, with analyzer: Analyzer) throws -> [GameAnalysis]
  {
    let ink = Ink(for: STDOUT_FILENO)
    let isTerminal = Terminal.isTerminal(STDOUT_FILENO)
    let width = isTerminal ? Terminal.size(of: STDOUT_FILENO).columns : 100
    var status = StatusDisplay()
    var analyses: [GameAnalysis] = []
    for index in indices {
      do {
        let total = album.records[index].actions.count
        let analysis = try analyzer.analyze(index) { done in
          status.show("game \(index + 1) of \(album.count): move \(done) of \(total)")
        }
        status.clear()
        analyses.append(analysis)
        if !output.json {
          let gap = analyses.count > 1 ? "\n\n" : ""
          Terminal.put(gap + AnalysisReport(analysis, ink: ink, width: width).text)
        }
      } catch is CancellationError {
        status.clear()
        Terminal.log("Interrupted after \(analyses.count) of \(counted(indices.count, "game")).")
        break
      } catch {
        status.clear()
        throw error
      }
    }
    return analyses
  }

  private func report(_ analyses: [GameAnalysis], isInterrupted: Bool) -> JSONValue {
    [
      "file": .text(file), "seed": JSONValue(seed),
      "thresholds": .object(
        MoveQuality.allCases.dropFirst().map {
          JSONValue.Member(key: $0.rawValue, value: .number($0.threshold))
        }),
      "games": .list(analyses.map(\.json)), "interrupted": .boolean(isInterrupted),
    ]
  }
}
