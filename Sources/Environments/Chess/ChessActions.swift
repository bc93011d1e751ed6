/// A set of chess actions: 73 planes of squares, and which planes hold any, as most are empty.
public struct ChessActions: ActionSet {
  private var planes = InlineArray<73, UInt64>(repeating: 0)
  /// Bit `plane & 63` of word `plane >> 6` is set where a plane is not empty.
  private var filled = InlineArray<2, UInt64>(repeating: 0)
  public private(set) var count = 0

  public init() {}

  public var isEmpty: Bool { count == 0 }

  public func contains(_ action: Action) -> Bool {
    planes[action.index >> 6] >> UInt64(action.index & 63) & 1 == 1
  }

  public mutating func insert(_ action: Action) {
    insert(1 << UInt64(action.index & 63), into: action.index >> 6)
  }

  /// Adds moves from these squares in a plane.
  @inline(__always)
  mutating func insert(_ squares: UInt64, into plane: Int) {
    count &+= (squares & ~planes[plane]).nonzeroBitCount
    planes[plane] |= squares
    filled[plane &>> 6] |= 1 &<< UInt64(truncatingIfNeeded: plane & 63)
  }

  public func action(atRank rank: Int) -> Action {
    var remaining = rank
    for word in filled.indices {
      var rest = filled[word]
      while rest != 0 {
        let plane = word << 6 | rest.trailingZeroBitCount
        let population = planes[plane].nonzeroBitCount
        if remaining < population {
          return Action(plane << 6 | planes[plane].indexOfSetBit(atRank: remaining))
        }
        remaining -= population
        rest &= rest - 1
      }
    }
    preconditionFailure("rank \(rank) in a set of \(count) actions")
  }

  public func forEach(_ body: (Action) throws -> Void) rethrows {
    for word in filled.indices {
      var rest = filled[word]
      while rest != 0 {
        let plane = word << 6 | rest.trailingZeroBitCount
        var squares = planes[plane]
        while squares != 0 {
          try body(Action(plane << 6 | squares.trailingZeroBitCount))
          squares &= squares - 1
        }
        rest &= rest - 1
      }
    }
  }
}
