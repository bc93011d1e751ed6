import Environments
import GameLaws
import Replay
import Testing

/// Chi-square of observed counts against equal shares.
func chiSquare(_ counts: [Int]) -> Double {
  let expected = Double(counts.reduce(0, +)) / Double(counts.count)
  return counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
}

@Suite struct ObservationPackerTests {
  @Test("any values come back exactly")
  func roundTrip() {
    var random = Random(seed: testSeed("packer"), purpose: .test)
    for _ in 0..<500 {
      let count = 1 + random.integer(below: 200)
      let planeSize = 1 + random.integer(below: 40)
      let kind = random.integer(below: 3)
      var any: Float { Float(bitPattern: UInt32(truncatingIfNeeded: random.next())) }
      let scales = (0...count / planeSize).map { _ in any }
      let values = (0..<count).map { index in
        let isSet = random.integer(below: 2) == 1
        return kind == 0 ? (isSet ? 1 : 0) : kind == 1 ? (isSet ? scales[index / planeSize] : 0) : any
      }
      let encoding = ObservationPacker.encoding(of: values.span, planeSize: planeSize)
      if kind == 0 { #expect(encoding == .bits) }
      if kind == 1 { #expect(encoding == .bits || encoding == .planes) }
      let packer = ObservationPacker(valueCount: count, planeSize: planeSize, encoding: encoding)
      var words = [UInt64](repeating: .max, count: packer.wordCount + 3)
      var target = words.mutableSpan
      packer.pack(values.span, into: &target, at: 2)
      #expect(words[1] == .max && words[packer.wordCount + 2] == .max)
      var back = [Float](repeating: 9, count: count + 2)
      var span = back.mutableSpan
      packer.unpack(words.span, at: 2, into: &span, at: 1)
      #expect(back[0] == 9 && back[count + 1] == 9)
      #expect(back[1...count].map(\.bitPattern) == values.map(\.bitPattern))
    }
  }

  @Test("all 256 grey levels come back exactly from a byte each")
  func levels() {
    let values = (0..<259).map { Float($0 % 256) / 255 }
    #expect(ObservationPacker.encoding(of: values.span, planeSize: 259) == .bytes)
    let packer = ObservationPacker(valueCount: values.count, encoding: .bytes)
    #expect(packer.wordCount == 33)
    var words = [UInt64](repeating: .max, count: packer.wordCount + 1)
    var target = words.mutableSpan
    packer.pack(values.span, into: &target, at: 0)
    #expect(words[33] == .max)
    var back = [Float](repeating: 9, count: values.count + 1)
    var span = back.mutableSpan
    packer.unpack(words.span, at: 0, into: &span)
    #expect(back == values + [9])
  }

  @Test("minus zero and other values are not taken for bits")
  func notBits() {
    for value: Float in [-0.0, 0.5, -1, .nan, 2] {
      #expect(ObservationPacker.encoding(of: [0, 1, value].span, planeSize: 3) == .floats)
      #expect(ObservationPacker.encoding(of: [0, 1, value].span, planeSize: 2) == .planes)
    }
  }
}

@Suite struct SampleWindowTests {
  static let shape = ObservationShape(planes: 2, rows: 5, columns: 7)

  static func fill(_ window: inout SampleWindow, from first: Int, to last: Int, isBinary: Bool = true) {
    for number in first..<last {
      var random = Random(seed: 3, purpose: .test, index: UInt64(number))
      let planes = (0..<70).map { _ in isBinary ? Float(random.integer(below: 2)) : random.uniformFloat() }
      var policy = (0..<9).map { _ in random.uniformFloat() }
      let total = policy.reduce(0, +)
      for action in policy.indices { policy[action] /= total }
      window.append(
        observation: planes.span, policy: policy.span, value: Float(number), weight: Float(number % 3))
    }
  }

  private func load(_ window: SampleWindow, _ index: Int) -> (Float, Float, [Float], [Float]) {
    var planes = [Float](repeating: 9, count: 140)
    var policy = [Float](repeating: 9, count: 18)
    var a = planes.mutableSpan
    var b = policy.mutableSpan
    let result = window.load(index, row: 1, observations: &a, policies: &b)
    return (result.value, result.weight, Array(planes[70...]), Array(policy[9...]))
  }

  @Test("the newest samples stay, numbered by age, with their targets")
  func eviction() {
    var window = SampleWindow(capacity: 10, observationShape: Self.shape, actionCount: 9)
    Self.fill(&window, from: 0, to: 23)
    var other = SampleWindow(capacity: 10, observationShape: Self.shape, actionCount: 9)
    Self.fill(&other, from: 13, to: 23)
    #expect(window.count == 10)
    for index in 0..<10 {
      let (value, weight, planes, policy) = load(window, index)
      #expect(value == Float(13 + index))
      #expect(weight == Float((13 + index) % 3))
      var random = Random(seed: 3, purpose: .test, index: UInt64(13 + index))
      #expect(planes == (0..<70).map { _ in Float(random.integer(below: 2)) })
      let raw = (0..<9).map { _ in random.uniformFloat() }
      let total = raw.reduce(0, +)
      for action in 0..<9 { #expect(abs(policy[action] - raw[action] / total) < 1.6e-5) }
      #expect(abs(policy.reduce(0, +) - 1) < 1e-6)
      #expect(load(other, index) == (value, weight, planes, policy))
    }
  }

  @Test("of the newest samples none is older, and each is drawn")
  func newest() {
    var window = SampleWindow(capacity: 10, observationShape: Self.shape, actionCount: 9)
    Self.fill(&window, from: 0, to: 13)
    var random = Random(seed: 1, purpose: .test)
    var indices = [Int](repeating: 0, count: 200)
    window.sample(into: &indices, newest: 3, using: &random)
    #expect(Set(indices) == [7, 8, 9])
    window.sample(into: &indices, newest: 99, using: &random)
    #expect(Set(indices) == Set(0..<10))
  }

  @Test("policy weights and auxiliary targets come back, and take memory only where they are kept")
  func auxiliary() {
    let all: AuxiliaryTargets.Kinds = [.reply, .ownership, .score]
    var window = SampleWindow(capacity: 3, observationShape: Self.shape, actionCount: 9, auxiliary: all)
    #expect(
      window.bytes
        == SampleWindow.bytes(capacity: 3, observationShape: Self.shape, actionCount: 9, auxiliary: all))
    let points = Self.shape.rows * Self.shape.columns
    let small = SampleWindow(capacity: 3, observationShape: Self.shape, actionCount: 9)
    #expect(window.bytes == small.bytes + 3 * (18 + points + 4))
    var (planes, policy) = ([Float](repeating: 0, count: 70), [Float](repeating: 0, count: 9))
    var expected: [AuxiliaryTargets] = []
    for index in 0..<5 {
      var targets = AuxiliaryTargets(actionCount: 9, pointCount: points)
      targets.hasResult = index != 3
      if targets.hasResult {
        targets.score = Float(index) - 2.5
        for point in 0..<points { targets.ownership[point] = Int8((point + index) % 3 - 1) }
      }
      if index != 4 { targets.reply[index] = 1 }
      expected.append(targets)
      window.append(
        observation: planes.span, policy: policy.span, value: 0, policyWeight: Float(index),
        auxiliary: targets)
    }
    var found = AuxiliaryTargets(actionCount: 9, pointCount: points)
    for index in 0..<3 {
      window.loadAuxiliary(index, into: &found)
      // What is not known is not told apart.
      if !expected[index + 2].hasResult { found.ownership = expected[index + 2].ownership }
      #expect(found == expected[index + 2])
      var a = planes.mutableSpan
      var b = policy.mutableSpan
      #expect(window.load(index, observations: &a, policies: &b).policyWeight == Float(index + 2))
    }
  }

  @Test("a value that is no bit turns the window to floats without loss")
  func floats() {
    var window = SampleWindow(capacity: 10, observationShape: Self.shape, actionCount: 9)
    Self.fill(&window, from: 0, to: 12)
    let small = window.bytes
    let before = (2..<10).map { load(window, $0).2 }
    Self.fill(&window, from: 12, to: 14, isBinary: false)
    #expect(window.bytes > small)
    for index in 0..<8 { #expect(load(window, index).2 == before[index]) }
    var random = Random(seed: 3, purpose: .test, index: 13)
    #expect(load(window, 9).2 == (0..<70).map { _ in random.uniformFloat() })
  }

  @Test("grey levels turn the window to bytes, other values then to floats, without loss")
  func levels() {
    var window = SampleWindow(capacity: 10, observationShape: Self.shape, actionCount: 9)
    Self.fill(&window, from: 0, to: 3)
    let levels = (0..<70).map { Float(($0 * 11 + 1) % 256) / 255 }
    let policy = [Float](repeating: 1.0 / 9, count: 9)
    var sizes = [window.bytes]
    let bits = (0..<3).map { load(window, $0).2 }
    window.append(observation: levels.span, policy: policy.span, value: 3, weight: 1)
    sizes.append(window.bytes)
    for index in 0..<3 { #expect(load(window, index).2 == bits[index]) }
    #expect(load(window, 3).2 == levels)
    Self.fill(&window, from: 4, to: 5, isBinary: false)
    sizes.append(window.bytes)
    for index in 0..<3 { #expect(load(window, index).2 == bits[index]) }
    #expect(load(window, 3).2 == levels)
    // 70 values take 2 words, then 9, then 35, in each of 10 places.
    #expect(sizes[1] - sizes[0] == 10 * 7 * 8)
    #expect(sizes[2] - sizes[1] == 10 * 26 * 8)
  }

  @Test("samples are drawn uniformly, and neither drawing nor loading allocates")
  func sampling() {
    var window = SampleWindow(capacity: 50, observationShape: Self.shape, actionCount: 9)
    Self.fill(&window, from: 0, to: 70)
    var random = Random(seed: 11, purpose: .test)
    var indices = [Int](repeating: 0, count: 100_000)
    var planes = [Float](repeating: 0, count: 70)
    var policy = [Float](repeating: 0, count: 9)
    var total: Float = 0
    let count = allocations {
      window.sample(into: &indices, using: &random)
      var a = planes.mutableSpan
      var b = policy.mutableSpan
      for index in indices[..<1000] {
        total += window.load(index, observations: &a, policies: &b).value
      }
    }
    #expect(count == 0)
    #expect(total > 0)
    var counts = [Int](repeating: 0, count: 50)
    for index in indices { counts[index] += 1 }
    // 49 degrees of freedom: above 95 once in 10,000 seeds; this seed is fixed.
    #expect(chiSquare(counts) < 95)
  }
}
