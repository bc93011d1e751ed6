/// Folds the numbers of a board into a hash, in order.
struct BoardHash {
  private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ number: some FixedWidthInteger) {
    value = Random.mix(value ^ UInt64(truncatingIfNeeded: number)) &+ 0xD1B5_4A32_D192_ED03
  }

  mutating func add(_ flag: Bool) { add(flag ? 1 : 0) }

  mutating func add(_ slider: Slider) {
    add(slider.place)
    add(slider.speed)
  }

  mutating func add(_ ball: Ball) {
    add(ball.x)
    add(ball.y)
    add(ball.speedX)
    add(ball.speedY)
  }
}
