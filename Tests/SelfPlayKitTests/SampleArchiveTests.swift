import Foundation
import Replay
import SelfPlayKit
import Testing

@Suite("Samples for NumPy")
struct SampleArchiveTests {
  @Test("an archive holds every position once, with what was done and found there")
  func arrays() throws {
    let album = try GameAlbum("\(home.replays)/connect4.replay")
    let arrays = try archive(of: "connect4")
    let count = album.records.reduce(0) { $0 + $1.actions.count }
    let games = album.count
    #expect(arrays["observations"]?.header.contains("'<f4'") == true)
    #expect(arrays["observations"]?.header.contains("'shape': (\(count), 2, 6, 7,)") == true)
    #expect(arrays["final_observations"]?.header.contains("(\(games), 2, 6, 7,)") == true)
    let actions = try numbers(arrays["actions"], as: Int32.self)
    #expect(actions.map(Int.init) == album.records.flatMap { $0.actions.map(\.index) })
    let starts = try numbers(arrays["starts"], as: Int64.self)
    #expect(starts.first == 0 && starts.last == Int64(count) && starts.count == games + 1)
    let legal = try numbers(arrays["legal"], as: UInt8.self)
    let policies = try numbers(arrays["policies"], as: Float.self)
    for position in actions.indices {
      let total = policies[(position * 7)..<(position * 7 + 7)].reduce(0, +)
      #expect(abs(total - 1) < 1e-4)
      #expect(legal[position * 7 + Int(actions[position])] == 1)
    }
    let values = try numbers(arrays["values"], as: Float.self)
    #expect(values == album.records.flatMap { $0.searches.map(\.value) })
    // Whoever wins by the last move has won in all positions where he moves.
    let returns = try numbers(arrays["returns"], as: Float.self)
    let players = try numbers(arrays["players"], as: Int8.self)
    for (game, record) in album.records.enumerated() where record.rewards.last == 1 {
      let (start, end) = (Int(starts[game]), Int(starts[game + 1]))
      for position in start..<end {
        let wanted: Float = players[position] == players[end - 1] ? 1 : -1
        #expect(returns[position] == wanted)
      }
    }
    let ends = try numbers(arrays["terminated"], as: UInt8.self)
    #expect(ends.count { $0 == 1 } == album.records.count { $0.status == .terminated })
  }

  @Test("games of different kinds do not go into one archive")
  func mixed() throws {
    let folder = NSTemporaryDirectory() + "/" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = "{\"game\":\"tictactoe\",\"actions\":[0]}\n{\"game\":\"connect4\",\"actions\":[0]}\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/x.jsonl"))
    #expect(throws: ExchangeError.self) {
      _ = try GameExport(to: folder + "/x.npz").write(GameSource(folder + "/x.jsonl", home: home))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.jsonl"])
  }

  private struct Stored {
    var header: String
    var content: Data
  }

  private func numbers<Number: BitwiseCopyable>(_ array: Stored?, as type: Number.Type) throws -> [Number] {
    let content = try #require(array).content
    return content.withUnsafeBytes { Array($0.bindMemory(to: Number.self)) }
  }

  /// The members of the archive of a recorded game, found by walking along the headers of the ZIP file.
  private func archive(of name: String) throws -> [String: Stored] {
    let path = NSTemporaryDirectory() + "/\(UUID().uuidString).npz"
    defer { try? FileManager.default.removeItem(atPath: path) }
    _ = try GameExport(to: path).write(GameSource("\(home.replays)/\(name).replay", home: home))
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    func number(at place: Int, _ size: Int) -> Int {
      (0..<size).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
    var arrays: [String: Stored] = [:]
    var place = 0
    while number(at: place, 4) == 0x0403_4B50 {
      let (nameLength, extra) = (number(at: place + 26, 2), number(at: place + 28, 2))
      let name = String(decoding: bytes[place + 30..<place + 30 + nameLength], as: UTF8.self)
      let size = number(at: place + 30 + nameLength + 4, 8)
      let start = place + 30 + nameLength + extra
      let headerSize = number(at: start + 8, 2) + 10
      #expect(headerSize % 64 == 0 && Array(bytes[start..<start + 6]) == [0x93] + Array("NUMPY".utf8))
      arrays[String(name.dropLast(4))] = Stored(
        header: String(decoding: bytes[start + 10..<start + headerSize], as: UTF8.self),
        content: Data(bytes[start + headerSize..<start + size]))
      place = start + size
    }
    #expect(number(at: place, 4) == 0x0201_4B50)
    return arrays
  }
}
