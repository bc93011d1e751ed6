import AllocationCounter
import Environments

/// Heap allocations that `body` made on this thread.
public func allocations(of body: () throws -> Void) rethrows -> Int {
  let before = allocation_count()
  try body()
  return Int(allocation_count() - before)
}
