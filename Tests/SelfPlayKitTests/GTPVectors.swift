import Foundation
import SelfPlayKit
import Testing

@Suite("Go Text Protocol against the dialogues of GNU Go")
struct GTPVectors {
  struct Dialogue: Decodable {
    var transcript: String
    var exchange: [Exchange]
  }

  struct Exchange: Decodable {
    var send: String
    var receive: String
    var command: String?
    var ok: Bool?
    var pattern: String?
    var `extension`: Bool?
    var lenient: Bool?
  }

  /// Commands whose successful answers are the protocol's, letter for letter.
  static let exact: Set = [
    "play", "boardsize", "komi", "clear_board", "undo", "quit", "protocol_version", "known_command",
    "captures",
    "is_legal",
  ]
  /// Errors whose text is the protocol's.
  static let errors: Set = [
    "unknown command", "illegal move", "cannot undo", "unacceptable size", "invalid color or coordinate",
  ]

  @Test("every answer has the frame, the success and the text of the protocol")
  func dialogues() throws {
    var count = 0
    for line in try VectorFiles.lines(of: "gtp/gtp.jsonl") {
      let dialogue = try JSONDecoder().decode(Dialogue.self, from: line)
      let engine = try GTPEngine(
        agent: AgentSpecification("uct:20", home: home), definition: GameDefinition(named: "go9", home: home))
      var hasSamePast = true
      for exchange in dialogue.exchange {
        let answer = engine.answer(exchange.send) ?? ""
        if exchange.lenient == true {
          // What the peer took and this program refuses may be missing on the board from here on.
          hasSamePast = hasSamePast && answer.hasPrefix("=") == (exchange.ok == true)
          continue
        }
        if !hasSamePast, exchange.extension == true { continue }
        try check(answer, exchange, in: dialogue.transcript)
        count += 1
      }
      #expect(engine.hasQuit)
    }
    print("gtp: \(count) answers compared")
    #expect(count > 400)
  }

  private func check(_ answer: String, _ exchange: Exchange, in transcript: String) throws {
    let place = "\(transcript): \(exchange.send.debugDescription) -> \(answer.debugDescription)"
    guard let command = exchange.command else {
      #expect(answer == exchange.receive, "\(place)")
      return
    }
    let head = answer.prefix { $0 != " " }
    #expect(head == exchange.receive.prefix { $0 != " " && $0 != "\n" }, "\(place)")
    #expect(answer.hasSuffix("\n\n") && !answer.dropLast(2).contains("\n\n"), "\(place)")
    let expected = exchange.receive.dropFirst(head.count).trimmingCharacters(in: .whitespacesAndNewlines)
    let text = answer.dropFirst(head.count).trimmingCharacters(in: .whitespacesAndNewlines)
    if let pattern = exchange.pattern {
      let plain = "= " + text
      // An empty first line before a board is trimmed above.
      let isBoard = command == "showboard"
      #expect(isBoard || plain.range(of: pattern, options: .regularExpression) != nil, "\(place)")
    } else if Self.exact.contains(command) && exchange.ok == true {
      #expect(answer == exchange.receive, "\(place)")
    } else if Self.errors.contains(expected) {
      #expect(text == expected, "\(place)")
    } else if exchange.extension == true {
      #expect(Set(text.split(separator: " ")) == Set(expected.split(separator: " ")), "\(place)")
    }
  }
}
