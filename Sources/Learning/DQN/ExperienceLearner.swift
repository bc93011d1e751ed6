import Environments
import Replay
import TensorCore

/// What learns in a run with experience replay: a network of action values, and a memory of what happened.
///
/// What it does depends only on what it is told, so that a run can be taken up anywhere: `save` keeps what episodes
/// alone do not give back, and `restore` takes it up after the same episodes have been told again.
public protocol ExperienceLearner: AnyObject, EpisodeMemory {
  associatedtype Parameters: ReplayParameters

  init<G: Game>(game: G, parameters: Parameters, seed: UInt64) throws

  /// The network that is trained.
  var network: Network { get }
  /// How many samples the memory holds.
  var sampleCount: Int { get }
  /// Whether `evaluate` has to see every step, as it remembers what it saw or draws from `random`.
  var evaluatesEveryStep: Bool { get }
  /// Action values [lanes, actions] of what the lanes see, [lanes, planes x rows x columns].
  func evaluate(_ planes: [Float], into values: inout [Float], using random: inout Random)
  /// One gradient step on samples of the memory; returns its loss.
  func update(using random: inout Random, budgetShare: Float) -> Float
  /// Makes the target network a copy of the trained one.
  func copyToTarget()
  /// Writes what the next step depends on into a checkpoint's folder.
  func save(to folder: String) throws
  /// Takes up what `save` wrote.
  func restore(from folder: String) throws
}

/// How a run with experience replay goes, whatever learns in it.
public protocol ReplayParameters: Hashable, Sendable {
  /// Environments stepped together; each fills its own lane of the memory.
  var lanes: Int { get }
  /// Gradient steps for each environment step.
  var updatesPerStep: Float { get }
  /// Environment steps before the first gradient step.
  var minimumReplay: Int { get }
  /// Gradient steps between two copies to the target network.
  var targetPeriod: Int { get }
  /// How often actions are random.
  var exploration: DQNParameters.Exploration { get }
}

extension DQNParameters: ReplayParameters {}
extension RecurrentDQNParameters: ReplayParameters {}
