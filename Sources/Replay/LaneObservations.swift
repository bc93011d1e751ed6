import Environments

/// The last observations of several lanes, each lane a ring of slots: pictures are compressed, everything else is packed.
struct LaneObservations: Sendable {
  private let shape: ObservationShape
  private let laneCapacity: Int
  /// Observations that each lane was given, and the place of the first of them.
  private var appended: [Int]
  private var first: [Int]
  /// One of them holds everything, from the first observation on.
  private var packed: ObservationStore?
  private var pictures: PictureStore?

  /// Values that a plane has at least to be worth compressing.
  private static let pictureSize = 1024

  /// Slots are numbered lane after lane.
  init(shape: ObservationShape, lanes: Int, laneCapacity: Int) {
    self.shape = shape
    self.laneCapacity = laneCapacity
    appended = [Int](repeating: 0, count: lanes)
    first = appended
  }

  /// Memory in use.
  var bytes: Int { packed?.bytes ?? pictures?.bytes ?? 0 }

  /// Makes `place` the lane's slot of its first observation, before it has any; 0 if nothing is said.
  mutating func begin(lane: Int, at place: Int) {
    precondition(appended[lane] == 0 && 0..<laneCapacity ~= place, "lane \(lane) cannot begin at \(place)")
    first[lane] = place
  }

  /// Puts a lane's next observation where its oldest was: one slot after the other, and so on around.
  mutating func append(_ values: borrowing Span<Float>, lane: Int) {
    defer { appended[lane] += 1 }
    if packed == nil, shape.rows * shape.columns >= Self.pictureSize {
      if pictures == nil {
        pictures = PictureStore(shape: shape, lanes: appended.count, laneCapacity: laneCapacity)
      }
      if pictures?.append(values, lane: lane) ?? false { return }
    }
    if packed == nil { pack() }
    let place = place(of: appended[lane], lane: lane)
    packed?.store(values, in: lane * laneCapacity + place)
  }

  /// The place of a lane's observation, by its number.
  private func place(of number: Int, lane: Int) -> Int { (first[lane] + number) % laneCapacity }

  /// Writes the observation in a slot into `values[start...]`.
  func load(_ slot: Int, into values: inout MutableSpan<Float>, at start: Int) {
    if let packed { return packed.load(slot, into: &values, at: start) }
    let (lane, place) = slot.quotientAndRemainder(dividingBy: laneCapacity)
    // The newest observation that was put there.
    let last = appended[lane] - 1
    pictures?.load(last - (first[lane] + last - place) % laneCapacity, lane: lane, into: &values, at: start)
  }

  /// Packs everything, since not all are pictures in grey.
  private mutating func pack() {
    var store = ObservationStore(capacity: appended.count * laneCapacity, shape: shape)
    var values = [Float](repeating: 0, count: shape.count)
    for lane in appended.indices {
      for number in max(0, appended[lane] - laneCapacity)..<appended[lane] {
        let slot = lane * laneCapacity + place(of: number, lane: lane)
        var target = values.mutableSpan
        load(slot, into: &target, at: 0)
        store.store(values.span, in: slot)
      }
    }
    (packed, pictures) = (store, nil)
  }
}
