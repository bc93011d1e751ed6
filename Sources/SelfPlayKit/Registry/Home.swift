import Foundation

/// The folder that holds Games/, Agents/ and Replays/.
public struct Home: Hashable, Sendable {
  public let path: String

  /// A home at a known place.
  public init(path: String) { self.path = path }

  /// `SELFPLAY_HOME` if set; else the nearest folder with Games/ from the current one up, else from the
  /// program's own up. Throws `RegistryError` if there is none.
  public static func find() throws -> Home {
    if let named = ProcessInfo.processInfo.environment["SELFPLAY_HOME"], !named.isEmpty {
      guard isDirectory(named + "/Games") else {
        throw RegistryError(
          problem: "SELFPLAY_HOME is \(named), which holds no folder Games",
          remedy: "set it to the folder that holds Games and Agents")
      }
      return Home(path: named)
    }
    let program = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    for start in [FileManager.default.currentDirectoryPath, (program as NSString).deletingLastPathComponent] {
      var folder = start
      while !folder.isEmpty {
        if isDirectory(folder + "/Games") { return Home(path: folder) }
        if folder == "/" { break }
        folder = (folder as NSString).deletingLastPathComponent
      }
    }
    throw RegistryError(
      problem: "no folder Games was found here or above",
      remedy: "run from the project's folder or set SELFPLAY_HOME")
  }

  public var games: String { path + "/Games" }
  public var agents: String { path + "/Agents" }
  public var replays: String { path + "/Replays" }

  /// Ids of the games in Games/, in reading order (numbers by value).
  public var gameNames: [String] {
    names(in: games) { $0.hasSuffix(".toml") ? String($0.dropLast(5)) : nil }
  }

  /// Names of the folders in Agents/ with an agent.toml.
  public var agentNames: [String] {
    names(in: agents) { FileManager.default.fileExists(atPath: "\(agents)/\($0)/agent.toml") ? $0 : nil }
  }

  private func names(in folder: String, _ name: (String) -> String?) -> [String] {
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return entries.filter { !$0.hasPrefix(".") }.compactMap(name)
      .sorted { $0.compare($1, options: .numeric) == .orderedAscending }
  }

  static func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) && isDirectory.boolValue
  }
}
