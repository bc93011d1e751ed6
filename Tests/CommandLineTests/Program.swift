import Foundation
import Testing

/// The built program, run as a user runs it.
enum Program {
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String
  }

  /// The project's folder.
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// It stands beside the test bundle.
  static let path: String = {
    let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let beside = (bundle as NSString).deletingLastPathComponent + "/selfplay"
    return FileManager.default.isExecutableFile(atPath: beside) ? beside : root + "/.build/release/selfplay"
  }()

  /// Nothing of whoever runs the tests, such as another SELFPLAY_HOME.
  static let environment = ["PATH": "/usr/bin:/bin", "COLUMNS": "100"]

  /// Runs it in the project's folder with no terminal, and waits for its end.
  ///
  /// `output` is where its standard output goes instead of into the outcome. `interruptAfter` sends Ctrl-C after so many seconds; after two minutes the program is killed.
  static func run(
    _ arguments: [String], input: String = "", interruptAfter delay: Double? = nil, output: String? = nil
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: root)
    process.environment = environment
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // Files, not pipes: nothing can fill up and block.
    let places = ["in", "out", "err"].map { folder.appendingPathComponent($0) }
    try Data(input.utf8).write(to: places[0])
    for place in places.dropFirst() { try Data().write(to: place) }
    process.standardInput = try FileHandle(forReadingFrom: places[0])
    process.standardOutput = try FileHandle(
      forWritingTo: output.map { URL(fileURLWithPath: $0) } ?? places[1])
    process.standardError = try FileHandle(forWritingTo: places[2])
    try process.run()
    if let delay {
      Thread.sleep(forTimeInterval: delay)
      kill(process.processIdentifier, SIGINT)
    }
    let identifier = process.processIdentifier
    let watchdog = DispatchWorkItem { kill(identifier, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: watchdog)
    process.waitUntilExit()
    watchdog.cancel()
    return Outcome(
      status: process.terminationStatus, output: try String(contentsOf: places[1], encoding: .utf8),
      errors: try String(contentsOf: places[2], encoding: .utf8))
  }

  /// Compares text with a file in Golden/. With SELFPLAY_RECORD_GOLDEN=1 the file is written instead.
  static func expect(_ text: String, matches name: String) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).txt")
    if ProcessInfo.processInfo.environment["SELFPLAY_RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: file)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "differs from Golden/\(name).txt")
  }
}
