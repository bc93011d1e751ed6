/// A number with its noun, such as `1 game` or `2 games`.
public func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)" + (count == 1 ? "" : "s") }
