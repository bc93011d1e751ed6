import Foundation

/// A file that an analysis is written to; its extension says how.
public struct AnalysisFile: Sendable {
  public enum Format: String, Sendable, CaseIterable { case sgf, html, json }

  public let path: String
  public let format: Format

  /// Throws `RegistryError` for an extension that stands for no format, and `ArenaError` for a folder
  /// that cannot be written to.
  public init(_ path: String) throws {
    guard let format = Format(rawValue: URL(fileURLWithPath: path).pathExtension.lowercased()) else {
      throw RegistryError(
        problem: "--out \(path): the name ends in none of .sgf, .html and .json",
        remedy: "choose one of these endings")
    }
    self.path = path
    self.format = format
    // Now rather than after a long analysis.
    let folder = path.contains("/") ? URL(fileURLWithPath: path).deletingLastPathComponent().path : "."
    guard access(folder, W_OK | X_OK) == 0 else { throw failure(String(cString: strerror(errno))) }
  }

  /// Writes the analyses: aside first, then renamed, so that an older file is replaced whole or not at all.
  ///
  /// Throws `ExchangeError` for a file that cannot be written, and `ArenaError` for games that SGF is not for.
  public func write(_ analyses: [GameAnalysis], report: JSONValue, home: Home, album: GameAlbum) throws {
    let text =
      switch format {
      case .json: report.text + "\n"
      case .html: AnalysisPage(analyses, report: report).text
      case .sgf: try GoCollection(analyses, album: album, home: home).text
      }
    try FileAside.write(path) { try $0.write(contentsOf: Data(text.utf8)) }
  }

  private func failure(_ reason: String) -> ArenaError {
    ArenaError(description: "\(path) cannot be written (\(reason)); choose another place")
  }
}
