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

  /// The lines of a file with one JSON object a line.
  static func lines(of path: String) throws -> [Data] {
    try Data(contentsOf: root.appendingPathComponent(path)).split(separator: UInt8(ascii: "\n")).map {
      Data($0)
    }
  }
}
