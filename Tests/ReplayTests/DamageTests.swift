import Environments
import Foundation
import Replay
import Testing

@Suite struct DamageTests {
  @Test("a file cut anywhere in its last two frames loses only what was cut, and can be written on")
  func tornTails() throws {
    try withFolder { folder in
      let path = folder + "/games.zst"
      let positions = try ReplayFileTests.writeFrames(3, to: path)
      let whole = try bytes(of: path)
      for size in Int(positions[0])...whole.count {
        try write(whole[..<size], to: path)
        let frames = positions.count { $0 <= UInt64(size) }
        let lost = UInt64(size) - positions[frames - 1]
        var reader = try ReplayReader(path, tolerance: .upToLastGoodFrame)
        var games = 0
        try reader.forEachGame { _ in games += 1 }
        #expect(games == frames * 10)
        #expect(reader.lostBytes == lost)
        #expect((reader.loss?.reason == .truncated) == (lost > 0))
        if lost > 0 { #expect(throws: ReplayError.self) { try ReplayFileTests.games(path) } }
        do {
          let writer = try ReplayWriter(openForAppend: path)
          #expect(writer.lostBytes == lost)
          #expect(writer.position == positions[frames - 1])
        }
        _ = try ReplayFileTests.writeFrames(3 - frames, to: path, from: frames)
        #expect(try bytes(of: path) == whole)
      }
    }
  }

  @Test("zeros at the end, as after a power failure, are cut off")
  func zeros() throws {
    try withFolder { folder in
      let path = folder + "/games.zst"
      _ = try ReplayFileTests.writeFrames(2, to: path)
      let whole = try bytes(of: path)
      try write(whole + [UInt8](repeating: 0, count: 200_000), to: path)
      let writer = try ReplayWriter(openForAppend: path)
      #expect(writer.lostBytes == 200_000)
      #expect(try bytes(of: path) == whole)
    }
  }

  @Test("a changed bit anywhere is found, and no intact frame is ever cut off")
  func changedBits() throws {
    try withFolder { folder in
      let path = folder + "/games.zst"
      let positions = try ReplayFileTests.writeFrames(2, to: path)
      let whole = try bytes(of: path)
      let expected = try ReplayFileTests.games(path)
      var found = 0
      for at in whole.indices {
        for bit in 0..<8 {
          var damaged = whole
          damaged[at] ^= 1 << UInt8(bit)
          try write(damaged, to: path)
          if let games = try? ReplayFileTests.games(path) {
            // A few bits of the format mean nothing (one of the frame header, padding of tables): the
            // content is the same, and its two checksums say so.
            #expect(games == expected)
          } else {
            found += 1
          }
          if at < Int(positions[0]) {
            _ = try? ReplayWriter(openForAppend: path)
            #expect(try bytes(of: path) == damaged)
          }
        }
      }
      #expect(found >= whole.count * 8 - 16)
    }
  }

  @Test("random bytes and joined pieces of files are refused without harm")
  func randomFiles() throws {
    var random = Random(seed: testSeed("random files"), purpose: .test)
    try withFolder { folder in
      let path = folder + "/games.zst"
      _ = try ReplayFileTests.writeFrames(3, to: path)
      let whole = try bytes(of: path)
      for _ in 0..<2000 {
        var pieces: [UInt8] = []
        for _ in 0..<1 + random.integer(below: 3) {
          let from = random.integer(below: whole.count)
          pieces += whole[from..<min(whole.count, from + random.integer(below: 400))]
          pieces += (0..<random.integer(below: 20)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        }
        if random.integer(below: 2) == 0 { pieces = whole[..<4] + pieces }
        if pieces.isEmpty { continue }
        try write(pieces, to: path)
        let error = #expect(throws: ReplayError.self) { try ReplayFileTests.games(path) }
        #expect(error?.description.contains("\n") == false)
      }
    }
  }

  @Test("a frame that claims to be huge, has no size, or holds no block is refused with file and byte")
  func hostileFrames() throws {
    try withFolder { folder in
      let path = folder + "/hostile.zst"
      // Single segment, content size in eight bytes, one empty last block.
      let huge: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0xE0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0]
      let sizeless: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 1, 0, 0]
      let empty: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0, 1, 0, 0]
      let skippable: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]
      let cases: [([UInt8], ReplayError.Reason)] = [
        (huge, .limit), (sizeless, .corrupt), (empty, .corrupt), (skippable, .corrupt),
      ]
      for (frame, reason) in cases {
        try write(frame, to: path)
        let error = #expect(throws: ReplayError.self) { try ReplayFileTests.games(path) }
        #expect(error?.reason == reason, "\(frame)")
        #expect(error?.description.hasPrefix(path + ": byte 0: ") == true)
        #expect(throws: ReplayError.self) { _ = try ReplayWriter(openForAppend: path) }
        #expect(try bytes(of: path) == frame)
      }
    }
  }
}
