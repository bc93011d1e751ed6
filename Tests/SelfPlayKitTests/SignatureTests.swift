import Foundation
import SelfPlayKit
import Testing

@Suite("Signature")
struct SignatureTests {
  /// One line a part, then the signature of them all, as `selfplay bench signature --parts` prints them.
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("signature.txt")

  @Test("behaviour is what signature.txt says; if a change is meant, write the new numbers there")
  func matchesGoldenFile() throws {
    let lines = try String(contentsOf: Self.golden, encoding: .utf8).split(separator: "\n")
    let numbers = lines.map { line -> (name: String, value: UInt64) in
      let words = line.split(separator: " ")
      return (String(words[0]), UInt64(words[1])!)
    }
    let parts = try Signature(home: home).parts
    let found = Dictionary(uniqueKeysWithValues: parts.map { ($0.name, $0.value) })
    for part in numbers.dropLast() { #expect(found[part.name] == part.value, "\(part.name)") }
    // A new game makes a new line, but changes nothing about those that are here.
    #expect(numbers.last?.name == "signature")
    #expect(numbers.last?.value == Signature.combine(Array(numbers.dropLast())))
    #expect(numbers.count > 10)
  }

  @Test("the signature depends on the value, the name and the order of its parts")
  func dependsOnParts() {
    let parts: [(name: String, value: UInt64)] = [("a", 1), ("b", 2)]
    let signature = Signature.combine(parts)
    #expect(signature < 1 << 53)
    #expect(Signature.combine([("a", 1), ("b", 3)]) != signature)
    #expect(Signature.combine([("a", 1), ("c", 2)]) != signature)
    #expect(Signature.combine([("b", 2), ("a", 1)]) != signature)
  }
}
