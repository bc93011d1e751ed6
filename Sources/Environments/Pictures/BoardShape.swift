/// A place on a drawing in pixels, x to the right and y down from the upper left corner.
typealias BoardPoint = SIMD2<Double>

/// What a drawing of a board is made of.
enum BoardShape: Sendable {
  case disc(_ centre: BoardPoint, radius: Double)
  /// A convex polygon, its corners in either order.
  case polygon([BoardPoint])

  static func rectangle(_ corner: BoardPoint, _ opposite: BoardPoint) -> BoardShape {
    .polygon([corner, [opposite.x, corner.y], opposite, [corner.x, opposite.y]])
  }

  /// A straight stroke with square ends.
  static func line(from start: BoardPoint, to end: BoardPoint, width: Double) -> BoardShape {
    let along = end - start
    let length = (along * along).sum().squareRoot()
    let across = BoardPoint(-along.y, along.x) * (width / 2 / length)
    return .polygon([start + across, end + across, end - across, start - across])
  }

  /// The shape `scale` times as large, then moved.
  func placed(at offset: BoardPoint, scale: Double) -> BoardShape {
    switch self {
    case .disc(let centre, let radius): .disc(centre * scale + offset, radius: radius * scale)
    case .polygon(let corners): .polygon(corners.map { $0 * scale + offset })
    }
  }

  /// The smallest rectangle around the shape.
  var bounds: (low: BoardPoint, high: BoardPoint) {
    switch self {
    case .disc(let centre, let radius): return (centre - radius, centre + radius)
    case .polygon(let corners):
      let first = corners.first ?? .zero
      return corners.dropFirst().reduce((first, first)) { bounds, corner in
        (pointwiseMin(bounds.0, corner), pointwiseMax(bounds.1, corner))
      }
    }
  }

  /// The lines that bound a polygon: of each its normal, which points outwards, and its distance from the
  /// origin; none for a disc.
  var edges: [(normal: BoardPoint, distance: Double)] {
    guard case .polygon(let corners) = self else { return [] }
    let pairs = corners.indices.map { (corners[$0], corners[($0 + 1) % corners.count]) }
    let area = pairs.reduce(0) { $0 + $1.0.x * $1.1.y - $1.1.x * $1.0.y }
    return pairs.map { start, end in
      let along = end - start
      let length = (along * along).sum().squareRoot() * (area < 0 ? -1 : 1)
      let normal = BoardPoint(along.y, -along.x) / length
      return (normal, (normal * start).sum())
    }
  }
}
