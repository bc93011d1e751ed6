import Environments
import Testing

@Suite("Sets of actions")
struct ActionSetTests {
  @Test("the bit of every rank is found in words of any density")
  func ranks() {
    var random = Random(seed: 9, purpose: .test)
    var words: [UInt64] = [
      0, 1, 1 << 63, .max, 0xFF, 0xFF << 56, 0x8080_8080_8080_8080, 0x0101_0101_0101_0101,
    ]
    for _ in 0..<500 {
      let (word, other, third) = (random.next(), random.next(), random.next())
      words += [word, word & other, word | other, word & other & third, word | other | third]
    }
    for word in words {
      let bits = (0..<64).filter { word >> UInt64($0) & 1 == 1 }
      #expect(word.setBitCount == bits.count)
      #expect(bits.indices.map { word.indexOfSetBit(atRank: $0) } == bits, "seed 9")
    }
  }
}
