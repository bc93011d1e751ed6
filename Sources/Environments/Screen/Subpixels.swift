/// A length in 1/256 pixel, or a speed in 1/256 pixel a frame.
typealias Subpixels = Int32

extension Subpixels {
  /// So many whole pixels.
  static func pixels(_ count: Int32) -> Subpixels { count << 8 }

  /// So many hundredths of a pixel, rounded towards zero.
  static func hundredths(_ count: Int32) -> Subpixels { count * 256 / 100 }

  /// The pixel this length lies in.
  var pixel: Int { Int(self >> 8) }
}

/// A paddle or cannon on a rail: it gathers speed while it is pushed and brakes when it is let go.
struct Slider: Hashable, Sendable, BitwiseCopyable {
  /// Of its left or upper end.
  var place: Subpixels
  var speed: Subpixels = 0

  init(at place: Subpixels) { self.place = place }

  /// Moves for one frame. `push` is -1, 0 or 1; the ends of the rail stop it.
  mutating func advance(
    push: Int32, acceleration: Subpixels, topSpeed: Subpixels, on rail: ClosedRange<Subpixels>
  ) {
    if push == 0 {
      speed = abs(speed) < 32 ? 0 : speed / 2
    } else {
      // A change of direction starts from rest.
      if speed.signum() != push { speed = 0 }
      speed = min(max(speed + push * acceleration, -topSpeed), topSpeed)
    }
    place += speed
    if !rail.contains(place) {
      place = min(max(place, rail.lowerBound), rail.upperBound)
      speed = 0
    }
  }
}

/// A ball: the place of its upper left corner, and its speed.
struct Ball: Hashable, Sendable, BitwiseCopyable {
  static let width = Subpixels.pixels(2)
  static let height = Subpixels.pixels(4)

  var x: Subpixels = 0
  var y: Subpixels = 0
  var speedX: Subpixels = 0
  var speedY: Subpixels = 0
}
