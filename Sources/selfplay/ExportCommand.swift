import ArgumentParser
import Foundation
import SelfPlayKit
import TensorCore

/// `selfplay export`: recorded games, or an agent's network, for other programs.
struct ExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write recorded games, or an agent's network, for other programs.",
    discussion: """
      The ending of --out says what is written.
      Games: .npz holds NumPy arrays, one row a position (observations, legal, actions, rewards, players, \
      terminated, truncated, policies, full, values, returns, games, plies) or a game (starts, \
      final_observations, final_values, names); .jsonl holds one JSON object a game, from which 'selfplay import' \
      makes the same record by the rules kept beside it; .sgf holds games of Go.
      Networks: .onnx is a model for any batch: planes [batch, planes, rows, columns] in; logits and value, or \
      values, out. .safetensors holds the weights under their names.
      """)

  @Argument(
    help:
      "A file of games (.replay, .jsonl, .sgf), the folder of a run or a match, or an agent that has learned."
  )
  var source: String
  @Option(
    help: ArgumentHelp(
      "The file to write: .npz, .jsonl or .sgf; .onnx or .safetensors.", valueName: "file"))
  var out: String
  @Flag(help: "Weights in .safetensors in half precision, which take half the room.")
  var halves = false
  @OptionGroup var output: OutputOptions

  private static let networkEndings = ["onnx", "safetensors"]

  private var ending: String { URL(fileURLWithPath: out).pathExtension.lowercased() }

  func validate() throws {
    guard Self.networkEndings.contains(ending) || GameExport.Format(rawValue: ending) != nil else {
      throw ValidationError(
        "--out \(out): games are written as .npz, .jsonl or .sgf, a network as .onnx or .safetensors.")
    }
    guard !halves || ending == "safetensors" else {
      throw ValidationError("--halves is for .safetensors files, and --out \(out) is none.")
    }
  }

  func run() throws {
    if Self.networkEndings.contains(ending) { try exportNetwork() } else { try exportGames() }
  }

  private func exportGames() throws {
    Interruption.holdResults()
    let games = try GameSource(source, home: .find())
    let summary = try GameExport(to: out).write(games)
    if output.json { return Terminal.put(summary.json(file: out).text) }
    Terminal.put("\(out): \(summary.text)")
  }

  private func exportNetwork() throws {
    guard case .trained(let agent, let weights?) = try AgentSpecification(source, home: .find()).kind else {
      throw UsageError("agent '\(source)' has no network that was trained; see: selfplay agents")
    }
    switch agent.learner {
    case .tabular:
      throw UsageError(
        "agent '\(source)' has a table and no network to export; its values are in \(weights)")
    case .alphaGo:
      throw UsageError("agent '\(source)' has two networks, a file takes one; both are in \(weights)")
    case .alphaZero, .dqn, .recurrentDQN, .policyGradient: break
    }
    let network = try Network.load(from: weights)
    if ending == "onnx" {
      let model: [UInt8]
      do { model = try network.onnx() } catch { throw UsageError("agent '\(source)': \(error)") }
      do { try Data(model).write(to: URL(fileURLWithPath: out), options: .atomic) } catch {
        throw TensorFileError.unwritable(file: out, reason: "the folder is missing or read-only")
      }
    } else {
      if halves,
        let tensor = network.parameters.tensors().first(where: {
          $0.tensor.values.contains { !($0.magnitude < 65520) }
        })
      {
        throw UsageError("'\(tensor.name)' has numbers that half precision does not hold; leave out --halves")
      }
      try network.save(to: out, halves: halves)
    }
    let description = network.description
    let shape = [description.planes, description.rows, description.columns]
    if output.json {
      let sizes = JSONValue.list(shape.map { .integer($0) })
      return Terminal.put((["file": .text(out), "planes": sizes] as JSONValue).text)
    }
    Terminal.put("\(out): planes [batch, \(shape.map(String.init).joined(separator: ", "))] in")
  }
}

extension ExchangeSummary {
  /// Such as `2 games, 31 positions`.
  var text: String {
    counted(games, "game") + ", " + counted(positions, "position")
  }

  func json(file: String) -> JSONValue {
    ["file": .text(file), "games": .integer(games), "positions": .integer(positions)]
  }
}
