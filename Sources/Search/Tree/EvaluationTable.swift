/// Finds the node of a tree whose state was evaluated, by the state's key. Grows with the tree up to a bound,
/// beyond which it takes nothing new, and keeps its memory for the next tree.
struct EvaluationTable: ~Copyable {
  private struct Entry: BitwiseCopyable {
    var key: UInt64 = 0
    var node: Int32 = 0
    /// The tree that it belongs to; entries of others are free.
    var generation: UInt32 = 0
  }

  /// A million nodes in 32 MiB.
  private static let mostEntries = 1 << 21

  private var entries: [Entry] = []
  private var count = 0
  private var generation: UInt32 = 1

  /// Forgets all nodes, in no time.
  mutating func removeAll() {
    count = 0
    generation &+= 1
    // Once in four billion trees old entries might be taken for new ones.
    if generation == 0 { (entries, generation) = ([Entry](repeating: Entry(), count: entries.count), 1) }
  }

  /// The node with this key.
  func node(for key: UInt64) -> Int? {
    guard count > 0 else { return nil }
    let entry = entries[place(of: key)]
    return entry.generation == generation ? Int(entry.node) : nil
  }

  /// Takes note of an evaluated node; the first one of a key stays.
  mutating func insert(_ key: UInt64, node: Int) {
    if 2 * (count + 1) > entries.count {
      guard entries.count < Self.mostEntries else { return }
      grow()
    }
    let place = place(of: key)
    if entries[place].generation == generation { return }
    entries[place] = Entry(key: key, node: Int32(node), generation: generation)
    count += 1
  }

  /// Where a key is, or would be. At most half of all places are taken, so the walk ends.
  private func place(of key: UInt64) -> Int {
    let mask = entries.count - 1
    var place = Int(truncatingIfNeeded: key) & mask
    while entries[place].generation == generation, entries[place].key != key { place = (place + 1) & mask }
    return place
  }

  private mutating func grow() {
    let old = entries
    entries = [Entry](repeating: Entry(), count: max(256, 2 * old.count))
    for entry in old where entry.generation == generation { entries[place(of: entry.key)] = entry }
  }
}
