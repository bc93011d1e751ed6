import Foundation
import Synchronization

/// A program started beside this one, spoken to line by line; in a group of its own, so that Ctrl-C is ours
/// alone and all that it starts ends with it.
///
/// A class, because it owns the process and its pipes.
final class ExternalProgram {
  private let process: pid_t
  private let input: Int32
  private let output: Int32
  /// What it says besides its answers; an unlinked file, which cannot fill up and block.
  private let errors: Int32
  private let lines: LineReader
  private var hasEnded = false

  private static let lock = Mutex(())

  /// Starts a command line of the shell. Throws `ExternalProgramError` if that fails.
  init(_ command: String) throws {
    // A program that has ended must not end this one: writing to it fails instead.
    signal(SIGPIPE, SIG_IGN)
    ProcessGroups.prepare()
    let started = try Self.lock.withLock { _ in try Self.start(command) }
    (process, input, output, errors) = started
    lines = LineReader(output)
    guard ProcessGroups.add(process) else {
      kill(-process, SIGKILL)
      throw ExternalProgramError("more programs at a time than can be watched")
    }
  }

  deinit { close() }

  /// Sends a line.
  func send(_ line: String) throws {
    let bytes = Array((line + "\n").utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { write(input, $0.baseAddress.map { $0 + sent }, bytes.count - sent) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ExternalProgramError("it does not read any more\(lastWords)") }
      sent += count
    }
  }

  /// The next line that it says. Throws `ExternalProgramError` if none comes in time, or never will. Ends
  /// soon after Ctrl-C, too.
  func receive(within seconds: Double, of start: ContinuousClock.Instant = .now) throws -> String {
    let end = start + .seconds(seconds)
    func checkTime() throws {
      guard ContinuousClock.now > end else { return }
      throw ExternalProgramError(String(format: "no answer in %g seconds", seconds) + lastWords)
    }
    while true {
      switch lines.next(within: 0.1) {
      case .text(let line):
        try checkTime()
        return line
      case .end: throw ExternalProgramError("it ended\(lastWords)")
      case .timeout:
        if Interruption.isRequested { throw CancellationError() }
        try checkTime()
      }
    }
  }

  /// Ends it: closes its input, gives it a moment, then kills its group.
  func close() {
    guard !hasEnded else { return }
    hasEnded = true
    Foundation.close(input)
    var status: Int32 = 0
    var tries = 0
    while waitpid(process, &status, WNOHANG) == 0, tries < 50, !Interruption.isRequested {
      usleep(10_000)
      tries += 1
    }
    kill(-process, SIGKILL)
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    ProcessGroups.remove(process)
    Foundation.close(output)
    Foundation.close(errors)
  }

  /// The last line of its error output, to go behind a message.
  private var lastWords: String {
    usleep(50_000)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let size = lseek(errors, 0, SEEK_END)
    let count = pread(errors, &bytes, bytes.count, max(0, size - off_t(bytes.count)))
    guard count > 0 else { return "" }
    let text = String(decoding: bytes[..<count], as: UTF8.self)
    let last = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
    let shown = last.unicodeScalars.prefix(160).map { $0.value < 32 || $0.value == 127 ? "?" : String($0) }
      .joined()
    return shown.isEmpty ? "" : " (it said: \(shown))"
  }

  private typealias Started = (process: pid_t, input: Int32, output: Int32, errors: Int32)

  private static func start(_ command: String) throws -> Started {
    let (childInput, input) = try makePipe()
    let (output, childOutput) = try makePipe()
    defer {
      Foundation.close(childInput)
      Foundation.close(childOutput)
    }
    var name = Array((NSTemporaryDirectory() + "/selfplay-XXXXXX").utf8CString)
    let errors = mkstemp(&name)
    guard errors >= 0 else { throw ExternalProgramError("no file for its error output can be made") }
    unlink(&name)
    _ = fcntl(errors, F_SETFD, FD_CLOEXEC)
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, end) in [childInput, childOutput, errors].enumerated() {
      posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
    }
    var defaults = sigset_t()
    sigemptyset(&defaults)
    posix_spawnattr_setsigmask(&attributes, &defaults)
    for number in [SIGPIPE, SIGINT, SIGTERM] { sigaddset(&defaults, number) }
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let words: [String] = ["/bin/sh", "-c", command]
    var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var process: pid_t = 0
    let failure = posix_spawn(&process, "/bin/sh", &actions, &attributes, &arguments, environ)
    guard failure == 0 else {
      throw ExternalProgramError("it cannot be started (\(String(cString: strerror(failure))))")
    }
    return (process, input, output, errors)
  }

  private static func makePipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw ExternalProgramError("no pipe to it can be made") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }
}

/// What went wrong with an external program.
struct ExternalProgramError: Error, Hashable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}
