/// What a network computes from what: enough to build it, and stored with its weights.
public struct NetworkDescription: Codable, Hashable, Sendable {
  /// The body that all heads share.
  public enum Torso: Codable, Hashable, Sendable {
    /// Dense layers with ReLU on the flattened input.
    case mlp(hidden: [Int])
    /// One 3x3 convolution without padding and a dense layer, each with ReLU: MinAtar's DQN (Young and
    /// Tian 2019).
    case convolutional(channels: Int, hidden: Int)
    /// Convolutions of `channels` (8x8, stride 4), twice as many (4x4, stride 2) and again so many (3x3), and a dense
    /// layer, each with ReLU: with 32 and 512 the network of Mnih et al. 2015 for pictures of 84 x 84.
    case nature(channels: Int, hidden: Int)
    /// A 3x3 convolution with batch norm and ReLU, then residual blocks (Silver et al. 2017), some of which may
    /// pool over the whole image.
    case residual(blocks: Int, channels: Int, pooling: BoardPooling? = nil)
    /// A 3x3 convolution to 2 x growth channels, then `layers` more of `growth` channels, each of which sees what
    /// all before it made; batch norm and ReLU behind every one (Huang et al. 2017).
    case densenet(layers: Int, growth: Int)
    /// A transformer encoder (Vaswani et al. 2017) whose tokens are the points of the image, with a learned vector
    /// added for each place; its layers normalise first and have 4 x width hidden units with GELU.
    case transformer(blocks: Int, width: Int, attentionHeads: Int)
    /// Residual blocks of convolutions that are equivariant under the eight symmetries of the square (Cohen and
    /// Welling 2016), with eight channels for each of `fields`. Values are invariant, and policies move with the
    /// board: actions are its points, row after row, and perhaps one more.
    case equivariant(blocks: Int, fields: Int)
    /// Dense layers with ReLU on the flattened input, if any, then a layer of long short-term memory that is
    /// carried from one position of an episode to the next (Hausknecht and Stone 2015).
    case recurrent(hidden: [Int], memory: Int)
  }

  /// Where a residual network pools over the whole image, so that what is far apart can matter (Wu 2019).
  public struct BoardPooling: Codable, Hashable, Sendable {
    /// The numbers of the blocks with a global pooling bias, rising from 1.
    public var blocks: [Int]
    /// Whether heads pool too: those of actions have a bias, those of one number see nothing but pooled features.
    public var heads: Bool

    public init(blocks: [Int], heads: Bool = false) {
      self.blocks = blocks
      self.heads = heads
    }
  }

  /// What the network says about a position.
  public enum Heads: Codable, Hashable, Sendable {
    /// Logits of all actions, and the expected return.
    case policyValue(actions: Int, valueRange: ValueRange)
    /// The return of every action; without a head the plain one.
    case actionValues(actions: Int, head: ActionValueHead? = nil)
  }

  /// How much the heads see of a torso that ends in an image. Small networks gain from wider heads than those of
  /// Silver et al. 2017, whose image has 256 channels.
  public struct HeadWidths: Codable, Hashable, Sendable {
    /// Channels that heads of actions and of points take from the image (Silver et al. 2017: 2).
    public var policy: Int
    /// Channels that heads of the position take, and hidden units behind them (Silver et al. 2017: 1 and 256).
    public var value: Int
    public var hidden: Int

    public init(policy: Int = 2, value: Int = 1, hidden: Int = 64) {
      self.policy = policy
      self.value = value
      self.hidden = hidden
    }
  }

  /// The range of a value head.
  public enum ValueRange: String, Codable, Hashable, Sendable {
    /// Between -1 and 1.
    case tanh
    /// Any number.
    case linear
  }

  public let planes: Int
  public let rows: Int
  public let columns: Int
  public let torso: Torso
  public let heads: Heads
  /// Nil for the usual ones.
  let widths: HeadWidths?
  /// Heads for training only; nil for none.
  public let auxiliary: AuxiliaryHeads?

  public init(
    planes: Int, rows: Int, columns: Int, torso: Torso, heads: Heads, widths: HeadWidths = HeadWidths(),
    auxiliary: AuxiliaryHeads? = nil
  ) {
    self.planes = planes
    self.rows = rows
    self.columns = columns
    self.torso = torso
    self.heads = heads
    self.widths = torso.hasHeadWidths && widths != HeadWidths() ? widths : nil
    self.auxiliary = auxiliary.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether the torso ends in an image, from which each head takes a few channels.
  var isSpatial: Bool {
    switch torso {
    case .mlp, .convolutional, .nature, .recurrent: false
    case .residual, .densenet, .transformer, .equivariant: true
    }
  }

  var headWidths: HeadWidths { widths ?? HeadWidths() }

  /// Floats of one input [planes, rows, columns].
  public var inputCount: Int { planes * rows * columns }

  /// Floats that a recurrent network remembers of each episode, its hidden state and then its cell; 0 for the
  /// others.
  public var stateCount: Int { if case .recurrent(_, let memory) = torso { 2 * memory } else { 0 } }

  /// Whether the torso takes the input as one vector.
  var isFlat: Bool {
    switch torso {
    case .mlp, .recurrent: true
    default: false
    }
  }

  /// Length of a row of logits or action values.
  public var actions: Int {
    switch heads {
    case .policyValue(let actions, _), .actionValues(let actions, _): actions
    }
  }
}

extension NetworkDescription.Torso {
  /// Whether it ends in an image of which heads can see more or less.
  public var hasHeadWidths: Bool {
    switch self {
    case .residual, .densenet, .transformer: true
    case .mlp, .convolutional, .nature, .recurrent, .equivariant: false
    }
  }
}
