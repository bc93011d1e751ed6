import Foundation

/// Serves an engine of the Go Text Protocol on standard input and output.
public struct GTPServer {
  private let engine: GTPEngine

  public init(_ engine: GTPEngine) { self.engine = engine }

  /// Answers until `quit` or the end of the input.
  public func run() throws {
    let lines = LineReader(STDIN_FILENO)
    while !engine.hasQuit, !Terminal.isOutputLost, case .text(let line) = lines.next() {
      if let answer = engine.answer(line) { Terminal.put(answer, terminator: "") }
    }
  }
}
