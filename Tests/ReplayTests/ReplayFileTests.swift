import Environments
import Foundation
import Replay
import Testing

@Suite struct ReplayFileTests {
  /// Writes frames of ten games each; returns the positions after them.
  static func writeFrames(_ count: Int, to path: String, from first: Int = 0) throws -> [UInt64] {
    var writer = try ReplayWriter(openForAppend: path)
    return try (first..<first + count).map { frame in
      try writer.append((0..<10).map { playedRecord(frame * 10 + $0) })
      return try writer.flush()
    }
  }

  static func games(_ path: String, tolerance: ReplayReader.Tolerance = .strict) throws -> [GameRecord] {
    var result: [GameRecord] = []
    var reader = try ReplayReader(path, tolerance: tolerance)
    try reader.forEachGame { result.append($0) }
    return result
  }

  @Test("what was appended is read back, in order and by number")
  func roundTrip() throws {
    try withFolder { folder in
      let path = folder + "/games.replay.zst"
      let positions = try Self.writeFrames(5, to: path)
      #expect(try Self.games(path) == (0..<50).map { playedRecord($0) })
      #expect(positions.last == UInt64(try bytes(of: path).count))
      var reader = try ReplayReader(path)
      let index = try reader.makeIndex()
      #expect(index.gameCount == 50)
      #expect(index.entries.map(\.offset) == [0] + positions.dropLast())
      for number in [49, 0, 10, 9, 31] {
        #expect(try reader.game(number, in: index) == playedRecord(number))
      }
    }
  }

  @Test("games are found by number among frames of other kinds and large frames")
  func otherKinds() throws {
    try withFolder { folder in
      let path = folder + "/mixed.replay.zst"
      let kind = ReplayBlock.Kind(rawValue: 300)
      var random = Random(seed: 5, purpose: .test)
      let noise = (0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      var writer = try ReplayWriter(openForAppend: path)
      try writer.append(payload: [], kind: kind, recordCount: 0)
      try writer.append([playedRecord(0)])
      try writer.append(payload: noise, kind: kind)
      try writer.append(payload: [1, 2], kind: kind)
      try writer.add(playedRecord(1))
      try writer.append([playedRecord(2)])
      try writer.flush()
      var reader = try ReplayReader(path)
      let index = try reader.makeIndex()
      #expect(index.entries.map(\.recordCount) == [0, 1, 1, 1, 2])
      for number in 0..<3 { #expect(try reader.game(number, in: index) == playedRecord(number)) }
      #expect(try reader.block(at: index.entries[2]).payload == noise[...])
    }
  }

  @Test("the same records and frames give the same bytes, also across closing and resuming")
  func determinism() throws {
    try withFolder { folder in
      let (one, two) = (folder + "/one.zst", folder + "/two.zst")
      let positions = try Self.writeFrames(6, to: one)
      _ = try Self.writeFrames(2, to: two)
      _ = try Self.writeFrames(1, to: two, from: 2)
      _ = try Self.writeFrames(3, to: two, from: 100)
      do {
        let writer = try ReplayWriter(openForAppend: two, truncatingTo: positions[2])
        #expect(writer.position == positions[2])
        #expect(writer.sequence == 3)
      }
      _ = try Self.writeFrames(3, to: two, from: 3)
      #expect(try bytes(of: one) == bytes(of: two))
    }
  }

  @Test("a position that is no end of a frame, or beyond the file, is refused and changes nothing")
  func wrongPosition() throws {
    try withFolder { folder in
      let path = folder + "/games.zst"
      let positions = try Self.writeFrames(2, to: path)
      let before = try bytes(of: path)
      for position in [1, positions[0] - 1, positions[0] + 1, positions[1] + 1] {
        let error = #expect(throws: ReplayError.self) {
          _ = try ReplayWriter(openForAppend: path, truncatingTo: position)
        }
        #expect(error?.reason == .position)
        #expect(try bytes(of: path) == before)
      }
    }
  }

  @Test("two writers never share a file")
  func lock() throws {
    try withFolder { folder in
      let path = folder + "/games.zst"
      let writer = try ReplayWriter(openForAppend: path)
      let error = #expect(throws: ReplayError.self) { _ = try ReplayWriter(openForAppend: path) }
      #expect(error?.reason == .locked)
      #expect(writer.position == 0)
    }
  }

  @Test("a process that is being started meanwhile does not keep the lock of a file that is closed")
  func lockOfForkedProcess() throws {
    try withFolder { folder in
      let path = URL(fileURLWithPath: folder).resolvingSymlinksInPath().path + "/games.zst"
      let writer = try ReplayWriter(openForAppend: path)
      #expect(writer.position == 0)
      // What a forked process has until its exec: another descriptor of the same open file.
      let own = try #require((0..<1024).first { path == Self.path(ofDescriptor: $0) })
      let forked = dup(own)
      defer { close(forked) }
      _ = consume writer
      #expect(throws: Never.self) { _ = try ReplayWriter(openForAppend: path) }
    }
  }

  private static func path(ofDescriptor number: Int32) -> String? {
    try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")
  }

  @Test("errors of the system name the file and what to do, on one line")
  func systemErrors() throws {
    try withFolder { folder in
      let error = #expect(throws: ReplayError.self) { _ = try ReplayReader(folder + "/no\nfile.zst") }
      #expect(
        error?.description.hasSuffix(
          "no?file.zst: cannot be opened: No such file or directory; "
            + "check the path and its permissions") == true)
      #expect(throws: ReplayError.self) { _ = try ReplayReader(folder) }
    }
  }

  @Test(
    "the zstd tool accepts the file and gives back the blocks",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/zstd")))
  func zstdTool() throws {
    try withFolder { folder in
      let path = folder + "/games.zst"
      _ = try Self.writeFrames(3, to: path)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/zstd")
      process.arguments = ["-q", "-d", path, "-o", folder + "/plain"]
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      var expected: [UInt8] = []
      var reader = try ReplayReader(path)
      while let block = try reader.next() { expected += [UInt8](repeating: 0, count: 32) + block.payload }
      var plain = try bytes(of: folder + "/plain")
      #expect(plain.count == expected.count)
      var at = 0
      reader = try ReplayReader(path)
      while let block = try reader.next() {
        #expect(plain[at..<at + 4] == [0x53, 0x50, 0x50, 0x52])
        for index in at..<at + 32 { plain[index] = 0 }
        at += 32 + block.payload.count
      }
      #expect(plain == expected)
    }
  }
}
