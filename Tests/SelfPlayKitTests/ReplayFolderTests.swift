import Foundation
import SelfPlayKit
import Testing

@Suite("The recorded games in Replays/")
struct ReplayFolderTests {
  private static let files: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home.replays)) ?? []
    return names.filter { $0.hasSuffix(".replay") }.sorted()
  }()

  @Test("there are some, and each is described")
  func described() throws {
    #expect(Self.files.count >= 3)
    let description = try String(contentsOfFile: home.replays + "/README.md", encoding: .utf8)
    for file in Self.files { #expect(description.contains(file)) }
  }

  @Test("each follows move by move from today's rules", arguments: files)
  func strict(_ file: String) throws {
    let path = home.replays + "/" + file
    let album = try GameAlbum(path)
    for index in 0..<album.count {
      // Throws if the rules' fingerprint, a move, a reward or the ending differs.
      let walk = try album.walk(through: index, home: home)
      #expect(walk.last == album.records[index].actions.count)
      #expect(album.records[index].searches.count == walk.last)
    }
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    #expect(try #require(size) < 200_000)
  }
}
