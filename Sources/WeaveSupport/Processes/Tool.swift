import Foundation
import Subprocess
import Synchronization
import SystemPackage

/// Runs a program that the tool itself needs and waits for it.
package enum Tool {
  package struct Outcome: Sendable {
    package var status: Int
    package var output: String
    package var error: String
    /// The limit that ended it, in words for the author: "dot used more than 60 s of processor time".
    package var limit: String?
  }

  /// Asks glibc for memory in large pages and large pieces: a compiler otherwise spends a tenth of its time on
  /// being given small ones.
  package static let memory: [Environment.Key: String] = [
    "GLIBC_TUNABLES":
      (["glibc.malloc.hugetlb=1", "glibc.malloc.top_pad=67108864"]
      + [ProcessInfo.processInfo.environment["GLIBC_TUNABLES"]].compactMap { $0 }).joined(separator: ":")
  ]

  /// - Parameters:
  ///   - limits: nil for the usual ones of this program.
  ///   - endsByItself: whether the program sees to it that it ends when this process does.
  package static func run(
    _ command: [String], folder: String? = nil, temporary: String? = nil,
    environment: Environment = .inherit.updating(memory),
    input: String = "", limits: ToolLimits? = nil, endsByItself: Bool = false
  ) async throws -> Outcome {
    let limits = limits ?? .usual(for: command[0])
    // What runs the command in its turn would have another message where there is no such program.
    guard command[0].contains("/") || place(of: command[0]) != nil else {
      throw EnvironmentError("\(command[0]) is not on the PATH: install it")
    }
    let words = limits.wrapper(endsByItself: endsByItself) + command
    let alarm = Alarm(seconds: limits.wallSeconds)
    defer { alarm.stop() }
    let program = (command[0] as NSString).lastPathComponent
    do {
      let result = try await Subprocess.run(
        words[0].contains("/") ? .path(FilePath(words[0])) : .name(words[0]),
        arguments: Arguments(Array(words.dropFirst())),
        environment: environment.updating(temporary.map { ["TMPDIR": $0] } ?? [:]),
        workingDirectory: folder.map { FilePath($0) },
        input: .string(input), output: .string(limit: limits.outputBytes), error: .string(limit: limits.outputBytes)
      ) { execution in alarm.start(for: execution.processIdentifier.value) }
      alarm.stop()
      let status =
        switch result.terminationStatus {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
      let limit = alarm.hasRung ? .wall : Self.limit(status, result.standardError)
      return Outcome(
        status: status, output: result.standardOutput, error: result.standardError,
        limit: limit.map { "\(program) \(limits.words($0))" })
    } catch let error as SubprocessError where error.code == .outputLimitExceeded {
      return Outcome(status: 128 + Int(SIGPIPE), output: "", error: "", limit: "\(program) \(limits.words(.output))")
    }
  }

  /// A signal tells of a limit; of memory the program itself does, each in its own way.
  private static func limit(_ status: Int, _ said: String) -> ToolLimits.Kind? {
    switch status {
    case 128 + Int(SIGXCPU): return .processor
    case 128 + Int(SIGXFSZ): return .file
    case 0: return nil
    default:
      let said = said.lowercased()
      return ["out of memory", "bad_alloc", "cannot allocate memory"].contains(where: said.contains) ? .memory : nil
    }
  }

  /// Standard output of a program that must succeed; with `both`, standard error after it. What it leaves in the
  /// folder of temporary files goes to `temporary`.
  package static func output(_ program: String, _ arguments: [String], temporary: String? = nil, both: Bool = false)
    async throws -> String
  {
    let outcome = try await run([program] + arguments, temporary: temporary)
    if let limit = outcome.limit { throw EnvironmentError(limit) }
    guard outcome.status == 0 else {
      throw EnvironmentError("\(program) ended with status \(outcome.status): \(outcome.error.prefix(400))")
    }
    return both ? outcome.output + outcome.error : outcome.output
  }

  /// Where a program stands on the search path, links followed.
  package static func place(of program: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }.map { RootedFile(following: $0).full }
  }
}

/// Ends a process that takes too long.
private final class Alarm: Sendable {
  private struct State {
    var process: pid_t?
    var task: Task<Void, Never>?
    var hasRung = false
  }
  private let state = Mutex(State())
  private let seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  func start(for process: pid_t) {
    state.withLock { state in
      state.process = process
      state.task = Task {
        if (try? await Task.sleep(for: .seconds(seconds))) != nil { ring() }
      }
    }
  }

  private func ring() {
    state.withLock { state in
      guard let process = state.process else { return }
      state.hasRung = true
      kill(process, SIGKILL)
    }
  }

  /// The process has ended: its number may be another's soon.
  func stop() {
    state.withLock { state in
      state.process = nil
      state.task?.cancel()
    }
  }

  var hasRung: Bool { state.withLock(\.hasRung) }
}
