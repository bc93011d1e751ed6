import Replay

/// One game of a file in the Smart Game Format (FF[4], red-bean.com/sgf): a tree of nodes with properties.
///
/// Nodes lie side by side and name each other by their numbers, so that no depth of variations is too deep.
public struct SGFGame: Hashable, Sendable {
  /// A property: its name in capitals, and its values as they stand in the file, escapes included.
  public struct Property: Hashable, Sendable {
    public var name: String
    public var values: [[UInt8]]

    public init(name: String, values: [[UInt8]]) {
      self.name = name
      self.values = values
    }

    /// One value, given as text, escaped and in UTF-8.
    public init(_ name: String, _ text: String) {
      self.init(name: name, values: [SGFGame.escaped(text)])
    }

    /// Several values, given as texts.
    public init(_ name: String, _ texts: [String]) {
      self.init(name: name, values: texts.map { SGFGame.escaped($0) })
    }
  }

  /// A node; the first child continues the main line.
  public struct Node: Hashable, Sendable {
    public var properties: [Property]
    public internal(set) var parent: Int?
    public internal(set) var children: [Int] = []
    /// Whether the file begins a variation here, be it the only one.
    public internal(set) var beginsVariation = false

    /// The values of a property; nil if the node does not have it.
    public func values(_ name: String) -> [[UInt8]]? {
      properties.first { $0.name == name }?.values
    }
  }

  /// The root is node 0; parents come before their children.
  public private(set) var nodes: [Node] = []

  public init() {}

  /// Adds a node below another one (nil for the root) and returns its number.
  @discardableResult
  public mutating func append(_ properties: [Property], to parent: Int?, beginsVariation: Bool = false) -> Int
  {
    precondition((parent == nil) == nodes.isEmpty, "one node, the first, has no parent")
    nodes.append(Node(properties: properties, parent: parent, beginsVariation: beginsVariation))
    if let parent { nodes[parent].children.append(nodes.count - 1) }
    return nodes.count - 1
  }

  /// Adds a property to a node; values of a name that is there already are added to it.
  public mutating func add(_ property: Property, to node: Int) {
    if let index = nodes[node].properties.firstIndex(where: { $0.name == property.name }) {
      nodes[node].properties[index].values += property.values
    } else {
      nodes[node].properties.append(property)
    }
  }

  /// The numbers of the nodes from the root along all first children.
  public var mainLine: [Int] {
    var line = nodes.isEmpty ? [] : [0]
    while let last = line.last, let next = nodes[last].children.first { line.append(next) }
    return line
  }

  /// The game as it is written to a file, one node a line; values keep their bytes.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    // What is still to write, the next one last: a node, or the end of a variation.
    var rest: [(node: Int?, isVariation: Bool)] = nodes.isEmpty ? [] : [(0, true)]
    while let (next, isVariation) = rest.popLast() {
      guard let node = next else {
        result.append(UInt8(ascii: ")"))
        continue
      }
      if !result.isEmpty { result.append(UInt8(ascii: "\n")) }
      if isVariation {
        result.append(UInt8(ascii: "("))
        rest.append((nil, false))
      }
      write(node, to: &result)
      let children = nodes[node].children
      for child in children.reversed() {
        rest.append((child, children.count > 1 || nodes[child].beginsVariation))
      }
    }
    return result
  }

  private func write(_ node: Int, to result: inout [UInt8]) {
    result.append(UInt8(ascii: ";"))
    for property in nodes[node].properties {
      result += property.name.utf8
      for value in property.values {
        result.append(UInt8(ascii: "["))
        result += value
        result.append(UInt8(ascii: "]"))
      }
    }
  }

  /// Text as a value: brackets and backslashes escaped, whatever combines with them.
  static func escaped(_ text: String) -> [UInt8] {
    let backslash = UInt8(ascii: "\\")
    return text.utf8.flatMap { $0 == backslash || $0 == UInt8(ascii: "]") ? [backslash, $0] : [$0] }
  }
}

/// Why a file in the Smart Game Format is refused, in one line.
public struct SGFError: Error, Hashable, Sendable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description.printable }
}
