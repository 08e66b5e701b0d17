import Foundation
import Subprocess
import SystemPackage

/// Runs a program that the tool itself needs and waits for it.
enum Tool {
  struct Outcome: Sendable {
    var status: Int
    var output: String
    var error: String
  }

  /// Asks glibc for memory in large pages and large pieces: a compiler otherwise spends a tenth of its time on
  /// being given small ones.
  static let memory: [Environment.Key: String] = [
    "GLIBC_TUNABLES":
      (["glibc.malloc.hugetlb=1", "glibc.malloc.top_pad=67108864"] + [ProcessInfo.processInfo.environment["GLIBC_TUNABLES"]].compactMap { $0 }).joined(separator: ":")
  ]

  static func run(
    _ command: [String], folder: String? = nil, temporary: String? = nil, input: String = "", limit: Int = 256 << 20
  ) async throws -> Outcome {
    let result = try await Subprocess.run(
      command[0].contains("/") ? .path(FilePath(command[0])) : .name(command[0]),
      arguments: Arguments(Array(command.dropFirst())),
      environment: .inherit.updating(memory).updating(temporary.map { ["TMPDIR": $0] } ?? [:]), workingDirectory: folder.map { FilePath($0) },
      input: .string(input), output: .string(limit: limit), error: .string(limit: limit))
    let status =
      switch result.terminationStatus {
      case .exited(let code): Int(code)
      case .signaled(let signal): 128 + Int(signal)
      }
    return Outcome(status: status, output: result.standardOutput, error: result.standardError)
  }

  /// Standard output of a program that must succeed; with `both`, standard error behind it. What it leaves in the
  /// folder of temporary files goes to `temporary`.
  static func output(_ program: String, _ arguments: [String], temporary: String, both: Bool = false) async throws -> String {
    let outcome = try await run([program] + arguments, temporary: temporary)
    guard outcome.status == 0 else {
      throw EnvironmentError("\(program) ended with status \(outcome.status): \(outcome.error.prefix(400))")
    }
    return both ? outcome.output + outcome.error : outcome.output
  }
}

enum Shell {
  /// Splits a line as a POSIX shell would: quotes and backslashes, no expansion.
  static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var escaped = false
    for character in line {
      if escaped {
        word = (word ?? "") + String(character)
        escaped = false
      } else if character == "\\", quote != "'" {
        escaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let done = word { words.append(done) }
    return words
  }
}
