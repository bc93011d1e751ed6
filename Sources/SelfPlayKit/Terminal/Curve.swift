import Foundation

/// Small pictures of a series of numbers, such as the strength of an agent over its training.
public enum Curve {
  /// One line, one bar a number, at most `width` (then neighbours are averaged); empty for no numbers.
  public static func sparkline(_ values: [Double], width: Int = 60) -> String {
    let bars = Array("▁▂▃▄▅▆▇█")
    let series = fitted(values.filter(\.isFinite), width: width)
    guard let low = series.min(), let high = series.max() else { return "" }
    return String(
      series.map { value in
        high > low ? bars[Int(((value - low) / (high - low) * 7).rounded())] : bars[3]
      })
  }

  /// A graph of points (x rising), `height` rows of braille cells with the range of y at the left and that of x
  /// below; empty for no points.
  public static func graph(
    _ points: [(x: Double, y: Double)], width: Int = 60, height: Int = 10
  ) -> String {
    let points = points.filter { $0.x.isFinite && $0.y.isFinite }
    guard let first = points.first, let last = points.last, let low = points.map(\.y).min(),
      let high = points.map(\.y).max()
    else { return "" }
    let (columns, rows) = (width * 2, height * 4)
    var dots = [UInt8](repeating: 0, count: width * height)
    for column in 0..<columns {
      let x = first.x + (last.x - first.x) * Double(column) / Double(columns - 1)
      let share = high > low ? (interpolate(points, at: x) - low) / (high - low) : 0.5
      let row = rows - 1 - Int((share * Double(rows - 1)).rounded())
      dots[row / 4 * width + column / 2] |= Self.dot(row: row % 4, column: column % 2)
    }
    let labels = (0..<height).map { row in
      row == 0 ? number(high) : row == height - 1 ? number(low) : ""
    }
    let margin = labels.map(\.count).max() ?? 0
    var lines = (0..<height).map { row in
      let cells = dots[row * width..<(row + 1) * width].map {
        Character(Unicode.Scalar(0x2800 + UInt32($0)) ?? " ")
      }
      return String(repeating: " ", count: margin - labels[row].count) + labels[row] + " ┤" + String(cells)
    }
    let (start, end) = (number(first.x), number(last.x))
    let gap = String(repeating: " ", count: max(1, width - start.count - end.count))
    lines.append(String(repeating: " ", count: margin + 2) + start + gap + end)
    return lines.joined(separator: "\n")
  }

  private static func interpolate(_ points: [(x: Double, y: Double)], at x: Double) -> Double {
    guard let after = points.firstIndex(where: { $0.x >= x }) else { return points[points.count - 1].y }
    if after == 0 || points[after].x == x { return points[after].y }
    let (left, right) = (points[after - 1], points[after])
    let share = right.x > left.x ? (x - left.x) / (right.x - left.x) : 0
    return left.y + share * (right.y - left.y)
  }

  /// The bit of a dot in a braille character (Unicode block U+2800).
  private static func dot(row: Int, column: Int) -> UInt8 {
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    return bits[row][column]
  }

  private static func fitted(_ values: [Double], width: Int) -> [Double] {
    guard values.count > width else { return values }
    return (0..<width).map { index in
      let range = index * values.count / width..<(index + 1) * values.count / width
      return values[range].reduce(0, +) / Double(range.count)
    }
  }

  private static func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e9 ? String(Int(value)) : String(format: "%.3g", value)
  }
}
