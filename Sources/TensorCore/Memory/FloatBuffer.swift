/// Owner of a flat run of floats that starts on a cache line. Starts as zeros.
struct FloatBuffer: ~Copyable {
  let pointer: UnsafeMutablePointer<Float>
  let count: Int

  init(count: Int) {
    self.count = count
    let bytes = max(64, (count * MemoryLayout<Float>.stride + 63) & ~63)
    // The memory is typed as Float right here, for its whole life.
    let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
    pointer = raw.bindMemory(to: Float.self, capacity: bytes / MemoryLayout<Float>.stride)
    pointer.initialize(repeating: 0, count: bytes / MemoryLayout<Float>.stride)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  var all: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(start: pointer, count: count) }
}

/// Owner of a flat run of elements that never change.
struct ConstantBuffer<Element: BitwiseCopyable>: ~Copyable {
  let pointer: UnsafePointer<Element>
  let count: Int

  init(_ elements: [Element]) {
    let memory = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
    memory.initialize(from: elements, count: elements.count)
    pointer = UnsafePointer(memory)
    count = elements.count
  }

  deinit { pointer.deallocate() }
}
