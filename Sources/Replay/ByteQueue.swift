/// Runs of bytes in the order in which they came, of which the oldest leave first; each lies in one piece of one ring
/// of memory, which grows when it is full. Once it is large enough, it does not allocate.
struct ByteQueue: Sendable {
  /// A run, by its number since the beginning.
  private struct Entry: Sendable {
    var start: Int
    var count: Int
  }

  /// The most runs that are kept.
  let capacity: Int
  /// Runs that ever came; those from `appended - capacity` on are kept.
  private(set) var appended = 0
  private var entries: [Entry]
  private var memory: [UInt8] = []
  /// Where the next run would begin.
  private var end = 0

  init(capacity: Int) {
    self.capacity = capacity
    entries = [Entry](repeating: Entry(start: 0, count: 0), count: capacity)
  }

  /// Bytes of its memory.
  var bytes: Int { memory.count + entries.count * MemoryLayout<Entry>.stride }

  private var oldest: Int { max(0, appended - capacity) }

  /// Keeps a copy of a run under the number `appended`; the oldest leaves if there are too many.
  mutating func append(_ run: UnsafeRawBufferPointer) {
    // The one that leaves makes room first.
    let kept = min(appended, capacity - 1)
    let start = place(for: run.count, kept: kept) ?? grow(for: run.count, kept: kept)
    // `start` and what follows lie within the memory, as `place` and `grow` see to.
    memory.withUnsafeMutableBytes {
      UnsafeMutableRawBufferPointer(rebasing: $0[start..<start + run.count]).copyMemory(from: run)
    }
    entries[appended % capacity] = Entry(start: start, count: run.count)
    appended += 1
    end = start + run.count
  }

  /// The bytes of a run that is kept.
  func withBytes<Result>(of number: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    precondition(number >= oldest && number < appended, "run \(number) is not kept")
    let entry = entries[number % capacity]
    // The body gets exactly this run's bytes, and only while the array is held.
    return memory.withUnsafeBytes {
      body(UnsafeRawBufferPointer(rebasing: $0[entry.start..<entry.start + entry.count]))
    }
  }

  /// Where `count` bytes fit behind the newest run, or at the beginning, without touching the `kept` newest runs.
  private func place(for count: Int, kept: Int) -> Int? {
    if kept == 0 { return count <= memory.count ? 0 : nil }
    let first = entries[(appended - kept) % capacity].start
    let isWrapped = end <= first
    if isWrapped { return end + count <= first ? end : nil }
    if end + count <= memory.count { return end }
    return count <= first ? 0 : nil
  }

  /// Moves the `kept` newest runs into half as much memory again and more; returns where the next one begins.
  private mutating func grow(for count: Int, kept: Int) -> Int {
    var larger = [UInt8](repeating: 0, count: memory.count + memory.count / 2 + count + 4096)
    var place = 0
    for number in (appended - kept)..<appended {
      let entry = entries[number % capacity]
      for i in 0..<entry.count { larger[place + i] = memory[entry.start + i] }
      entries[number % capacity].start = place
      place += entry.count
    }
    memory = larger
    return place
  }
}
