/// Names that a mistyped one may have meant.
public enum Suggestion {
  /// The nearest of `names` if it is near enough to be meant (at most a third of the letters differ).
  public static func nearest(to text: String, in names: some Sequence<String>) -> String? {
    let wanted = Array(text.lowercased())
    var best: (name: String, distance: Int)?
    for name in names.sorted() {
      let candidate = Array(name.lowercased())
      var distance = editDistance(wanted, candidate)
      if wanted.count >= 2, candidate.starts(with: wanted) { distance = min(distance, 1) }
      guard distance <= max(1, max(wanted.count, candidate.count) / 3) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
    }
    return best?.name
  }

  /// `did you mean X?`, or what there is to choose from.
  public static func remedy(for text: String, in names: some Collection<String>, of subject: String) -> String
  {
    if let nearest = nearest(to: text, in: names) { return "did you mean '\(nearest)'?" }
    if names.isEmpty { return "there are no \(subject)" }
    return "known \(subject): \(names.sorted().joined(separator: ", "))"
  }

  /// Insertions, deletions, replacements and swaps of neighbours (Damerau 1964, restricted) that turn one
  /// text into the other. O(a.count x b.count).
  static func editDistance(_ a: [Character], _ b: [Character]) -> Int {
    if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
    var rows = [[Int]](repeating: [Int](repeating: 0, count: b.count + 1), count: a.count + 1)
    for i in 0...a.count { rows[i][0] = i }
    for j in 0...b.count { rows[0][j] = j }
    for i in 1...a.count {
      for j in 1...b.count {
        let replacement = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)
        rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, replacement)
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
          rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
        }
      }
    }
    return rows[a.count][b.count]
  }
}
