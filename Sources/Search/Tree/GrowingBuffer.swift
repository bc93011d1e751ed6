/// A contiguous buffer that grows geometrically and keeps its memory when emptied.
///
/// Unsafe memory because a search makes some hundred accesses a simulation: `Array`'s uniqueness and bounds
/// checks cost about a fifth of the search. The buffer is its only owner (`~Copyable`), elements need no
/// destruction (`BitwiseCopyable`), and debug builds check every index.
package struct GrowingBuffer<Element: BitwiseCopyable>: ~Copyable {
  // Owned: allocated here, freed in `deinit`, replaced only by `grow`.
  private var base: UnsafeMutablePointer<Element>
  private(set) var capacity: Int
  package private(set) var count = 0

  package init(capacity: Int = 64) {
    self.capacity = max(capacity, 1)
    base = .allocate(capacity: self.capacity)
  }

  deinit { base.deallocate() }

  package var isEmpty: Bool { count == 0 }

  @inline(__always)
  package subscript(index: Int) -> Element {
    // In bounds by the caller's promise: all indices come from `append`.
    unsafeAddress {
      assert(index >= 0 && index < count)
      return UnsafePointer(base + index)
    }
    unsafeMutableAddress {
      assert(index >= 0 && index < count)
      return base + index
    }
  }

  /// Amortised O(1).
  @inline(__always)
  package mutating func append(_ element: Element) {
    if count == capacity { grow() }
    // Below capacity, so inside the allocation.
    (base + count).initialize(to: element)
    count += 1
  }

  /// Forgets the elements from `newCount` on, and keeps the memory.
  package mutating func shrink(to newCount: Int) {
    assert(newCount <= count)
    count = newCount
  }

  package mutating func removeAll() { count = 0 }

  @inline(never)
  private mutating func grow() {
    // The new allocation is twice the old one, so it holds `count` elements.
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: base, count: count)
    base.deallocate()
    base = larger
    capacity *= 2
  }
}

// The buffer is the only owner of its memory, so it may move to another thread.
extension GrowingBuffer: @unchecked Sendable where Element: Sendable {}
