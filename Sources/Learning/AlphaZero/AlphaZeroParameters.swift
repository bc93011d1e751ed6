import Search
import TensorCore

/// Everything that shapes an AlphaZero run. Each field names its default and, where it differs, the paper's
/// value for Go (Silver et al. 2018, "A general reinforcement learning algorithm ...").
public struct AlphaZeroParameters: Hashable, Sendable {
  public var network: NetworkDescription.Torso
  public var headWidths = NetworkDescription.HeadWidths()
  public var search = SearchParameters()
  public var selfPlay = SelfPlayParameters()
  public var training = TrainingParameters()
  public var gate = GateParameters()
  /// Games, at each evaluation, against the network from between a quarter and half of the steps; 0 for none.
  public var pastGames = 0

  public init(network: NetworkDescription.Torso) { self.network = network }

  /// The tree search that makes the policy targets.
  public struct SearchParameters: Hashable, Sendable {
    /// How the tree is searched.
    public enum Kind: String, CaseIterable, Hashable, Sendable {
      /// Silver et al. 2018: the visits are the target.
      case puct
      /// Danihelka et al. 2022: the improved policy is the target, which needs few simulations.
      case gumbel
    }

    public var kind = Kind.puct
    /// Actions of the root that Gumbel search starts with (paper: 16).
    public var considered = 16
    /// How far values shift the logits in Gumbel search (`c_scale`, 0.1 in mctx).
    public var valueScale: Float = 0.1
    /// The range of values that is scaled to 0...1 before (paper: siblings with a `valueScale` of 0.1 for Atari games,
    /// the range of the game with 1 for board games).
    public var valueScaling = ValueScaling.siblings
    /// Whether wins, draws and losses are proven in the tree; what is proven is an exact target, and needs no
    /// further simulations.
    public var solves = false
    /// Whether positions that are met again in a tree keep the judgement they had.
    public var sharesEvaluations = false
    /// `k` of the playouts that noise forces at the root of full searches with PUCT, and that the policy target
    /// leaves out (Wu 2019: 2); 0 forces none.
    public var forcedPlayouts: Float = 0
    /// In which of its symmetries the network sees a position, where the game has any (Silver et al. 2017:
    /// random).
    public var symmetry = SymmetryUse.none
    /// Simulations for each move of self-play (paper: 800).
    public var simulations = 64
    /// Weight of the prior against the value in PUCT (paper: 1.25, growing slowly with the visits).
    public var exploration: Float = 1.25
    /// Concentration of the Dirichlet noise at the root (paper: 0.03 for Go, 0.3 for chess); 0 switches it off.
    public var noiseAlpha: Float = 1
    /// Share of the noise in the root's priors (paper: 0.25).
    public var noiseFraction: Float = 0.25
    /// How far below its parent's value an unvisited action starts, as a share of the range of values.
    public var firstPlayReduction: Float = 0.25
    /// Discount of future rewards for each step (paper: 1; single-player games need less).
    public var discount: Float = 1
    public init() {}
  }

  /// Games played in lockstep. The unit of work is a lane: one game after another.
  public struct SelfPlayParameters: Hashable, Sendable {
    /// Batches evaluated apart, by one thread at a time: the most threads that self-play can use.
    public var workers = 2
    /// Games of each worker, whose leaves are one batch.
    public var gamesPerWorker = 32
    /// Moves that every lane plays between two rounds of training.
    public var pliesPerIteration = 8
    /// Moves chosen in proportion to the visits; from then on the most visited is played (paper: 30 for Go).
    public var temperaturePlies = 12
    /// Temperature of those moves (paper: 1).
    public var temperature: Float = 1
    /// Moves in which the temperature comes halfway to `finalTemperature` (Wu 2019: about the side of the board);
    /// 0 keeps it for `temperaturePlies` and drops it to 0.
    public var temperatureHalfLife: Float = 0
    public var finalTemperature: Float = 0
    /// A game begins with up to this many uniformly random plies, which are not trained on: each number of them is
    /// equally likely. They lead to positions that good play avoids, but opponents and analysts ask about.
    public var randomPlies = 0
    /// Openings drawn for a game, at most, until one is kept; each is with the probability 1 - value², the variance of
    /// a result of which the network expects this value. Games then begin where it is least sure how they end:
    /// most random openings, and most komis, leave nothing to decide. 1 keeps the first one. For two players.
    public var openingTries = 1
    /// Share of searches with all simulations, whose policies are trained on; the others have
    /// `fastSimulations`, no noise, and teach values only (Wu 2019, "playout cap randomization": 0.25).
    public var fullSearchShare: Float = 1
    public var fastSimulations = 16
    /// Share of a position's weight that goes by how much its search has surprised the network (Wu 2020: 0.5).
    public var surpriseWeight: Float = 0
    /// A player resigns whose value was below its negative `resignPlies` times in a row (paper: 0.9 or so,
    /// chosen by its errors); 0 plays all games to their end. For two players.
    public var resignThreshold: Float = 0
    public var resignPlies = 3
    /// Share of games that are played to their end all the same, to know how often resigning is an error, and to learn
    /// what comes after a proof.
    public var playOnShare: Float = 0.1
    /// Positions that a `Solver` may meet to prove the value of a position before it is searched; 0 for no solver. A
    /// game ends with the first value that is proven after a search; where one plays on, proven values are the targets.
    /// For two players without chance.
    public var solverNodes = 0
    /// Weight of the search's root value against the game's result in the value target (paper: 0).
    public var rootValueWeight: Float = 0
    /// Whether a return ends where a move was explored, as it does where a value is proven: from there the search's
    /// value counts, not what came of it (Watkins 1989). Explored moves then teach nothing wrong about those before
    /// them; but where nearly every move is one, as with the noise of Gumbel search, results do not reach the beginning
    /// of long games.
    public var cutsExploration = false
    /// Steps after which a return is bootstrapped from the search's value; 0 waits for the end of the episode.
    public var bootstrapSteps = 0
    /// How exactly the network computes. With `bf16` games differ between processors that have AMX and others.
    public var precision = Precision.f32
    public init() {}
  }

  /// A match that a new network has to win before it plays itself (Silver et al. 2017). For two players.
  public struct GateParameters: Hashable, Sendable {
    /// Games of the match (paper: 400); 0 lets the newest network play without any.
    public var games = 0
    /// Steps between two matches.
    public var steps = 20_000
    /// The least score of a network that replaces the best one (paper: 0.55).
    public var score: Float = 0.55
    public init() {}
  }

  /// Gradient descent on the newest positions.
  public struct TrainingParameters: Hashable, Sendable {
    /// How wrong a value is.
    public enum ValueLoss: String, CaseIterable, Hashable, Sendable {
      /// The square of the difference (Silver et al. 2018).
      case squared
      /// Of the chances (1 + value) / 2 of winning and losing, for games between two players (Wu 2019). Its gradient
      /// does not vanish where a value is sure, and wrong.
      case crossEntropy = "cross_entropy"
    }

    /// Positions in one gradient step (paper: 4096).
    public var batchSize = 256
    /// Parts of a batch, each on one thread at a time, added in a fixed order.
    public var shards = 2
    /// Positions kept for sampling (paper: the last million games).
    public var window = 50_000
    /// The most memory that the window may take, in MiB; 0 for no limit.
    public var memoryLimit = 0
    /// Positions to collect before the first gradient step.
    public var minimumWindow = 2_000
    /// Positions from which the window grows with their number (Wu 2019, appendix C: 250,000); 0 uses all of it
    /// from the beginning.
    public var windowStart = 0
    /// How the window grows: start * (1 + growth * ((positions / start)^exponent - 1) / exponent).
    public var windowExponent: Float = 0.75
    public var windowGrowth: Float = 0.4
    /// How often each new position is trained on, on average.
    public var samplesPerPosition: Float = 4
    public var learningRate: Float = 0.002
    /// The learning rate at the end of the budget, as a share of `learningRate` (cosine).
    public var finalLearningRate: Float = 0.1
    public var weightDecay: Float = 1e-4
    /// Largest Euclidean norm of a gradient; 0 leaves gradients alone.
    public var gradientNorm: Float = 4
    public var valueWeight: Float = 1
    public var valueLoss = ValueLoss.squared
    /// Weights of the losses of heads that only teach the torso (Wu 2019); 0 leaves a head out. The reply's is
    /// that of the next move's policy (paper: 0.15).
    public var replyWeight: Float = 0
    /// Of the mean squared error of whose each point will be, in games with points.
    public var ownershipWeight: Float = 0
    /// Of the squared error of the final margin, as a share of all points, in games with points.
    public var scoreWeight: Float = 0
    /// How much of itself the running average of the weights keeps at a gradient step, such as 0.99. It is what
    /// plays, is measured and published; 0 uses the newest weights themselves.
    public var weightAverage: Float = 0
    /// Trains on a random symmetry of each position, where the game has any.
    public var augments = true
    /// Of the gradients; weights stay in f32.
    public var precision = Precision.f32
    public init() {}
  }
}
