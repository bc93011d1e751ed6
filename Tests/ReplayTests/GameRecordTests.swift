import Environments
import Foundation
import Replay
import Testing

@Suite struct GameRecordTests {
  @Test("any record comes back from its bytes")
  func roundTrip() throws {
    var random = Random(seed: testSeed("round trip"), purpose: .test)
    for _ in 0..<2000 {
      let record = arbitraryRecord(using: &random)
      let bytes = record.encoded()
      let back = try GameRecord(decoding: bytes[...])
      #expect(back == record)
      #expect(back.encoded() == bytes)
    }
  }

  @Test("every beginning of a record's bytes is refused")
  func beginnings() {
    var random = Random(seed: testSeed("beginnings"), purpose: .test)
    for _ in 0..<20 {
      let bytes = arbitraryRecord(using: &random).encoded()
      for count in bytes.indices {
        #expect(throws: ReplayError.self) { try GameRecord(decoding: bytes[..<count]) }
      }
      #expect(throws: ReplayError.self) { try GameRecord(decoding: (bytes + [0])[...]) }
    }
  }

  @Test("mutated and random bytes are refused or have exactly one reading")
  func fuzz() {
    var random = Random(seed: testSeed("fuzz"), purpose: .test)
    var accepted = 0
    for round in 0..<40_000 {
      var bytes = arbitraryBytes(round, using: &random)
      for _ in 0..<random.integer(below: 4) where !bytes.isEmpty {
        let at = random.integer(below: bytes.count)
        switch random.integer(below: 4) {
        case 0: bytes[at] = UInt8(truncatingIfNeeded: random.next())
        case 1: bytes[at] ^= 1 << UInt8(random.integer(below: 8))
        case 2: bytes.remove(at: at)
        default: bytes.insert(0xFF, at: at)
        }
      }
      if let record = try? GameRecord(decoding: bytes[...]) {
        accepted += 1
        #expect(record.encoded() == bytes)
      }
    }
    #expect(accepted > 1000)
  }

  private func arbitraryBytes(_ round: Int, using random: inout Random) -> [UInt8] {
    if round % 4 != 0 { return arbitraryRecord(using: &random).encoded() }
    return [UInt8(1 + round / 4 % 2)]
      + (0..<random.integer(below: 60)).map { _ in UInt8(truncatingIfNeeded: random.next() & 0x87) }
  }

  @Test("records without extras keep the first version, those with any have the second")
  func versions() throws {
    var record = playedRecord(0)
    #expect(record.encoded()[0] == 1)
    record.finalValue = 0.5
    #expect(record.encoded()[0] == 2)
    record.finalValue = nil
    record.searches = record.actions.map {
      SearchRecord(visits: [SearchRecord.Visit(action: $0, count: 3)], value: 0)
    }
    let plain = record.encoded()
    #expect(plain[0] == 1)
    record.searches[1].isProven = true
    #expect(record.encoded()[0] == 2)
    record.searches[1] = SearchRecord(visits: [], value: 0, policy: [.init(action: 2, share: 5)])
    #expect(try GameRecord(decoding: record.encoded()[...]) == record)
    #expect(record.jsonLine.contains("\"policies\":[[],[[2,"))
  }

  @Test("the target is the improved policy, or else the visits")
  func target() {
    var target = [Float](repeating: 9, count: 4)
    var search = SearchRecord(
      visits: [.init(action: 0, count: 3), .init(action: 3, count: 1)], value: 0)
    search.writeTarget(into: &target)
    #expect(target == [0.75, 0, 0, 0.25])
    search.policy = [.init(action: 1, share: 1), .init(action: 2, share: 1)]
    search.writeTarget(into: &target)
    #expect(target == [0, 0.5, 0.5, 0])
    SearchRecord(visits: [], value: 0).writeTarget(into: &target)
    #expect(target == [0, 0, 0, 0])
  }

  @Test("a record of another version says which version is read")
  func version() {
    var bytes = playedRecord(0).encoded()
    bytes[0] = 9
    let error = #expect(throws: ReplayError.self) { try GameRecord(decoding: bytes[...]) }
    #expect(error?.reason == .version)
    #expect(error?.description.contains("version 9") == true)
  }

  @Test("a line of JSON says what the record says, whatever its texts are")
  func json() throws {
    var random = Random(seed: testSeed("json"), purpose: .test)
    for _ in 0..<200 {
      let record = arbitraryRecord(using: &random)
      let line = record.jsonLine
      #expect(!line.contains("\n"))
      let parsed = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(parsed?["game"] as? String == record.game)
      #expect(parsed?["comment"] as? String ?? "" == record.comment)
      #expect(parsed?["players"] as? [String] == record.players)
      #expect(parsed?["seed"] as? String == String(record.seed))
      #expect(parsed?["actions"] as? [Int] == record.actions.map(\.index))
      #expect((parsed?["rewards"] as? [Double])?.map { Float($0) } == record.rewards)
      let visits = parsed?["visits"] as? [[[Int]]] ?? []
      #expect(visits == record.searches.map { $0.visits.map { [$0.action.index, Int($0.count)] } })
    }
  }

  @Test("the fingerprint of rules is XXH64")
  func fingerprint() {
    #expect(GameRecord.fingerprint(of: "") == 0xEF46_DB37_51D8_E999)
    #expect(GameRecord.fingerprint(of: "a") == 0xD24E_C4F1_A98C_6E5B)
    #expect(GameRecord.fingerprint(of: "abc") == 0x44BC_2CF5_AD77_0999)
    #expect(
      GameRecord.fingerprint(of: "Nobody inspects the spammish repetition") == 0xFBCE_A83C_8A37_8BF1)
  }
}

@Suite struct ReplayingTests {
  @Test("a record replays to the end it was played to")
  func replays() throws {
    for index in 0..<50 {
      let record = playedRecord(index)
      var plies = 0
      let end = try replay(record, game: TicTacToe(), rules: record.rules) { ply, state, action, _ in
        #expect(ply == plies)
        #expect(TicTacToe().legalActions(in: state).contains(action))
        plies += 1
      }
      #expect(plies == record.actions.count)
      #expect(TicTacToe().legalActions(in: end).isEmpty)
    }
  }

  @Test("nobody gives up a game that is over, whatever its comment says")
  func resignation() {
    var record = playedRecord(3)
    record.comment = "the first player resigned"
    #expect(record.status == .terminated && record.resigned == nil)
    #expect(record.earlyResult(toMove: .first) == nil)
    record.status = .running
    #expect(record.resigned == .first && record.earlyResult(toMove: .first) == -1)
  }

  @Test("a changed record is refused with the ply")
  func disagreements() {
    var record = playedRecord(3)
    let last = record.actions.count - 1
    func problem(_ change: (inout GameRecord) -> Void) -> String {
      var changed = record
      change(&changed)
      let error = #expect(throws: ReplayError.self) { try replay(changed, game: TicTacToe()) }
      #expect(error?.reason == .disagreement)
      return error?.description ?? ""
    }
    #expect(problem { $0.actions[1] = $0.actions[0] }.contains("ply 1: action"))
    #expect(problem { $0.actions[2] = 9 }.contains("ply 2: action 9 is illegal"))
    #expect(problem { $0.actions[2] = 65535 }.contains("ply 2"))
    #expect(problem { $0.rewards[0] = 0.5 }.contains("ply 0: the reward"))
    #expect(problem { $0.status = .running }.contains("ply \(last): the episode"))
    #expect(problem { $0.append(0, Transition(status: .terminated)) }.contains("ply \(last)"))
    #expect(problem { $0.rewards.removeLast() }.contains("rewards"))
    #expect(problem { ($0.actions, $0.rewards) = ([], []) }.contains("no action was made"))
    #expect(problem { $0.finalValue = 1.5 }.contains("not within -1 and 1"))
    #expect(problem { $0.finalValue = .nan }.contains("not within -1 and 1"))
    #expect(problem { $0.players = ["a", "b", "c"] }.contains("3 players are named of 2"))
    #expect(throws: ReplayError.self) { try replay(record, game: TicTacToe(), rules: 1) }
    record.actions.removeLast()
    record.rewards.removeLast()
    record.status = .truncated
    #expect(throws: Never.self) { try replay(record, game: TicTacToe()) }
  }
}
