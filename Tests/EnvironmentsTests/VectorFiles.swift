import Foundation

/// The reference data of one folder of Tests/Vectors, or of the folder named by SELFPLAY_VECTORS.
enum VectorFiles {
  static let root: URL = {
    if let folder = ProcessInfo.processInfo.environment["SELFPLAY_VECTORS"] {
      return URL(fileURLWithPath: folder)
    }
    return URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Vectors")
  }()

  /// Whether the reference data are those of SELFPLAY_VECTORS, whole and not thinned.
  static var isWhole: Bool { ProcessInfo.processInfo.environment["SELFPLAY_VECTORS"] != nil }

  /// The objects of a file with one JSON object a line.
  static func lines<Line: Decodable>(of path: String, as type: Line.Type) throws -> [Line] {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let data = try Data(contentsOf: root.appendingPathComponent(path))
    return try data.split(separator: UInt8(ascii: "\n")).map { try decoder.decode(type, from: $0) }
  }
}
