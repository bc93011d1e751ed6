/// Numbers from 0 up with priorities, the highest first: a binary heap that knows where each number is.
struct PriorityQueue: Hashable, Sendable, Codable {
  private var heap: [Int] = []
  private var priorities: [Float] = []
  /// Where each number is in the heap; -1 for one that is not.
  private var places: [Int] = []

  var isEmpty: Bool { heap.isEmpty }

  /// Adds a number, or raises its priority; a lower one than it has changes nothing. O(log n).
  mutating func insert(_ number: Int, priority: Float) {
    while places.count <= number {
      places.append(-1)
      priorities.append(0)
    }
    if places[number] < 0 {
      places[number] = heap.count
      heap.append(number)
    } else if priority <= priorities[number] {
      return
    }
    priorities[number] = priority
    rise(from: places[number])
  }

  /// Takes the number of highest priority out. O(log n).
  mutating func removeFirst() -> Int {
    let first = heap[0]
    let last = heap.removeLast()
    places[first] = -1
    if !heap.isEmpty {
      put(last, at: 0)
      sink()
    }
    return first
  }

  /// Of equal priorities the lower number comes first, so that the order depends on nothing else.
  private func precedes(_ first: Int, _ second: Int) -> Bool {
    (priorities[first], second) > (priorities[second], first)
  }

  private mutating func put(_ number: Int, at place: Int) {
    heap[place] = number
    places[number] = place
  }

  private mutating func rise(from start: Int) {
    let number = heap[start]
    var place = start
    while place > 0, precedes(number, heap[(place - 1) / 2]) {
      put(heap[(place - 1) / 2], at: place)
      place = (place - 1) / 2
    }
    put(number, at: place)
  }

  private mutating func sink() {
    let number = heap[0]
    var place = 0
    while 2 * place + 1 < heap.count {
      var child = 2 * place + 1
      if child + 1 < heap.count, precedes(heap[child + 1], heap[child]) { child += 1 }
      guard precedes(heap[child], number) else { break }
      put(heap[child], at: place)
      place = child
    }
    put(number, at: place)
  }
}
