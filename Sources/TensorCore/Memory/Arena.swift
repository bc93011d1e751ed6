/// Scratch memory that is handed out in a row and taken back all at once. What it hands out stays in place
/// until `reset()`; after a reset as much memory as was ever used is ready in one piece, so that equal steps
/// do not allocate.
struct Arena: ~Copyable {
  private struct Block {
    let start: UnsafeMutableRawPointer
    let count: Int
  }

  private var blocks: [Block] = []
  private var used = 0
  private static let smallestBlock = 1 << 16

  /// Memory for `count` floats, not initialised, on a cache line of its own.
  mutating func floats(_ count: Int) -> UnsafeMutablePointer<Float> {
    let bytes = (max(count, 1) * MemoryLayout<Float>.stride + 63) & ~63
    if blocks.isEmpty || used + bytes > blocks[blocks.count - 1].count { addBlock(atLeast: bytes) }
    let start = blocks[blocks.count - 1].start + used
    used += bytes
    // Arena memory is only ever used as 32-bit numbers of trivial types; each piece is bound when handed out.
    return start.bindMemory(to: Float.self, capacity: count)
  }

  /// The floats that all that was handed out takes at most.
  var floatsInUse: Int {
    (blocks.dropLast().reduce(0) { $0 + $1.count } + used) / MemoryLayout<Float>.stride
  }

  /// Memory for `count` zeros.
  mutating func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
    let result = floats(count)
    result.initialize(repeating: 0, count: count)
    return result
  }

  /// Takes everything back.
  mutating func reset() {
    used = 0
    guard blocks.count > 1 else { return }
    let total = blocks.reduce(0) { $0 + $1.count }
    for block in blocks { block.start.deallocate() }
    blocks.removeAll(keepingCapacity: true)
    addBlock(atLeast: total)
  }

  private mutating func addBlock(atLeast bytes: Int) {
    let size = max(bytes, Self.smallestBlock, blocks.last.map { 2 * $0.count } ?? 0)
    blocks.append(Block(start: .allocate(byteCount: size, alignment: 64), count: size))
    used = 0
  }

  deinit { for block in blocks { block.start.deallocate() } }
}
