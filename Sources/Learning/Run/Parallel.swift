import Dispatch

/// Runs `body(index)` once for every index below `count`, on at most `threads` threads; returns when all are
/// done. What an index computes may not depend on the thread that runs it.
///
/// The first error by index is thrown, so that failures do not depend on timing either.
func forEachInParallel(
  _ count: Int, threads: Int, _ body: @Sendable (Int) throws -> Void
) throws {
  let threads = max(1, min(threads, count))
  if threads == 1 {
    for index in 0..<count { try body(index) }
    return
  }
  var failures = [(any Error)?](repeating: nil, count: count)
  failures.withUnsafeMutableBufferPointer { failures in
    // Safe: every index is written by the one thread that runs it, and read after all have ended.
    nonisolated(unsafe) let failures = failures
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
      for index in stride(from: thread, to: count, by: threads) {
        do { try body(index) } catch { failures[index] = error }
      }
    }
  }
  if let failure = failures.lazy.compactMap({ $0 }).first { throw failure }
}

/// Lends one value of an array to each thread of `forEachInParallel`.
///
/// Unchecked: callers give every index to one thread at a time.
package struct Lanes<Value>: @unchecked Sendable {
  package let values: [Value]

  package init(values: [Value]) { self.values = values }

  package subscript(index: Int) -> Value { values[index] }
}
