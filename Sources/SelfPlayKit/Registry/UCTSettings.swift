extension AgentSpecification {
  /// Options of plain Monte Carlo tree search.
  public struct UCTSettings: Hashable, Sendable {
    /// Simulations a decision.
    public var simulations: Int
    /// Weight of the exploration term of UCB1.
    public var exploration: Double
    /// Whether actions share what later moves brought, and the visits after which an action's own mean counts as
    /// much (rapid action value estimates); nil for no sharing.
    public var sharedEquivalence: Double?
    /// Whether wins, draws and losses are proven in the tree.
    public var solves: Bool
    /// Nodes that the tree may have; nil for no limit.
    public var nodeLimit: Int?
    /// Whether the part of the tree below the moves played is kept.
    public var reusesTree: Bool
    /// Seconds a decision instead of simulations; nil for simulations.
    public var seconds: Double?
  }
}

extension AgentSpecification.UCTSettings {
  /// Reads the options of an agent of kind `uct`.
  init(from section: ConfigurationSection) throws {
    simulations = try section.integer("simulations", in: 1...100_000_000)
    let isSharing = try section.boolean("rave", default: false)
    // What later moves brought explores by itself.
    exploration = try section.number("exploration", default: isSharing ? 0.2 : 1.4, in: 0...1000)
    sharedEquivalence = isSharing ? try section.number("equivalence", default: 500, in: 1...1e9) : nil
    solves = try section.boolean("solves", default: true)
    nodeLimit = try section.nodeLimit()
    reusesTree = try section.boolean("reuses_tree", default: true)
    seconds = try section.secondsPerMove()
  }
}

extension ConfigurationSection {
  /// The key `node_limit` of an agent that searches: how many nodes its tree may have; nil if it is not there.
  func nodeLimit() throws -> Int? {
    contains("node_limit") ? try integer("node_limit", in: 2...1_000_000_000) : nil
  }
}
