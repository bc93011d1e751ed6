import Foundation
import TensorCore
import Testing

/// A case of the reference data: what to do, with which settings, and the file of its tensors.
struct VectorCase: Decodable, Sendable, CustomTestStringConvertible {
  let name: String
  let op: String
  let file: String
  let attributes: [String: Attribute]
  var testDescription: String { name }

  /// A setting as the index writes it.
  enum Attribute: Decodable, Hashable, Sendable {
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([Attribute])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let flag = try? container.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else if let text = try? container.decode(String.self) {
        self = .text(text)
      } else {
        self = .list(try container.decode([Attribute].self))
      }
    }

    var number: Double? { if case .number(let value) = self { value } else { nil } }
  }

  static func load(_ folder: String) throws -> [VectorCase] {
    let data = try Data(contentsOf: URL(filePath: "\(vectorsFolder)/numerics/\(folder)/index.json"))
    let cases = try JSONDecoder().decode([VectorCase].self, from: data)
    guard !cases.isEmpty else { throw NoCases(folder: folder) }
    return cases
  }

  func contents(_ folder: String) throws -> Safetensors {
    try Safetensors(contentsOf: "\(vectorsFolder)/numerics/\(folder)/\(file)")
  }

  func optionalNumber(_ key: String) -> Float? { attributes[key]?.number.map { Float($0) } }

  func number(_ key: String) throws -> Float { try #require(optionalNumber(key), "\(name) has no \(key)") }

  func integer(_ key: String) throws -> Int { Int(try number(key)) }

  func flag(_ key: String) -> Bool { attributes[key] == .flag(true) }

  func text(_ key: String) -> String {
    if case .text(let value)? = attributes[key] { value } else { "" }
  }

  func numbers(_ key: String) throws -> [Double] {
    guard case .list(let values)? = attributes[key] else { throw MissingAttribute(name: key) }
    return values.compactMap(\.number)
  }

  /// A pair for rows and columns, or one number for both.
  func pair(_ key: String) throws -> Window.Pair {
    if attributes[key]?.number != nil { return Window.Pair(try integer(key)) }
    let values = try numbers(key)
    return Window.Pair(rows: Int(try #require(values.first)), columns: Int(try #require(values.last)))
  }
}

/// A case asks for something that this reader does not know: that fails the test.
struct UnknownOperation: Error { let name: String }
struct NoCases: Error { let folder: String }
struct MissingAttribute: Error { let name: String }
