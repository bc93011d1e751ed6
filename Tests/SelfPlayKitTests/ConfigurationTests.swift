import SelfPlayKit
import Testing

@Suite("Configuration")
struct ConfigurationTests {
  private func document(_ text: String) throws -> ConfigurationDocument {
    try ConfigurationDocument(text: text, origin: .file("test.toml"))
  }

  private func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test("values are read with their types, and defaults where they are absent")
  func reading() throws {
    let root = try document(
      """
      side = 9
      komi = 7
      name = "go"
      quick = true
      sizes = [1, 2]
      [inner]
      rate = 0.5
      """
    ).root
    #expect(try root.integer("side", in: 2...19) == 9)
    #expect(try root.number("komi") == 7)
    #expect(try root.text("name") == "go")
    #expect(try root.boolean("quick"))
    #expect(try root.integers("sizes") == [1, 2])
    #expect(try root.integer("absent", default: 3) == 3)
    #expect(try root.section("inner").number("rate") == 0.5)
    try root.finish()
  }

  @Test("what is wrong is said in one line with file, key and remedy")
  func errors() throws {
    let root = try document("side = 9.5\nkomi = \"7\"\nsize = 30\nmode = \"fats\"\nlist = [1, true]\n").root
    enum Mode: String, CaseIterable { case fast, slow }
    #expect(
      message { _ = try root.integer("side") }
        == "test.toml: side: expected an integer, found a number (9.5); write an integer there")
    #expect(
      message { _ = try root.number("komi") }
        == "test.toml: komi: expected a number, found a text (\"7\"); write a number there")
    #expect(
      message { _ = try root.integer("size", in: 2...19) }
        == "test.toml: size: 30 is out of range; choose a value from 2 to 19")
    #expect(
      message { _ = try root.choice("mode", of: Mode.self) }
        == "test.toml: mode: unknown choice 'fats'; choose one of fast, slow")
    #expect(
      message { _ = try root.integers("list") }
        == "test.toml: list: expected a list of integers, found a boolean (true); write a list of integers there"
    )
    #expect(
      message { _ = try root.text("absent") } == "test.toml: absent: is missing; add absent with a text")
  }

  @Test("a key that nobody asked for is an error that names a near one")
  func unknownKeys() throws {
    let root = try document("sied = 9\n").root
    _ = try root.integer("side", default: 9)
    #expect(message { try root.finish() } == "test.toml: sied: unknown key; did you mean 'side'?")
    let nested = try document("[inner]\nfoo = 1\n").root
    _ = try nested.section("inner").integer("rate", default: 1)
    #expect(message { try nested.finish() } == "test.toml: inner.foo: unknown key; known keys: rate")
  }

  @Test("a syntax error has its line and column")
  func syntax() {
    let text = message { _ = try document("side = 9\nkomi = = 7\n") }
    #expect(text.hasPrefix("test.toml: line 2, column 8: "), "\(text)")
    #expect(!text.contains("\n"))
  }

  @Test("what a file must not hold is refused", arguments: ["a = 1979-05-27", "a = 1\na = 2", "a = 1\u{0}"])
  func refused(_ text: String) {
    #expect(throws: ConfigurationError.self) { try document(text) }
  }

  @Test("settings go before the file, and errors in them name the argument")
  func settings() throws {
    var document = try document("side = 9\n[inner]\nrate = 1\n")
    try document.set("side=13")
    try document.set("inner.rate=0.25")
    try document.set("name=plain text")
    let root = document.root
    #expect(try root.integer("side") == 13)
    #expect(try root.section("inner").number("rate") == 0.25)
    #expect(try root.text("name") == "plain text")
    var wrong = try self.document("side = 9\n")
    try wrong.set("sied=13")
    let reader = wrong.root
    _ = try reader.integer("side")
    #expect(message { try reader.finish() } == "--set sied=13: sied: unknown key; did you mean 'side'?")
    #expect(message { try wrong.set("side") } == "--set side: there is no '='; write --set key.path=value")
    #expect(
      message { try wrong.set("side.x=1") }
        == "--set side.x=1: side: is an integer, not a table; set side itself")
  }

  @Test("what was read can be written back and read again with the same result")
  func resolved() throws {
    func read(_ document: ConfigurationDocument) throws -> String {
      let root = document.root
      _ = try root.text("map", default: "SF\nHG\n")
      _ = try root.text("quoted", default: "a \"b\" \\ \u{1}")
      _ = try root.number("rate", default: 1e-7)
      let inner = try root.section("inner")
      _ = try inner.numbers("weights", default: [1, 0.1])
      _ = try inner.section("deep").boolean("on", default: true)
      try root.finish()
      return root.resolved
    }
    let first = try read(document("rate = 0.3\n"))
    #expect(try read(document(first)) == first)
    #expect(first.hasPrefix("map = '''\nSF\nHG\n'''\n"))
    #expect(first.hasSuffix("[inner]\nweights = [1.0, 0.1]\n\n[inner.deep]\non = true\n"), "\(first)")
  }
}
