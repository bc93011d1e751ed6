import ArgumentParser
import SelfPlayKit

/// `selfplay bench signature`: a number that tells whether behaviour has changed.
struct BenchSignatureCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "signature", abstract: "One number that changes only when behaviour does.",
    discussion: """
      Covers the rules of every game in Games/, randomness, tree search and the encoding of records; the same on
      every machine. --parts shows what it is made of.
      """)

  @Flag(help: "Show the numbers of all parts as well.") var parts = false
  @OptionGroup var measure: MeasureOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let signature = try Signature(home: Home.find())
    let number = JSONValue(signature.value)
    if output.json {
      Terminal.put(JSONValue.object([.init(key: "signature", value: number)]).text)
      return
    }
    if parts { for part in signature.parts { Terminal.put("\(part.name) \(part.value)") } }
    Terminal.put("signature \(number.text)")
  }
}
