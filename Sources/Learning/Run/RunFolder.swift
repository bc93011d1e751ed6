import Foundation

/// A folder that holds one training run, and is an agent at any time:
///
///     agent.toml            the resolved definition
///     weights.safetensors   the newest network
///     experience.replay     every finished game
///     progress.jsonl        a line every few seconds
///     checkpoints/STEP/     complete sets to resume from; the last two are kept
public struct RunFolder: Sendable {
  public let path: String

  public init(path: String) { self.path = path }

  public var definition: String { path + "/agent.toml" }
  public var weights: String { path + "/weights.safetensors" }
  public var replay: String { path + "/experience.replay" }
  public var progress: String { path + "/progress.jsonl" }
  var checkpoints: String { path + "/checkpoints" }

  /// Makes the folder, so that a run can begin. Throws `RunError`.
  public func create() throws {
    try Self.explain(path) {
      try FileManager.default.createDirectory(atPath: checkpoints, withIntermediateDirectories: true)
    }
  }

  /// Writes a file of the folder, whole or not at all. Throws `RunError`.
  public func write(_ data: Data, to path: String) throws {
    try Self.explain(path) { try data.write(to: URL(fileURLWithPath: path), options: .atomic) }
  }

  /// Writes a checkpoint so that it is there whole or not at all: aside, synced, hashed, then renamed.
  /// - Parameter fill: writes the set's files into the folder it is given.
  func writeCheckpoint(step: Int, fill: (String) throws -> Void) throws {
    try Self.explain(checkpoints) { try makeCheckpoint(step: step, fill: fill) }
  }

  private func makeCheckpoint(step: Int, fill: (String) throws -> Void) throws {
    let files = FileManager.default
    let final = checkpoints + "/" + String(format: "%012d", step)
    let aside = final + ".partial"
    try? files.removeItem(atPath: aside)
    try files.createDirectory(atPath: aside, withIntermediateDirectories: true)
    try fill(aside)
    var hashes: [String: String] = [:]
    for name in try files.contentsOfDirectory(atPath: aside) {
      hashes[name] = try Self.hash(ofFile: aside + "/" + name)
      try Self.synchronise(aside + "/" + name)
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    try encoder.encode(hashes).write(to: URL(fileURLWithPath: aside + "/manifest.json"))
    try Self.synchronise(aside + "/manifest.json")
    try Self.synchronise(aside)
    try? files.removeItem(atPath: final)
    try files.moveItem(atPath: aside, toPath: final)
    try Self.synchronise(checkpoints)
    try publishWeights(from: final)
    try removeCheckpoints(besides: 2, upTo: step)
  }

  /// Keeps the last `count` checkpoints up to a step. Those beyond it are damaged, or the run would have gone on
  /// from there; unfinished ones are from a run that was killed.
  private func removeCheckpoints(besides count: Int, upTo step: Int) throws {
    let kept = Set(try checkpointNames().filter { Int($0) ?? .max <= step }.suffix(count))
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints) where !kept.contains(name) {
      try? FileManager.default.removeItem(atPath: checkpoints + "/" + name)
    }
  }

  /// Whether a run has left anything here that a new one would overwrite.
  public var holdsRun: Bool {
    get throws {
      try !checkpointNames().isEmpty || replaySize ?? 0 > 0
        || FileManager.default.fileExists(atPath: weights)
    }
  }

  /// Bytes of the replay; nil if there is none.
  var replaySize: UInt64? {
    try? FileManager.default.attributesOfItem(atPath: replay)[.size] as? UInt64
  }

  /// The newest checkpoint whose files are all as they were written, and that is `usable`.
  func newestCheckpoint(where usable: (String) throws -> Bool) throws -> String? {
    for name in try checkpointNames().reversed() {
      let folder = checkpoints + "/" + name
      guard let data = FileManager.default.contents(atPath: folder + "/manifest.json"),
        let hashes = try? JSONDecoder().decode([String: String].self, from: data)
      else { continue }
      let isIntact = hashes.allSatisfy { (try? Self.hash(ofFile: folder + "/" + $0.key)) == $0.value }
      if try isIntact && usable(folder) { return folder }
    }
    return nil
  }

  /// The name of the newest checkpoint, whole or not.
  var newestName: String? { get throws { try checkpointNames().last } }

  private func checkpointNames() throws -> [String] {
    guard FileManager.default.fileExists(atPath: checkpoints) else { return [] }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: checkpoints) else {
      throw RunError.damaged(path: checkpoints, problem: "is no folder, or may not be read")
    }
    return names.filter { Int($0) != nil }.sorted()
  }

  /// Says in one line what Foundation says at length.
  private static func explain(_ path: String, _ body: () throws -> Void) throws {
    do { try body() } catch is CocoaError { throw RunError.unwritable(path: path) }
  }

  /// Makes the checkpoint's weights the run's, in one rename.
  func publishWeights(from checkpoint: String) throws {
    let aside = weights + ".partial"
    try? FileManager.default.removeItem(atPath: aside)
    try Self.explain(aside) {
      try FileManager.default.copyItem(atPath: checkpoint + "/weights.safetensors", toPath: aside)
    }
    try Self.synchronise(aside)
    guard rename(aside, weights) == 0 else { throw RunError.system(path: weights, code: errno) }
    try Self.synchronise(path)
  }

  /// Waits until a file's or folder's contents are on the disk.
  static func synchronise(_ path: String) throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw RunError.system(path: path, code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw RunError.system(path: path, code: errno) }
  }

  /// Writes and reads the small facts of a checkpoint.
  static func encode(_ value: some Encodable, to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    try encoder.encode(value).write(to: URL(fileURLWithPath: path))
  }

  static func decode<Value: Decodable>(_ type: Value.Type, from path: String) throws -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw RunError.damaged(path: path, problem: "unreadable state of the run")
    }
  }

  /// Adds a line to the run's log. It is for people and plots: nothing is resumed from it.
  func appendProgress(_ progress: TrainingProgress) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let line = try encoder.encode(progress) + Data("\n".utf8)
    guard let file = FileHandle(forWritingAtPath: self.progress) else {
      try line.write(to: URL(fileURLWithPath: self.progress))
      return
    }
    defer { try? file.close() }
    try file.seekToEnd()
    try file.write(contentsOf: line)
  }

  /// FNV-1a (Fowler, Noll and Vo) of a file, against damage rather than forgery.
  static func hash(ofFile path: String) throws -> String {
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in data { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    return String(hash, radix: 16)
  }
}

/// What can go wrong with a run's folder.
public enum RunError: Error, CustomStringConvertible {
  case system(path: String, code: Int32)
  case unwritable(path: String)
  case nothingToResume(path: String)
  case alreadyStarted(path: String)
  case damaged(path: String, problem: String)
  case otherOptimiser(path: String, saved: String, asked: String)
  case diverged(path: String, step: Int)

  public var description: String {
    switch self {
    case .system(let path, let code):
      "\(path): \(String(cString: strerror(code))); check the disk's space and the folder's permissions"
    case .unwritable(let path):
      "\(path): cannot be written; check the path, the disk's space and the folder's permissions"
    case .nothingToResume(let path):
      "\(path): no complete checkpoint to resume from; start anew without --resume"
    case .alreadyStarted(let path):
      "\(path): holds a run already; go on with --resume \(path), or name another folder with --run"
    case .damaged(let path, let problem):
      "\(path): \(problem); restore the file, or start anew in another folder"
    case .otherOptimiser(let path, let saved, let asked):
      "\(path): was written with the optimiser \(saved), agent.toml asks for \(asked); "
        + "set learning.optimiser to \(saved) there, or start anew in another folder"
    case .diverged(let path, let step):
      "\(path): the loss is no number any more at step \(step); choose a lower learning_rate"
    }
  }
}
