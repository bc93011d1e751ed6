/// Columns of text, as wide as their longest entry, two spaces apart.
public struct TextTable: Sendable {
  public enum Alignment: Sendable { case left, right }

  private let headings: [String]
  private let alignments: [Alignment]
  private var rows: [[String]] = []

  /// Columns are aligned to the left unless said otherwise.
  public init(_ columns: (heading: String, alignment: Alignment)...) {
    headings = columns.map(\.heading)
    alignments = columns.map(\.alignment)
  }

  /// Adds a row; it has as many entries as there are columns.
  public mutating func add(_ row: [String]) {
    precondition(row.count == headings.count, "a row of \(row.count) entries for \(headings.count) columns")
    rows.append(row)
  }

  /// The table with its headings, without a final line break.
  public func text(ink: Ink) -> String {
    let widths = headings.indices.map { column in
      ([headings] + rows).map { $0[column].count }.max() ?? 0
    }
    func line(_ row: [String]) -> String {
      let cells = row.indices.map { column -> String in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return alignments[column] == .left ? row[column] + padding : padding + row[column]
      }
      let text = cells.joined(separator: "  ")
      return String(text.reversed().drop { $0 == " " }.reversed())
    }
    return ([ink(line(headings), .bold)] + rows.map(line)).joined(separator: "\n")
  }
}
