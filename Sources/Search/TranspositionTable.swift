import Environments

/// What a search knows about positions it has met, by their keys; a bucket keeps the deepest result of this
/// search and the latest one.
struct TranspositionTable {
  /// What a score says about the true one.
  enum Bound: UInt8, BitwiseCopyable {
    case exact, lower, upper
  }

  struct Entry: BitwiseCopyable {
    var key: UInt64 = 0
    var score: Int32 = 0
    var action: Action = 0
    /// 0 where the entry is free.
    var depth: UInt8 = 0
    var bound = Bound.exact
    var generation: UInt8 = 0
  }

  private var entries: [Entry]
  private let mask: Int
  private var generation: UInt8 = 0

  /// Room for so many entries, rounded up to a power of two of at least two.
  init(entries count: Int) {
    var size = 2
    while size < count { size *= 2 }
    entries = [Entry](repeating: Entry(), count: size)
    mask = size - 1
  }

  /// Makes what is known old: it is still used, but makes room.
  mutating func age() { generation &+= 1 }

  /// Forgets everything for `newEntry`, at next to no cost.
  mutating func forget() {
    generation &+= 1
    if generation == 0 { clear() }
  }

  mutating func clear() {
    for index in entries.indices { entries[index] = Entry() }
  }

  @inline(__always)
  func entry(for key: UInt64) -> Entry? {
    let bucket = Int(truncatingIfNeeded: key) & mask & ~1
    if entries[bucket].key == key, entries[bucket].depth > 0 { return entries[bucket] }
    if entries[bucket + 1].key == key, entries[bucket + 1].depth > 0 { return entries[bucket + 1] }
    return nil
  }

  /// What is known of a position since the table was last made old.
  @inline(__always)
  func newEntry(for key: UInt64) -> Entry? {
    guard let entry = entry(for: key), entry.generation == generation else { return nil }
    return entry
  }

  @inline(__always)
  mutating func store(_ key: UInt64, score: Int32, action: Action, depth: Int, bound: Bound) {
    let bucket = Int(truncatingIfNeeded: key) & mask & ~1
    let depth = UInt8(truncatingIfNeeded: depth)
    let isDeeper = depth >= entries[bucket].depth || entries[bucket].generation != generation
    let entry = Entry(
      key: key, score: score, action: action, depth: depth, bound: bound, generation: generation)
    if entries[bucket].key == key || isDeeper {
      if entries[bucket].key != key { entries[bucket + 1] = entries[bucket] }
      entries[bucket] = entry
    } else {
      entries[bucket + 1] = entry
    }
  }
}
